// What the contrasts of a chat are: of its colours, and of all words that are shown in it now.
import { contrast, type Painter } from "./contrast.ts"
import { COLOURS, type Scheme } from "./theme.ts"

export const LEAST_OF_WORDS = 4.5
export const LEAST_OF_LARGE_WORDS = 3
export const LEAST_OF_BORDERS = 3

interface Pair {
    readonly what: string
    readonly front: string
    readonly back: string
    readonly least: number
}

/** Which colours the widget puts on which. */
export const PAIRS: readonly Pair[] = [
    { what: "Words in the panel", front: "text", back: "surface", least: LEAST_OF_WORDS },
    { what: "Words of an answer", front: "text", back: "raised", least: LEAST_OF_WORDS },
    { what: "Quiet words in the panel", front: "quiet", back: "surface", least: LEAST_OF_WORDS },
    { what: "Quiet words of an answer", front: "quiet", back: "raised", least: LEAST_OF_WORDS },
    { what: "Words of Send", front: "on-accent", back: "accent", least: LEAST_OF_WORDS },
    { what: "Links in an answer", front: "accent", back: "raised", least: LEAST_OF_WORDS },
    { what: "The tick", front: "good", back: "raised", least: LEAST_OF_WORDS },
    { what: "What went wrong, in the panel", front: "warn", back: "surface", least: LEAST_OF_WORDS },
    { what: "What went wrong, in an entry", front: "warn", back: "raised", least: LEAST_OF_WORDS },
    { what: "Borders of fields and buttons", front: "edge", back: "surface", least: LEAST_OF_BORDERS },
    { what: "The mark of the focus", front: "accent", back: "surface", least: LEAST_OF_BORDERS },
]

export interface Measured {
    readonly what: string
    readonly value: number
    readonly least: number
}

const INITIAL = new Map(COLOURS.map(({ name, initial }) => [name, initial]))

/** One contrast for each of `PAIRS`. `probe`: an element of the same colour scheme. */
export function ofColours(host: Element, probe: HTMLElement, painter: Painter): readonly Measured[] {
    const style = getComputedStyle(host)
    const computed = (name: string) => {
        probe.style.color = ""
        probe.style.color = style.getPropertyValue(`--skerry-${name}`) || (INITIAL.get(name) ?? "")
        return getComputedStyle(probe).color
    }
    return PAIRS.map(({ what, front, back, least }) => {
        const ground = computed(back)
        const value = contrast(painter.seen([ground, computed(front)]), painter.seen([ground]))
        return { what, value, least }
    })
}

/** The words that are shown now with too little contrast: one for each part, after all rules for parts. */
export function ofShown(host: Element, scheme: Scheme, painter: Painter): readonly Measured[] {
    const found = new Map<string, Measured>()
    for (const one of host.shadowRoot?.querySelectorAll<HTMLElement>("*") ?? []) {
        const hasWords = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim())
        if (!hasWords || !one.checkVisibility()) continue
        const { color, fontSize, fontWeight } = getComputedStyle(one)
        const grounds = [scheme === "light" ? "#fff" : "#000", ...groundsOf(one)]
        const value = contrast(painter.seen([...grounds, color]), painter.seen(grounds))
        const px = Number.parseFloat(fontSize)
        const isLarge = px >= 24 || (px >= 18.66 && Number(fontWeight) >= 700)
        const least = isLarge ? LEAST_OF_LARGE_WORDS : LEAST_OF_WORDS
        const what = `::part(${one.closest("[part]")?.getAttribute("part")?.split(" ").at(-1) ?? ""})`
        if (value < least && value < (found.get(what)?.value ?? Infinity)) found.set(what, { what, value, least })
    }
    return [...found.values()]
}

/** Grounds of an element and all that it is in, from the outermost. */
function groundsOf(one: Element): string[] {
    const grounds: string[] = []
    for (let at: Element | null = one; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor)
    return grounds
}
