// Written by deploy/face_types.py: run `make documents`, and change nothing here.

/** `GET /v1/islands/{tenant}/{island}/answers`. */
export interface AnswerList {
    readonly island: string
    readonly revision: number
    readonly at: string
    readonly answers: readonly ListedAnswer[]
    readonly left_out: number
}

/** `POST /v1/ask`: one question about one island. */
export interface AskRequest {
    readonly island: string
    readonly text: string
    readonly session?: string
    readonly channel?: string
    readonly marks?: readonly (readonly [number, number])[]
    readonly locale?: string
    readonly consent?: string
    readonly author?: Author
    readonly want?: Want
}

/** What became of a question. */
export interface AskResponse {
    readonly outcome: Outcome
    readonly reason: Reason
    readonly island: string
    readonly revision: number | null
    readonly state: IslandState
    readonly confidence: number | null
    readonly target_precision: number | null
    readonly threshold_why: ThresholdWhy | null
    readonly answerable_share: number | null
    readonly answer: string | null
    readonly provenance: Provenance | null
    readonly signed: SignedAnswer | null
    readonly more: readonly PartAnswer[]
    readonly language_note?: LanguageNote
    readonly notice: string | null
    readonly options: readonly Option[]
    readonly trees: readonly TreeRoot[]
    readonly show_first: RampFirst | null
    readonly none_of_these: boolean
    readonly ticket: string | null
    readonly ticket_token: string | null
    readonly lane: string | null
    readonly wait_s: number | null
    readonly queue_place: number | null
    readonly callback_token: string | null
    readonly masked?: readonly FilterRule[]
    readonly receipt: string | null
    readonly leaf?: string
    readonly consent_missing?: readonly PersonalStep[]
    readonly candidates?: readonly RankedCandidate[]
    readonly model?: string
    readonly elapsed_ms: number
}

/** What a viewer should type at a step. Send it as `value`. */
export interface AskedValue {
    readonly name: string
    readonly kind: ValueKind
    readonly hint: string
    readonly pattern: string
    readonly personal: boolean
}

/** Who wrote a message, as far as the platform tells. */
export type Author = "bot" | "staff" | "viewer"

/** `POST /v1/choice`: what the viewer picked from the options of a response. Each receipt is good for one choice. */
export interface ChoiceRequest {
    readonly receipt: string
    readonly snippet: string | null
    readonly text: string
    readonly session?: string
    readonly channel?: string
    readonly locale?: string
    readonly consent?: string
    readonly marks?: readonly (readonly [number, number])[]
}

/** One consent that is in force. */
export interface ConsentInForce {
    readonly purpose: string
    readonly version: number
    readonly record: string
    readonly expires: string
}

/** `POST /v1/consent`: give consent, take it back, or ask what is in force (with neither). */
export interface ConsentRequest {
    readonly island: string
    readonly session?: string
    readonly gives?: readonly GivenPurpose[]
    readonly takes_back?: readonly string[]
    readonly token?: string
}

/** What is in force now. What the request changed is durable. */
export interface ConsentResponse {
    readonly island: string
    readonly in_force: readonly ConsentInForce[]
    readonly allows: readonly PersonalStep[]
    readonly record: string | null
    readonly leaf?: string
    readonly token: string | null
}

/** `POST /v1/fastpath`: a question, and the purposes that the viewer agrees to by the same tap. Needs a session. */
export interface FastPathRequest {
    readonly island: string
    readonly text: string
    readonly session?: string
    readonly channel?: string
    readonly marks?: readonly (readonly [number, number])[]
    readonly locale?: string
    readonly consent?: string
    readonly author?: Author
    readonly want?: Want
    readonly gives: readonly GivenPurpose[]
}

/** What became of both. What it says is durable: the ticket and the consent together, or the consent alone. */
export interface FastPathResponse {
    readonly outcome: Outcome
    readonly reason: Reason
    readonly island: string
    readonly revision: number | null
    readonly state: IslandState
    readonly confidence: number | null
    readonly target_precision: number | null
    readonly threshold_why: ThresholdWhy | null
    readonly answerable_share: number | null
    readonly answer: string | null
    readonly provenance: Provenance | null
    readonly signed: SignedAnswer | null
    readonly more: readonly PartAnswer[]
    readonly language_note?: LanguageNote
    readonly notice: string | null
    readonly options: readonly Option[]
    readonly trees: readonly TreeRoot[]
    readonly show_first: RampFirst | null
    readonly none_of_these: boolean
    readonly ticket: string | null
    readonly ticket_token: string | null
    readonly lane: string | null
    readonly wait_s: number | null
    readonly queue_place: number | null
    readonly callback_token: string | null
    readonly masked?: readonly FilterRule[]
    readonly receipt: string | null
    readonly leaf?: string
    readonly consent_missing?: readonly PersonalStep[]
    readonly candidates?: readonly RankedCandidate[]
    readonly model?: string
    readonly elapsed_ms: number
    readonly consent: ConsentResponse
}

