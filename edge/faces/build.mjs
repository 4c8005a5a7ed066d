// Builds every page: a folder here with `page.html` and `main.ts` becomes `built/FOLDER/`. `widget/` has its own rules.
//
//     node build.mjs [OUTPUT]
//
// The same sources and lock give the same bytes, on every machine. `licences.txt` has the licence of each package of
// which code is in a bundle.
import { existsSync } from "node:fs"
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { buildWidget } from "./widget/build.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const output = resolve(process.argv[2] ?? join(here, "built"))
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//

const OPTIONS = {
    bundle: true,
    format: "esm",
    target: ["chrome123", "firefox121", "safari17.4"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
}

function note(inputs) {
    for (const input of inputs) {
        const found = PACKAGE.exec(input)
        if (found) packages.add(found[1])
    }
}

/** What finds names is loaded with the first ticket: it is larger than the page. */
async function buildNames(folder) {
    const entryPoints = { names: "desk/personal/names.ts" }
    const { metafile } = await build({ absWorkingDir: here, entryPoints, outdir: folder, metafile: true, ...OPTIONS })
    return Object.keys(metafile.inputs)
}

const folders = (await readdir(here)).sort()
const pages = folders.filter(name => existsSync(join(here, name, "page.html")) && existsSync(join(here, name, "main.ts")))
const packages = new Set()

await rm(output, { recursive: true, force: true })
for (const page of pages) {
    const folder = join(output, page)
    await mkdir(folder, { recursive: true })
    const { metafile } = await build({
        absWorkingDir: here,
        entryPoints: [`${page}/main.ts`, `${page}/page.css`],
        outdir: folder,
        metafile: true,
        ...OPTIONS,
    })
    note(Object.keys(metafile.inputs))
    if (page === "desk") note(await buildNames(folder))
    for (const file of ["page.html", "icon.svg"]) await cp(join(here, page, file), join(folder, file))
}
note(await buildWidget(here, output, OPTIONS))

const licences = []
for (const name of [...packages].sort()) {
    const root = join(here, "node_modules", name)
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    const file = ["LICENSE", "LICENSE.txt"].map(one => join(root, one)).find(existsSync)
    if (file === undefined) throw new Error(`${name} has no file LICENSE, expected its licence's text`)
    const text = (await readFile(file, "utf8")).trim()
    licences.push(`${name} ${version}\n\n${text}\n`)
}
await writeFile(join(output, "licences.txt"), licences.join(`\n${"-".repeat(72)}\n\n`))
