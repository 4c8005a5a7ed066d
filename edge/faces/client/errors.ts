// What a client throws: by who must act, as `edge/errors.py` has it.

/** `refused`: the request broke a rule, or the answer is not to be believed. `limited`: asked too often. `unreachable`: no
 * PoP answers, or it asks for patience. */
export type Family = "refused" | "limited" | "unreachable"

export class PopError extends Error {
    constructor(
        readonly family: Family,
        /** One word, as `edge/http.md` lists them. */
        readonly reason: string,
        text: string,
        /** Seconds for which the PoP wants to be left alone; null if it does not say. */
        readonly retryAfterS: number | null = null,
    ) {
        super(text)
        this.name = "PopError"
    }
}

export const disbelieved = (text: string, reason = "signature_invalid") => new PopError("refused", reason, text)
export const unreachable = (text: string) => new PopError("unreachable", "unreachable", text)