/** `POST /v1/feedback`: what became of one outcome. At least one of the four topics must be set. */
export interface FeedbackRequest {
    readonly receipt: string
    readonly helpful?: boolean | null
    readonly resolved?: boolean | null
    readonly contacted_again?: boolean | null
    readonly converted?: boolean | null
}

/** Which topics were counted. */
export interface FeedbackResponse {
    readonly island: string
    readonly snippet: string
    readonly counted: readonly FeedbackTopic[]
    readonly repeated: readonly FeedbackTopic[]
}

/** What feedback can be about. Each topic counts once for each receipt. */
export type FeedbackTopic = "contacted_again" | "converted" | "helpful" | "resolved"

/** What a filter looks for. The id of the rule, in the island, in tickets, in counts and in the ledger. */
export type FilterRule = "address" | "card" | "flood" | "iban" | "link" | "mail" | "phone" | "scam"

/** One purpose that the viewer agrees to, with the text that she was shown. */
export interface GivenPurpose {
    readonly purpose: string
    readonly version: number
    readonly locale: string
}

/** State of an island on a PoP. Only `fresh` and `stale` islands are served. */
export type IslandState = "evicted" | "expired" | "fresh" | "never_loaded" | "rejected" | "stale" | "stopped" | "withdrawn"

/** One island on this PoP, as the API, readiness and metrics show it. */
export interface IslandStatus {
    readonly island: string
    readonly state: IslandState
    readonly since: string
    readonly revision: number | null
    readonly title: string
    readonly phase: string
    readonly snippets: number
    readonly required: boolean
    readonly serve_until: string | null
    readonly previous_revision: number | null
    readonly rollout_percent: number | null
    readonly withdrawn_why: string
    readonly last_error: string
}

/** The viewer wants another language than the one that is given. */
export interface LanguageNote {
    readonly locale: string
    readonly wanted: string
}

/** One answer, with a question that it answers. */
export interface ListedAnswer {
    readonly snippet: string
    readonly question: string
    readonly signed: SignedAnswer
}

/** One likely question that the viewer may pick. */
export interface Option {
    readonly snippet: string
    readonly question: string
    readonly locale?: string
}

/** What policy does with a question. */
export type Outcome = "answer" | "clarify" | "escalate" | "ignore"

/** The answer to one part of a message that asks for several things. */
export interface PartAnswer {
    readonly question: string
    readonly answer: string
    readonly provenance: Provenance
    readonly signed: SignedAnswer
}

/** What is done with a viewer's words only if she agreed to it. */
export type PersonalStep = "callback" | "contact" | "learning" | "personal" | "transcript"

/** Where an approved answer comes from. */
export interface Provenance {
    readonly island: string
    readonly revision: number
    readonly snippet: string
    readonly approved_by: string
    readonly approved_at: string
    readonly key_id: string
    readonly locale?: string
}

/** A purpose in one language as its signature covers it. A viewer's device receives these bytes and can verify them. */
export interface PurposeDocument {
    readonly tenant: string
    readonly island: string
    readonly revision: number
    readonly purpose: string
    readonly version: number
    readonly allows: readonly PersonalStep[]
    readonly valid_s: number
    readonly locale: string
    readonly text: string
    readonly approved_by: string
    readonly approved_at: string
    readonly expires: string
}

/** `GET /v1/islands/{tenant}/{island}/purposes`: what the island asks consent for. */
export interface PurposeList {
    readonly island: string
    readonly revision: number
    readonly purposes: readonly ShownPurpose[]
}

/** What a viewer's page shows first while a drop begins. */
export type RampFirst = "choices" | "trees"

/** A likely snippet with its provenance, for people at the desk. */
export interface RankedCandidate {
    readonly confidence: number
    readonly nearest_example: string
    readonly similarity: number
    readonly provenance: Provenance
}

