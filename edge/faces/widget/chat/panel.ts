// What the widget looks like: a first line, the conversation, a field, and a person's button that never goes away.
import { shown } from "../../shared/words.ts"
import type { Words } from "../model/words.ts"
import { button, element, unticked, words } from "./nodes.ts"

const MAX_ENTRIES = 200
const MAX_CHARACTERS = 2_000
const GAP_PX = 12

export interface Panelled {
    send(text: string): void
    person(text: string): void
    close(): void
}

export class Panel {
    readonly root: HTMLElement
    readonly field = element("textarea", "field")
    private readonly talk = element("div", "log")
    private readonly note = element("p", "note")

    constructor(
        readonly say: Words,
        who: string,
        locale: string,
        canClose: boolean,
        owner: Panelled,
    ) {
        const title = element("h2", "title", say.title)
        const head = element("header", "head", title)
        if (canClose) {
            const close = button("close", "\u00d7", () => owner.close())
            close.ariaLabel = say.close
            head.append(close)
        }
        const first = element("p", "first", fill(say.automatic, { who: shown(who) }))
        this.talk.role = "log"
        this.talk.tabIndex = 0
        this.talk.ariaLabel = say.title
        this.note.role = "status"
        this.field.rows = 2
        this.field.maxLength = MAX_CHARACTERS
        this.field.dir = "auto"
        this.field.ariaLabel = this.field.placeholder = say.question
        // Enter sends, unless it ends the spelling of a word, as in Japanese.
        this.field.onkeydown = event => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
            event.preventDefault()
            form.requestSubmit()
        }
        const send = element("button", "send", say.send)
        const person = button("person", say.person, () => owner.person(this.field.value.trim()))
        const form = element("form", "form", this.field, send, person)
        form.onsubmit = event => {
            event.preventDefault()
            owner.send(this.field.value.trim())
        }
        this.root = element("section", "panel", head, first, this.talk, this.note, form)
        this.root.lang = locale
        this.root.dir = ["ar", "he"].includes(locale) ? "rtl" : "ltr"
        this.root.role = canClose ? "dialog" : "region"
        this.root.ariaLabel = say.title
        this.root.onkeydown = event => {
            if (canClose && event.key === "Escape") owner.close()
        }
    }

    /** A line below the conversation, until the next one; empty: none. A focus on a button of the last one stays near. */
    tell(text: string, ...more: readonly HTMLElement[]): void {
        const hadFocus = this.note.matches(":focus-within")
        this.note.replaceChildren(text, ...more)
        if (hadFocus) (more[0] ?? this.field).focus()
    }

    /** Scroll what is the widget's own, and never the page around it, so that `node` is seen: its beginning at least. */
    reveal(node: HTMLElement): void {
        for (const box of [this.talk, this.root]) {
            const seen = box.getBoundingClientRect()
            const wanted = node.getBoundingClientRect()
            box.scrollTop += Math.min(wanted.top - seen.top, Math.max(0, wanted.bottom + GAP_PX - seen.bottom))
        }
    }

    /** One more entry of the conversation. Screen readers read it once. */
    add(part: string, ...children: readonly (HTMLElement | string)[]): HTMLElement {
        const entry = element("div", `entry ${part}`, ...children)
        this.talk.append(entry)
        if (this.talk.childElementCount > MAX_ENTRIES) this.talk.firstElementChild?.remove()
        this.reveal(entry)
        return entry
    }

    said(text: string): void {
        this.add("said", element("span", "name", this.say.you), words("p", "text", text))
    }

    /** Buttons, of which one can be pressed. `lead` is the widget's own words. */
    choices(lead: string, choices: readonly (readonly [string, () => void])[], at?: HTMLElement): void {
        const group = element("div", "choices")
        group.role = "group"
        group.ariaLabel = lead
        group.append(element("p", "lead", lead))
        for (const [label, act] of choices) {
            const one = button("choice", unticked(label), () => {
                group.remove()
                this.field.focus()
                act()
            })
            one.dir = "auto"
            group.append(one)
        }
        if (at) at.append(group)
        else this.add("offer", group)
        this.reveal(group)
    }
}

/** The text with each `{name}` replaced. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
    return text.replace(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? "")
}
