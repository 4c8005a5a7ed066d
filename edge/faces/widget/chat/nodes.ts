// DOM nodes out of data. Words of others only ever become text nodes.
import { shown } from "../../shared/words.ts"
import { blocksOf } from "../model/markdown.ts"

type Child = Node | string

/** An element with a `part`, by which a page may style it. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    part: string,
    ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
    const made = document.createElement(tag)
    if (part) made.setAttribute("part", part)
    made.append(...children)
    return made
}

export function button(part: string, label: string, onPress: () => void): HTMLButtonElement {
    const made = element("button", part, label)
    made.type = "button"
    made.onclick = onPress
    return made
}

/** Words that nobody signed, as they can be shown: the tick is that of verified answers alone. */
export function unticked(text: string): string {
    return shown(text).replace(/[\u2611\u2705\u2713\u2714\u{1f5f8}\u{1f5f9}]/gu, "\u25a1")
}

/** A button with words that nobody signed. */
export function choice(label: string, onPress: () => void): HTMLButtonElement {
    const made = button("choice", unticked(label), onPress)
    made.dir = "auto"
    return made
}

/** Words of viewers, authors and people: their own direction, no sign that turns the line around, and no tick. */
export function words(tag: "p" | "strong" | "span", part: string, text: string): HTMLElement {
    const made = element(tag, part, unticked(text))
    made.dir = "auto"
    return made
}

/** An answer's Markdown. */
export function markdown(text: string): HTMLElement[] {
    return blocksOf(shown(text)).map(({ tag, lines }) => {
        const block = element(tag, "text")
        block.dir = "auto"
        lines.forEach((spans, index) => {
            const line = spans.map(({ tag: inner, text: said, href }) => {
                if (!inner) return said
                const node = element(inner, href ? "link" : "", said)
                return href ? Object.assign(node, { href, rel: "noreferrer", target: "_blank" }) : node
            })
            if (tag === "p") block.append(...(index ? ["\n"] : []), ...line)
            else block.append(element("li", "", ...line))
        })
        return block
    })
}
