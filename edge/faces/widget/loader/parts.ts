// Parts of the widget, each checked against the hash that this loader has for it before a line of it runs.

/** By part, the SHA-256 of its file's bytes in base64. Filled in by `build.mjs`. */
declare const PARTS: Readonly<Record<string, string>>

/** So many times a part could not be had. Browsers may keep a failure by the module's address: the next one is another. */
let failures = 0

/** The module of this part. Rejects if it cannot be had, or is not the one that this loader was built with. */
export async function loadPart<Part>(name: string): Promise<Part> {
    const hash = PARTS[name] ?? ""
    const href = new URL(`${name}-${hash.replace(/\W/g, "").slice(0, 12)}.js${failures ? `?${failures}` : ""}`, import.meta.url).href
    // A dynamic import has no `integrity`. A preload has, and the import that follows takes the module that it loaded.
    await new Promise<void>((loaded, failed) => {
        const link = document.createElement("link")
        link.rel = "modulepreload"
        link.integrity = `sha256-${hash}`
        link.crossOrigin = ""
        link.href = href
        link.onload = () => loaded()
        link.onerror = () => {
            failures++
            failed()
        }
        document.head.append(link)
    })
    return (await import(href)) as Part
}
