// Words that look like a person's name or like where somebody lives: marked for people, before they quote them to others or
// make an answer for everybody of them. Some are missed, and some are none: nothing is decided by it.
import { placesIn } from "./places.ts"

export interface Piece {
    readonly text: string
    readonly isPersonal: boolean
}

/** Finds names: begin and end of each. */
export type FindNames = (text: string) => (readonly [number, number])[]

const MAX_CHARACTERS = 4000
const SCRIPT = "/faces/desk/names.js"
let findNames: FindNames | null = null
let isLoading = false

/** The finder of names once it is loaded; before that null, and `loaded` is called when it is there. */
export function nameFinder(loaded: () => void): FindNames | null {
    if (findNames === null && !isLoading) {
        isLoading = true
        // Without it people see the ticket all the same; the next page that is loaded tries again.
        import(SCRIPT).then(
            (script: { readonly namesIn: FindNames }) => {
                findNames = script.namesIn
                loaded()
            },
            () => undefined,
        )
    }
    return findNames
}

/** The text in pieces, in their order. Joined, they are the text. */
export function piecesOf(text: string, find: FindNames | null): Piece[] {
    const looked = text.slice(0, MAX_CHARACTERS)
    const spans = [...placesIn(looked), ...(find === null ? [] : find(looked))].sort((first, second) => first[0] - second[0])
    const pieces: Piece[] = []
    let end = 0
    for (const [start, stop] of spans) {
        if (stop <= end) continue
        const from = Math.max(start, end)
        if (from > end) pieces.push({ text: text.slice(end, from), isPersonal: false })
        pieces.push({ text: text.slice(from, stop), isPersonal: true })
        end = stop
    }
    if (end < text.length) pieces.push({ text: text.slice(end), isPersonal: false })
    return pieces
}
