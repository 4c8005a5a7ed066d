// Builds the viewers' widget: `built/widget/skerry.js`, which a shop's page names, and the parts that it loads.
//
// The name of a part begins with its content's hash, and the loader has the hash of each, so that a page that pins the
// loader (`integrity`) pins all of them. `manifest.json` has the loader's own hash.
import { createHash } from "node:crypto"
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { build, transform } from "esbuild"

const LOADER = "skerry.js"

/** Styles as short text, and errors without the sentences for programmers, which a viewer never sees. */
const SMALL = {
    name: "small",
    setup({ onLoad, initialOptions: { target } }) {
        onLoad({ filter: /\.css$/ }, async ({ path }) => {
            const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target })
            // esbuild leaves the spaces in custom properties.
            return { contents: code.trim().replace(/([:,]) /g, "$1"), loader: "text" }
        })
        onLoad({ filter: /client\/\w+\.ts$|chat\/pop\.ts$/ }, async ({ path }) => {
            const source = await readFile(path, "utf8")
            const contents = source.replace(/\b(disbelieved|unreachable|TypeError)\(\s*("[^"]*"|`[^`]*`)/g, '$1(""')
            return { contents, loader: "ts" }
        })
    },
}

/** Members of this code's own that get short names: they are in no document, and this code uses no member of a browser's with
 * such a name. */
const OWN = `
    acts again answers approved ask asked automatic begin bounds button check choices choose connection deliver
    events exchange fail family field firstByteMs follow forget given idleMs ignored isHeldBack isOver keep kind
    known last later limited line lines loadPart maxBodyBytes maxFailures maxWaitS news none note object offer
    oneStream owner panel person pick pieces pinned poll position post rating readKeys readStatus rest restored
    retryAfterS reveal root roots said sent setting solved stale step store tag taken talk tell thanks timeoutMs took
    treeStep unanswered unbelieved unheard wait waitS waiting words write wrong yes
`

/** The part of a hash that stands in a file's name. `loader/parts.ts` has the same. */
const inName = hash => hash.slice(0, 12).replaceAll("+", "-").replaceAll("/", "_")

/** Write the widget's files below `output`. Returns the names of the packages of which code is in them. */
export async function buildWidget(here, output, options) {
    const folder = join(output, "widget")
    await mkdir(folder, { recursive: true })
    const inputs = new Set()
    let names = {}

    async function bundle(entry, define = {}) {
        const { outputFiles, metafile, mangleCache } = await build({
            ...options,
            absWorkingDir: here,
            entryPoints: [entry],
            write: false,
            plugins: [SMALL],
            mangleProps: new RegExp(`^(?:${OWN.trim().split(/\s+/).join("|")})$`),
            mangleCache: names,
            define,
            metafile: true,
        })
        for (const input of Object.keys(metafile.inputs)) inputs.add(input)
        // A word has the same name in the chat and in each language.
        names = mangleCache
        return outputFiles[0].contents
    }

    async function part(name, entry) {
        const content = await bundle(entry)
        const hash = createHash("sha256").update(content).digest("base64")
        await writeFile(join(folder, `${name}-${inName(hash)}.js`), content)
        return hash
    }

    const parts = {
        chat: await part("chat", "widget/chat/chat.ts"),
        verifier: await part("verifier", "widget/chat/verifier.ts"),
    }
    for (const file of (await readdir(join(here, "widget", "locales"))).sort()) {
        const locale = basename(file, ".ts")
        parts[locale] = await part(locale, `widget/locales/${file}`)
    }
    const loader = await bundle("widget/loader/loader.ts", { PARTS: JSON.stringify(parts) })
    await writeFile(join(folder, LOADER), loader)
    const integrity = `sha384-${createHash("sha384").update(loader).digest("base64")}`
    await writeFile(join(folder, "manifest.json"), `${JSON.stringify({ [LOADER]: integrity })}\n`)
    return inputs
}
