// What people did with the suggested answers: the rule of `edge/tally/compare.py`, so that desks are counted alike.
import type { Suggestion } from "../../shared/generated.ts"
import type { ShownCandidate } from "./ticket.ts"

const SIMILAR_FROM = 0.6
const MAX_WORDS = 800

export interface Compared {
    /** null: there was no suggestion. */
    readonly suggestion: Suggestion | null
    /** The snippet whose answer was used or edited; empty without one. */
    readonly snippet: string
}

export function compare(reply: string, candidates: readonly ShownCandidate[]): Compared {
    const replied = words(reply)
    const offered = candidates.flatMap(one =>
        [one.answer, one.translation?.answer ?? ""]
            .filter(answer => answer !== "")
            .map(answer => ({ one, words: words(answer) })),
    )
    if (replied.length === 0 || offered.length === 0) return { suggestion: null, snippet: "" }
    const same = offered.find(({ words: found }) => found.join(" ") === replied.join(" "))
    if (same) return { suggestion: "used", snippet: same.one.snippet }
    const near = offered.map(({ one, words: found }) => ({ one, similarity: similarity(replied, found) }))
    const best = near.reduce((first, next) => (next.similarity > first.similarity ? next : first))
    if (best.similarity >= SIMILAR_FROM) return { suggestion: "edited", snippet: best.one.snippet }
    return { suggestion: "ignored", snippet: "" }
}

function words(text: string): string[] {
    return (text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MAX_WORDS)
}

/** Twice the words in common, in order, over all words. */
function similarity(one: readonly string[], other: readonly string[]): number {
    let above = new Uint16Array(other.length + 1)
    for (const word of one) {
        const row = new Uint16Array(other.length + 1)
        for (let at = 1; at <= other.length; at += 1) {
            row[at] = word === other[at - 1] ? (above[at - 1] ?? 0) + 1 : Math.max(above[at] ?? 0, row[at - 1] ?? 0)
        }
        above = row
    }
    return (2 * (above[other.length] ?? 0)) / (one.length + other.length || 1)
}
