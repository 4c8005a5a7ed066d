// The contrasts, light and dark, as they are now.
import { group, make } from "./make.ts"
import { low, MESSAGES as SAY } from "./messages.ts"
import { Painter, ratio } from "./model/contrast.ts"
import { type Measured, ofColours, ofShown, PAIRS } from "./model/measure.ts"
import type { Scheme } from "./model/theme.ts"
import type { Host } from "./previews.ts"

export class Table {
    readonly root: HTMLElement
    private readonly rows = make("tbody", {})
    private readonly told = make("p", { className: "note", role: "status" })
    private readonly painter = new Painter()
    private readonly probes = {
        light: make("i", { className: "light", ariaHidden: "true" }),
        dark: make("i", { className: "dark", ariaHidden: "true" }),
    }

    constructor() {
        const heads = [SAY.words, SAY.light, SAY.dark].map(textContent => make("th", { textContent, scope: "col" }))
        const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), this.rows)
        const { light, dark } = this.probes
        this.root = group(SAY.contrast, make("p", { textContent: SAY.contrastHint }), this.told, table, light, dark)
    }

    measure(hosts: readonly Host[]): void {
        const found = new Map<string, Map<Scheme, Measured>>()
        for (const { scheme, chat } of hosts) {
            const measured = ofColours(chat, this.probes[scheme], this.painter)
            for (const one of [...measured, ...ofShown(chat, scheme, this.painter)]) {
                const row = found.get(one.what) ?? new Map<Scheme, Measured>()
                found.set(one.what, row.set(scheme, one))
            }
        }
        this.rows.replaceChildren(...[...found].map(([what, row]) => rowOf(what, row)))
        const all = [...found.values()].flatMap(row => [...row.values()])
        const text = all.length < PAIRS.length ? "" : low(all.filter(isLow).length)
        // The same text once more would be read aloud again.
        if (text !== this.told.textContent) this.told.textContent = text
    }
}

const isLow = ({ value, least }: Measured) => value < least

function rowOf(what: string, row: ReadonlyMap<Scheme, Measured>): HTMLElement {
    const cells = (["light", "dark"] as const).map(scheme => {
        const one = row.get(scheme)
        if (!one) return make("td", { textContent: "\u2013" })
        const word = isLow(one) ? SAY.isLow : SAY.isEnough
        return make("td", { className: isLow(one) ? "low" : "enough", textContent: `${ratio(one.value)} ${word}` })
    })
    return make("tr", {}, make("th", { textContent: what, scope: "row" }), ...cells)
}
