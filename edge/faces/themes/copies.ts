// What the author takes away: the CSS, and the line for her page.
import { group, make } from "./make.ts"
import { MESSAGES as SAY } from "./messages.ts"

export class Copies {
    readonly root: HTMLElement
    private readonly css = output("css", 16)
    private readonly line = output("line", 5)
    private readonly told = make("p", { className: "note", role: "status" })

    constructor() {
        this.root = group(SAY.copyHere, ...this.copied(this.css, SAY.css), ...this.copied(this.line, SAY.line), this.told)
    }

    /** The CSS of the theme; empty if it changes nothing. */
    show(css: string): void {
        this.css.value = css || SAY.nothing
    }

    showLine(line: string): void {
        this.line.value = line
    }

    private copied(field: HTMLTextAreaElement, name: string): readonly HTMLElement[] {
        const button = make("button", { type: "button", textContent: `${SAY.copy}: ${name}` })
        button.onclick = async () => {
            try {
                await navigator.clipboard.writeText(field.value)
                this.told.textContent = SAY.copied
            } catch {
                field.select()
                this.told.textContent = SAY.selected
            }
        }
        return [make("label", { htmlFor: field.id, textContent: name }), field, button]
    }
}

function output(id: string, rows: number): HTMLTextAreaElement {
    return make("textarea", { id, rows, readOnly: true, spellcheck: false, dir: "ltr" })
}