/** Why something happened: the same word in a response, a log line, a metric label and a ticket. */
export type Reason = "already_asked" | "ambiguous" | "asked_for_person" | "chatter" | "clarify_streak" | "confident" | "config" | "consent_missing" | "contradictory" | "cooling_down" | "exact" | "filtered" | "harm" | "harm_possible" | "hash_mismatch" | "human_active" | "incident" | "internal" | "island_evicted" | "island_expired" | "island_not_open" | "island_stale" | "island_unknown" | "island_withdrawn" | "key_reused" | "language_unsupported" | "length_mismatch" | "low_confidence" | "malformed" | "metadata_expired" | "metadata_invalid" | "model_mismatch" | "model_selftest_failed" | "model_unavailable" | "never_automate" | "none_of_these" | "not_a_viewer" | "not_found" | "out_of_scope" | "out_of_scope_budget" | "overloaded" | "parts" | "picked" | "pop_unknown" | "posted" | "ramp" | "rate_limited" | "repeated_answer" | "replayed" | "review_required" | "rollback" | "session_invalid" | "session_untrusted" | "signature_invalid" | "solved_waiting" | "storage" | "surge" | "text_invalid" | "timeout" | "token_invalid" | "too_large" | "tree" | "unauthorised" | "unreachable"

/** `POST /v1/sessions`: a session for one viewer of one island. */
export interface SessionRequest {
    readonly island: string
}

/** A new session. */
export interface SessionResponse {
    readonly session: string
    readonly expires: string
    readonly event: string
}

/** One purpose, for a page that asks for consent. */
export interface ShownPurpose {
    readonly purpose: string
    readonly version: number
    readonly allows: readonly PersonalStep[]
    readonly locale: string
    readonly text: string
    readonly document: string
    readonly unencoded_digest: string
    readonly signature_input: string
    readonly signature: string
}

/** An approved answer as its tenant signed it (RFC 9421), with the headers that a snippet has over HTTP. */
export interface SignedAnswer {
    readonly document: string
    readonly unencoded_digest: string
    readonly signature_input: string
    readonly signature: string
}

/** An approved answer as its signature covers it. A viewer's device receives these bytes and can verify them. */
export interface SnippetDocument {
    readonly tenant: string
    readonly island: string
    readonly revision: number
    readonly snippet: string
    readonly locale: string
    readonly answer: string
    readonly approved_by: string
    readonly approved_at: string
    readonly expires: string
}

/** One key that may sign a tenant's metadata and snippets. */
export interface TenantKey {
    readonly key_id: string
    readonly ed25519: string
}

/** Every key that may sign for a tenant now. */
export interface TenantKeys {
    readonly tenant: string
    readonly keys: readonly TenantKey[]
}

/** Why a threshold is where it is. */
export type ThresholdWhy = "each" | "floor" | "snippet" | "start" | "target" | "traffic"

/** How far a ticket has come. Once it is delivered, it only moves forward in this order. */
export type TicketState = "acknowledged" | "answered" | "delivered" | "dropped" | "not_delivered" | "resolved" | "waiting"

/** `GET /v1/tickets/{id}`: how far a ticket has come. It never holds the question. */
export interface TicketStatus {
    readonly ticket: string
    readonly state: TicketState
    readonly since: string
    readonly reply: string
}

/** `GET /v1/trees/{tenant}/{island}`: the trees of an island that is served now. */
export interface TreeList {
    readonly island: string
    readonly revision: number
    readonly trees: readonly TreeRoot[]
}

/** `POST /v1/trees/{tenant}/{island}/{tree}`: one step of a decision tree. */
export interface TreeRequest {
    readonly token?: string
    readonly choice?: number | null
    readonly value?: string
    readonly back?: boolean
    readonly session?: string
    readonly channel?: string
    readonly locale?: string
}

/** One step of a decision tree: a question with `labels` and a `token`, or an end with an `answer` or a `ticket`. */
export interface TreeResponse {
    readonly outcome: Outcome
    readonly reason: Reason
    readonly island: string
    readonly revision: number
    readonly tree: string
    readonly step: string
    readonly say: string
    readonly labels: readonly string[]
    readonly asks: AskedValue | null
    readonly is_wrong_value: boolean
    readonly token: string
    readonly can_go_back: boolean
    readonly answer: string | null
    readonly provenance: Provenance | null
    readonly signed: SignedAnswer | null
    readonly language_note?: LanguageNote
    readonly ticket: string | null
    readonly ticket_token: string | null
    readonly lane: string | null
    readonly wait_s: number | null
    readonly queue_place: number | null
    readonly target_precision: number | null
    readonly threshold_why: ThresholdWhy | null
    readonly answerable_share: number | null
    readonly receipt: string | null
    readonly leaf?: string
}

/** One tree in a list of trees: what a page shows before it begins. */
export interface TreeRoot {
    readonly tree: string
    readonly say: string
    readonly labels: readonly string[]
}

/** What a viewer types. */
export type ValueKind = "digest" | "text"

/** Who should answer a question. */
export type Want = "answer" | "person"
