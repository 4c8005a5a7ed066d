// Elements out of data. Words of others only ever become text.

type Child = Node | string

/** An element with these properties and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    properties: Partial<HTMLElementTagNameMap[Tag]>,
    ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
    const made = Object.assign(document.createElement(tag), properties)
    made.append(...children)
    return made
}

/** A group of the page with its heading. */
export function group(title: string, ...children: readonly Child[]): HTMLElement {
    const heading = make("h2", { textContent: title })
    return make("section", { ariaLabel: title }, heading, ...children)
}
