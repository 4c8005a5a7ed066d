// Builds the viewers' widget: `built/widget/skerry.js`, which a shop's page names, and the parts that it loads; and the same
// in `built/twitch/`, to be read by people.
//
// The name of a part begins with its content's hash, and the loader has the hash of each, so that a page that pins the
// loader (`integrity`) pins all of them. `manifest.json` has the loader's own hash.
import { createHash } from "node:crypto"
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { build, transform } from "esbuild"

const LOADER = "skerry.js"

/** Styles as short text, and errors without sentences and reasons for programmers, which a viewer never sees. */
const SMALL = {
    name: "small",
    setup({ onLoad, initialOptions: { target } }) {
        onLoad({ filter: /\.css$/ }, async ({ path }) => {
            const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target })
            // esbuild leaves the spaces in custom properties.
            return { contents: code.trim().replace(/([:,]) /g, "$1"), loader: "text" }
        })
        onLoad({ filter: /client\/\w+\.ts$|chat\/\w+\.ts$/ }, async ({ path }) => {
            const source = await readFile(path, "utf8")
            const contents = source.replace(/^ *this\.name = .*$/m, "").replace(/\b(disbelieved|unreachable|TypeError)\(\s*("[^"]*"|`[^`]*`)(, "\w+")?/g, '$1(""')
            return { contents, loader: "ts" }
        })
    },
}

/** Styles line by line. */
const READABLE = {
    name: "readable",
    setup({ onLoad }) {
        onLoad({ filter: /\.css$/ }, async ({ path }) => {
            const lines = (await readFile(path, "utf8")).split("\n")
            return { contents: `export default ${JSON.stringify(lines, null, 1)}.join("\\n")`, loader: "js" }
        })
    },
}

/** The part of a hash that stands in a file's name. `loader/parts.ts` has the same. */
const inName = hash => hash.replace(/\W/g, "").slice(0, 12)

/** Write the widget's files below `output`. Returns the names of the files of which code is in them. */
export async function buildWidget(here, output, options) {
    const shop = await buildFiles(here, join(output, "widget"), { ...options, plugins: [SMALL] })
    // Twitch reviews what an extension runs: no name and no space is shortened there.
    const twitch = await buildFiles(here, join(output, "twitch"), { ...options, minify: false, plugins: [READABLE] })
    return new Set([...shop, ...twitch])
}

async function buildFiles(here, folder, options) {
    await mkdir(folder, { recursive: true })
    const inputs = new Set()

    async function bundle(entry, define = {}) {
        const { outputFiles, metafile } = await build({
            ...options,
            absWorkingDir: here,
            entryPoints: [entry],
            write: false,
            define,
            metafile: true,
        })
        for (const input of Object.keys(metafile.inputs)) inputs.add(input)
        // Where packages are installed must not change the bytes.
        return outputFiles[0].text.replace(/^\/\/ .*(?=node_modules\/)/gm, "// ")
    }

    async function part(name, entry) {
        const content = await bundle(entry)
        const hash = createHash("sha256").update(content).digest("base64")
        await writeFile(join(folder, `${name}-${inName(hash)}.js`), content)
        return hash
    }

    const parts = {
        chat: await part("chat", "widget/chat/chat.ts"),
        consent: await part("consent", "widget/consent/consent.ts"),
        overlay: await part("overlay", "widget/overlay/overlay.ts"),
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
