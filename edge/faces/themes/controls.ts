// The fields: a theme to begin with, colours in light and dark, type and sizes, rules for parts.
import { group, make } from "./make.ts"
import { leftOut, MESSAGES as SAY } from "./messages.ts"
import { BEGINNINGS, COLOURS, partsOf, SIZES, type Scheme, type Theme } from "./model/theme.ts"

type Values = "light" | "dark" | "sizes"

interface Field {
    readonly values: Values
    readonly name: string
    /** The property of CSS whose values it takes. */
    readonly like: string
    readonly input: HTMLInputElement
    readonly picker: HTMLInputElement | null
}

const SCHEMES: readonly Scheme[] = ["light", "dark"]
const HEX = /^#[0-9a-f]{6}$/i

export class Controls {
    readonly root: HTMLElement
    private readonly fields: Field[] = []
    private readonly parts = make("textarea", { id: "parts", rows: 4, spellcheck: false, dir: "ltr" })
    private readonly partsNote = make("p", { className: "note", role: "status" })

    constructor(private readonly changed: (theme: Theme) => void) {
        this.parts.oninput = () => this.tell()
        this.parts.setAttribute("aria-describedby", "parts-hint")
        this.root = make("form", { className: "controls" }, this.beginnings(), this.colours(), this.sizes(), this.rules())
        this.root.onsubmit = event => event.preventDefault()
    }

    /** Say what is set now. */
    tell(): void {
        const theme = { light: {} as Record<string, string>, dark: {} as Record<string, string>, sizes: {} as Record<string, string> }
        for (const { values, name, like, input, picker } of this.fields) {
            const value = input.value.trim()
            const isValid = value === "" || CSS.supports(like, value)
            input.ariaInvalid = String(!isValid)
            input.title = isValid ? "" : SAY.invalid
            if (value !== "" && isValid) theme[values][name] = value
            if (picker && HEX.test(value)) picker.value = value
        }
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(this.parts.value)
        const { parts, leftOut: count } = partsOf(sheet.cssRules)
        this.partsNote.textContent = count ? leftOut(count) : ""
        this.changed({ ...theme, parts })
    }

    private beginnings(): HTMLElement {
        const buttons = Object.entries(BEGINNINGS).map(([name, theme]) => {
            const button = make("button", { type: "button", textContent: name })
            button.onclick = () => {
                for (const { values, name: property, input } of this.fields) input.value = theme[values][property] ?? ""
                this.tell()
            }
            return button
        })
        return group(SAY.begin, make("div", { className: "row" }, ...buttons))
    }

    private colours(): HTMLElement {
        const heads = [SAY.property, SAY.light, SAY.dark].map(textContent => make("th", { textContent, scope: "col" }))
        const rows = COLOURS.map(({ name, what }) => {
            const cells = SCHEMES.map(scheme => make("td", {}, ...this.colour(scheme, name, `${what}, ${SAY[scheme].toLowerCase()}`)))
            return make("tr", {}, head(name, what), ...cells)
        })
        return group(SAY.colours, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows)))
    }

    private colour(scheme: Scheme, name: string, title: string): readonly HTMLElement[] {
        const input = make("input", { ariaLabel: title, placeholder: SAY.isDefault, autocomplete: "off", spellcheck: false })
        const picker = make("input", { type: "color", ariaLabel: `${SAY.pick}: ${title}`, value: "#808080" })
        input.oninput = () => this.tell()
        picker.oninput = () => {
            input.value = picker.value
            this.tell()
        }
        this.fields.push({ values: scheme, name, like: "color", input, picker })
        return [input, picker]
    }

    private sizes(): HTMLElement {
        const rows = SIZES.map(({ name, what, like, initial }) => {
            const input = make("input", { ariaLabel: what, placeholder: initial, autocomplete: "off", spellcheck: false })
            input.oninput = () => this.tell()
            this.fields.push({ values: "sizes", name, like, input, picker: null })
            return make("tr", {}, head(name, what), make("td", {}, input))
        })
        return group(SAY.sizes, make("table", {}, make("tbody", {}, ...rows)))
    }

    private rules(): HTMLElement {
        const hint = make("p", { id: "parts-hint", textContent: SAY.partsHint })
        const label = make("label", { htmlFor: this.parts.id, className: "hidden", textContent: SAY.parts })
        return group(SAY.parts, hint, label, this.parts, this.partsNote)
    }
}

function head(name: string, what: string): HTMLElement {
    return make("th", { scope: "row" }, what, make("code", { textContent: `--skerry-${name}` }))
}
