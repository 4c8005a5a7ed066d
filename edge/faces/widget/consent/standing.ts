// Which purposes are in force, and which of the others a question needs.
import type { ConsentInForce, PersonalStep, PurposeDocument } from "../../client/generated.ts"

export interface Standing {
    readonly given: readonly PurposeDocument[]
    /** Those that a tap on *Send* agrees to. */
    readonly asked: readonly PurposeDocument[]
    /** Those that no question needs, when nothing else is asked for. */
    readonly more: readonly PurposeDocument[]
    /** When the first of `given` ends, in milliseconds. */
    readonly until: number
}

/** Any question may go to people, who get the earlier ones, and in a surge call back. */
const USUAL: readonly PersonalStep[] = ["transcript", "callback"]

/** `missing`: steps that a response left out. A consent to another version than the purpose's is none. */
export function standing(
    purposes: readonly PurposeDocument[],
    inForce: readonly ConsentInForce[],
    missing: readonly PersonalStep[],
    nowMs: number,
): Standing {
    const ends = ({ purpose, version }: PurposeDocument) => {
        const same = inForce.filter(one => one.purpose === purpose && one.version === version)
        // A time that cannot be read is over.
        return Math.max(0, ...same.map(({ expires }) => Date.parse(expires) || 0))
    }
    const given = purposes.filter(one => ends(one) > nowMs)
    const allowed = given.flatMap(({ allows }) => allows)
    const asked: PurposeDocument[] = []
    for (const purpose of purposes) {
        if (![...USUAL, ...missing].some(step => purpose.allows.includes(step) && !allowed.includes(step))) continue
        asked.push(purpose)
        allowed.push(...purpose.allows)
    }
    const rest = purposes.filter(({ allows }) => allows.some(step => !allowed.includes(step)))
    return { given, asked, more: asked[0] ? [] : rest, until: Math.min(...given.map(ends)) }
}
