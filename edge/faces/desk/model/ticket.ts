// A ticket as its PoP sent it: of any release, so every field may be missing or have another form.

/** The approved answer in the viewer's language. */
export interface ShownTranslation {
    readonly locale: string
    readonly answer: string
    readonly approvedBy: string
    readonly approvedAt: string
}

export interface ShownCandidate {
    readonly snippet: string
    readonly confidence: number | null
    readonly nearest: string
    readonly answer: string
    readonly script: string
    readonly automation: string
    readonly approvedBy: string
    readonly approvedAt: string
    readonly revision: number | null
    readonly translation: ShownTranslation | null
}

export interface ShownTurn {
    readonly at: string
    readonly text: string
    readonly outcome: string
    readonly snippet: string
}

export interface ShownTicket {
    readonly id: string
    readonly text: string
    readonly reason: string
    readonly because: string
    readonly kind: string
    readonly island: string
    readonly lane: string
    readonly pop: string
    readonly channel: string
    readonly locale: string
    readonly joins: string
    readonly promisedWaitS: number | null
    readonly flags: readonly string[]
    /** Kinds of harm with their probabilities, the likeliest first. */
    readonly harm: readonly (readonly [string, number])[]
    readonly candidates: readonly ShownCandidate[]
    readonly path: readonly { readonly say: string; readonly label: string }[]
    /** What the viewer typed in a tree; null if it asked for nothing. */
    readonly typed: { readonly name: string; readonly value: string; readonly isPersonal: boolean } | null
    /** The island's language, and the one that the viewer wants; empty if they are the same. */
    readonly languages: readonly string[]
    readonly sourceId: string
    readonly parts: readonly { readonly text: string; readonly snippet: string }[]
    readonly transcript: readonly ShownTurn[]
    /** What is known of the event and the viewer, as names and values. */
    readonly context: readonly (readonly [string, string])[]
    readonly refused: readonly string[]
    readonly picked: string
}

const MAX_CANDIDATES = 3
const LIKELY_HARM = 0.05

export function readTicket(sent: unknown): ShownTicket {
    const one = fields(sent)
    const context = fields(one["context"])
    const note = fields(one["language_note"])
    return {
        id: text(one["id"]),
        text: text(one["text"]),
        reason: text(one["reason"]),
        because: text(one["because"]),
        kind: text(one["kind"]) || "support",
        island: text(one["island"]),
        lane: text(one["lane"]),
        pop: text(one["pop"]),
        channel: text(one["channel"]),
        locale: text(one["locale"]),
        joins: text(one["joins"]),
        promisedWaitS: number(one["promised_wait_s"]),
        flags: list(one["risk_flags"]).map(text).filter(Boolean),
        harm: Object.entries(fields(one["harm"]))
            .map(([name, share]) => [name, number(share) ?? 0] as const)
            .filter(([, share]) => share >= LIKELY_HARM)
            .sort((first, second) => second[1] - first[1]),
        candidates: list(one["candidates"]).slice(0, MAX_CANDIDATES).map(candidate),
        path: list(one["path"]).map(step => ({ say: text(fields(step)["say"]), label: text(fields(step)["label"]) })),
        typed: typed(one["typed"]),
        languages: [text(note["locale"]), text(note["wanted"])].filter(Boolean),
        sourceId: text(one["source_id"]),
        parts: list(one["parts"]).map(part => ({
            text: text(fields(part)["text"]),
            snippet: text(fields(part)["snippet"]),
        })),
        transcript: list(one["transcript"]).map(turn),
        context: [...values(context, ["claims"]), ...values(fields(context["claims"]))],
        refused: list(one["refused"]).map(text).filter(Boolean),
        picked: text(one["picked"]),
    }
}

function candidate(sent: unknown): ShownCandidate {
    const one = fields(sent)
    const provenance = fields(one["provenance"])
    return {
        snippet: text(provenance["snippet"]),
        confidence: number(one["confidence"]),
        nearest: text(one["nearest_example"]),
        answer: text(one["answer"]),
        script: text(one["script"]),
        automation: text(one["automation"]),
        approvedBy: text(provenance["approved_by"]),
        approvedAt: text(provenance["approved_at"]),
        revision: number(provenance["revision"]),
        translation: translation(one["translation"]),
    }
}

/** The text that a candidate is inserted as: in the viewer's language if there is one. */
export function insertedText(one: ShownCandidate): string {
    return one.translation?.answer ?? one.answer
}

function translation(sent: unknown): ShownTranslation | null {
    const one = fields(sent)
    const answer = text(one["answer"])
    if (answer === "") return null
    const [approvedBy, approvedAt] = [text(one["approved_by"]), text(one["approved_at"])]
    return { locale: text(one["locale"]), answer, approvedBy, approvedAt }
}

function typed(sent: unknown): ShownTicket["typed"] {
    const one = fields(sent)
    const value = text(one["value"])
    return value === "" ? null : { name: text(one["name"]), value, isPersonal: one["personal"] === true }
}

function turn(sent: unknown): ShownTurn {
    const one = fields(sent)
    return {
        at: text(one["at"]),
        text: text(one["text"]),
        outcome: text(one["outcome"]),
        snippet: text(one["snippet"]),
    }
}

function values(of: Readonly<Record<string, unknown>>, without: readonly string[] = []): [string, string][] {
    return Object.entries(of)
        .filter(([name]) => !without.includes(name))
        .map(([name, value]): [string, string] => [name, flat(value)])
        .filter(([, value]) => value !== "")
}

function flat(value: unknown): string {
    if (Array.isArray(value)) return value.map(flat).filter(Boolean).join(", ")
    if (typeof value === "object" && value !== null) return JSON.stringify(value)
    return value === null || value === undefined ? "" : String(value)
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
    return typeof value === "string" ? value : ""
}

function number(value: unknown): number | null {
    return typeof value === "number" && Number.isFinite(value) ? value : null
}
