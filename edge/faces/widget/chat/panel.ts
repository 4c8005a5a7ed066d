// What the widget looks like: a first line, the conversation, a field, and a person's button that never goes away.
import type { GivenPurpose } from "../../client/generated.ts"
import { shown } from "../../shared/words.ts"
import type { Words } from "../model/words.ts"
import { button, choice, element, words } from "./nodes.ts"

const MAX_ENTRIES = 200
const MAX_CHARACTERS = 2_000
const GAP_PX = 12

export interface Panelled {
    /** `gives`: what the viewer agrees to by the same tap. */
    send(text: string, gives?: readonly GivenPurpose[]): void
    person(text: string): void
    /** Does nothing if it is always open. */
    close(): void
}

/** A label and what its button does. */
export type Choice = readonly [string, () => void]

export interface Panel {
    readonly say: Words
    readonly root: HTMLElement
    readonly field: HTMLTextAreaElement
    /** A line below the conversation, until the next one; empty: none. A focus on a button of the last one stays near. */
    tell(text: string, ...more: readonly HTMLElement[]): void
    /** Words that are not the widget's own. */
    readonly words: typeof words
    /** For a part of the chat, so that it does not have them twice. */
    readonly element: typeof element
    readonly button: typeof button
    /** One more entry of the conversation. Screen readers read it once. */
    add(part: string, ...children: readonly (HTMLElement | string)[]): HTMLElement
    said(text: string): void
    /** Buttons, of which one can be pressed: its label is said. `lead` is the widget's own words. Nothing without a choice. */
    choices(lead: string, choices: readonly Choice[], at?: HTMLElement): void
}

export function makePanel(say: Words, who: string, locale: string, canClose: boolean, owner: Panelled): Panel {
    const field = element("textarea", "field")
    const talk = element("div", "log")
    const note = element("p", "note")
    const head = element("header", "head", element("h2", "title", say.title))
    if (canClose) {
        const close = button("close", "\u00d7", owner.close)
        close.ariaLabel = say.close
        head.append(close)
    }
    const first = element("p", "first", fill(say.automatic, { who: shown(who) }))
    talk.role = "log"
    talk.tabIndex = 0
    note.role = "status"
    field.maxLength = MAX_CHARACTERS
    field.dir = "auto"
    field.ariaLabel = field.placeholder = say.question
    const send = () => owner.send(field.value.trim())
    // Enter sends, unless it ends the spelling of a word, as in Japanese. No form: a frame may allow none.
    field.onkeydown = event => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
        event.preventDefault()
        send()
    }
    const person = button("person", say.person, () => owner.person(field.value.trim()))
    const form = element("div", "form", field, button("send", say.send, send), person)
    const root = element("section", "panel", head, first, talk, note, form)
    root.lang = locale
    root.dir = /ar|he/.test(locale) ? "rtl" : "ltr"
    root.role = canClose ? "dialog" : "region"
    root.ariaLabel = talk.ariaLabel = say.title
    root.onkeydown = event => {
        if (event.key === "Escape") owner.close()
    }

    /** Scroll what is the widget's own, and never the page around it, so that `node` is seen: its beginning at least. */
    function reveal(node: HTMLElement): void {
        for (const box of [talk, root]) {
            const seen = box.getBoundingClientRect()
            const wanted = node.getBoundingClientRect()
            box.scrollTop += Math.min(wanted.top - seen.top, Math.max(0, wanted.bottom + GAP_PX - seen.bottom))
        }
    }

    function add(part: string, ...children: readonly (HTMLElement | string)[]): HTMLElement {
        const entry = element("div", `entry ${part}`, ...children)
        talk.append(entry)
        if (talk.childElementCount > MAX_ENTRIES) talk.firstElementChild?.remove()
        reveal(entry)
        return entry
    }

    const panel: Panel = {
        say,
        root,
        field,
        words,
        element,
        button,
        add,

        tell(text, ...more) {
            const hadFocus = note.matches(":focus-within")
            note.replaceChildren(text, ...more)
            if (hadFocus) (more[0] ?? field).focus()
        },

        said(text) {
            add("said", element("p", "name", say.you), words("p", "text", text))
        },

        choices(lead, choices, at) {
            if (!choices[0]) return
            const group = element("div", "choices", element("p", "lead", lead))
            group.role = "group"
            group.ariaLabel = lead
            for (const [label, act] of choices) {
                const press = () => {
                    group.remove()
                    field.focus()
                    panel.said(label)
                    act()
                }
                group.append(choice(label, press))
            }
            if (at) at.append(group)
            reveal(at ? group : add("offer", group))
        },
    }
    return panel
}

/** The text with each `{name}` replaced. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
    return text.replace(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? "")
}
