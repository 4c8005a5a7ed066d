// Names of persons in a text, by compromise (MIT): words and endings that it knows, and what stands around them. It is made for
// English, and finds many names in other languages as well. A script of its own, since it is larger than the page: the page
// loads it with the first ticket.
import nlp from "compromise/three"

interface Found {
    readonly offset: { readonly start: number; readonly length: number }
}

/** Where names are: begin and end, in UTF-16 units. */
export function namesIn(text: string): (readonly [number, number])[] {
    const found = nlp(text).people().out("offset") as readonly Found[]
    return found.map(({ offset }) => [offset.start, offset.start + offset.length] as const)
}
