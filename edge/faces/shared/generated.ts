// Written by deploy/face_types.py: run `make documents`, and change nothing here.

/** `GET /v1/me`: whose token this is, and what it may see. */
export interface AgentSelf {
    readonly name: string
    readonly tenant: string
    readonly lane: string
}

/** All PoPs that have a token. */
export interface Board {
    readonly at: string
    readonly pops: readonly BoardPop[]
    readonly fleet: BoardFleet | null
    readonly lanes: readonly BoardLane[]
}

/** The islands of the reader's tenant by PoP and revision, as the publisher last said. */
export interface BoardFleet {
    readonly heard: string | null
    readonly age_s: number | null
    readonly silent_since: string | null
    readonly error: string
    readonly islands: readonly BoardIsland[]
}

/** One island of the reader's tenant, over all PoPs. */
export interface BoardIsland {
    readonly island: string
    readonly revision: number
    readonly is_withdrawn: boolean
    readonly pops: readonly IslandAtPop[]
    readonly lagging: readonly string[]
}

/** One lane of the reader's tenant with open tickets. */
export interface BoardLane {
    readonly lane: string
    readonly open: number
    readonly late: number
    readonly oldest_s: number
    readonly promised_s: number | null
}

/** One PoP as the desk last heard of it. */
export interface BoardPop {
    readonly pop: string
    readonly heard: string | null
    readonly age_s: number | null
    readonly silent_since: string | null
    readonly figures: PopFigures | null
    readonly per_minute: Readonly<Record<string, number>> | null
    readonly unconfirmed: number
    readonly unconfirmed_tickets: readonly string[]
}

/** What became of questions to one island from one class of channel, on one PoP. */
export interface ChannelFigures {
    readonly island: string
    readonly channel: string
    readonly counts: Readonly<Record<string, number>>
    readonly threshold: number | null
    readonly threshold_why: ThresholdWhy | null
    readonly answerable_share: number | null
}

/** `POST /v1/tickets/{id}/claim` and `/release`. The body may be left out. */
export interface ClaimRequest {
    readonly row?: boolean
}

/** What the viewer agreed to, as it is now. */
export interface DeskConsent {
    readonly allows: readonly PersonalStep[]
    readonly missing: readonly PersonalStep[]
    readonly purposes: readonly DeskPurpose[]
    readonly hides_transcript: boolean
}

/** What else the person behind a ticket said, in sessions that were merged with that of the ticket. */
export interface DeskMerges {
    readonly tickets: readonly MergedTicket[]
    readonly merges: readonly MergeInForce[]
}

/** One purpose that the viewer had agreed to when the ticket was made. */
export interface DeskPurpose {
    readonly purpose: string
    readonly version: number
    readonly record: string
    readonly in_force: boolean
    readonly verified: boolean
}

/** `GET /v1/tickets/{id}`: all that the desk knows of one ticket. */
export interface DeskTicket {
    readonly ticket: unknown
    readonly row: string
    readonly state: TicketState
    readonly received: string
    readonly due: string | null
    readonly equal: readonly string[]
    readonly claimed_by: string
    readonly claimed_until: string | null
    readonly reply: string
    readonly suggestion: Suggestion | null
    readonly snippet: string
    readonly history: readonly Handling[]
    readonly consent: DeskConsent | null
    readonly merged: DeskMerges | null
}

/** A draft as it is kept. */
export interface Draft {
    readonly id: number
    readonly at: string
    readonly by: string
    readonly kind: DraftKind
    readonly island: string
    readonly snippet: string
    readonly text: string
    readonly ticket: string
}

/** What a draft is for. */
export type DraftKind = "example" | "incident"

/** `POST /v1/drafts`: a proposal to an island's author. It is kept, signed by nobody, and reaches no viewer. */
export interface DraftRequest {
    readonly kind: DraftKind
    readonly island: string
    readonly snippet: string
    readonly text: string
    readonly ticket?: string
}

/** `GET /v1/drafts`: the newest drafts first. */
export interface Drafts {
    readonly drafts: readonly Draft[]
}

/** One line of a ticket's history, as the audit log has it. */
export interface Handling {
    readonly at: string
    readonly who: string
    readonly action: string
}

/** What an action did. Durable when it is sent. */
export interface HandlingResult {
    readonly tickets: readonly string[]
    readonly claimed_until: string | null
}

/** One island on one PoP, as the PoP told the publisher. */
export interface IslandAtPop {
    readonly pop: string
    readonly revision: number | null
    readonly state: IslandState
    readonly rollout_percent: number | null
    readonly silent_since: string | null
}

/** State of an island on a PoP. Only `fresh` and `stale` islands are served. */
export type IslandState = "evicted" | "expired" | "fresh" | "never_loaded" | "rejected" | "stale" | "stopped" | "withdrawn"

/** One merge that nobody has undone. */
export interface MergeInForce {
    readonly merge: string
    readonly why: string
}

/** A ticket of another session of the same person. */
export interface MergedTicket {
    readonly ticket: string
    readonly island: string
    readonly received: string
    readonly state: string
    readonly text: string
    readonly reply: string
}

/** What is done with a viewer's words only if she agreed to it. */
export type PersonalStep = "callback" | "contact" | "learning" | "personal" | "transcript"

/** `POST /v1/pops/{name}/status`: what a PoP shows on the wall. The desk has the newest in memory only. */
export interface PopFigures {
    readonly at: string
    readonly since: string | null
    readonly confirmed: number
    readonly islands: readonly ChannelFigures[]
    readonly open_questions: readonly UnansweredQuestion[]
    readonly incidents: readonly SnippetIncident[]
}

/** `GET /v1/queue?lane=&state=&after=&limit=`: rows by lane, then by deadline. */
export interface QueuePage {
    readonly rows: readonly QueueRow[]
    readonly next: string | null
    readonly now: string
}

/** One row of the queue: all tickets in one state with the same question, island and lane. */
export interface QueueRow {
    readonly row: string
    readonly tenant: string
    readonly island: string
    readonly lane: string
    readonly state: QueueState
    readonly count: number
    readonly tickets: readonly string[]
    readonly text: string
    readonly reason: string
    readonly kind: string
    readonly received: string
    readonly due: string | null
    readonly claimed_by: string
    readonly claimed_until: string | null
    readonly last: Handling | null
}

/** Which tickets a page of the queue shows. */
export type QueueState = "answered" | "open" | "resolved"

/** `POST /v1/tickets/{id}/reply`: the reply to the viewer. */
export interface ReplyRequest {
    readonly text: string
    readonly suggestion?: Suggestion | null
    readonly snippet?: string
    readonly row?: boolean
}

/** `POST /v1/tickets/{id}/resolve`: people are done. The body may be left out. */
export interface ResolveRequest {
    readonly row?: boolean
}

/** `GET /v1/changes`, event `row`: one row of the open queue is new, changed or gone. */
export interface RowChange {
    readonly row: string
    readonly now: QueueRow | null
}

/** A snippet about which suddenly very many ask: only people answer it now. */
export interface SnippetIncident {
    readonly island: string
    readonly snippet: string
}

/** What people did with the answer that their ticket suggested. */
export type Suggestion = "edited" | "ignored" | "used"

/** Why a threshold is where it is. */
export type ThresholdWhy = "each" | "floor" | "snippet" | "start" | "target" | "traffic"

/** How far a ticket has come. Once it is delivered, it only moves forward in this order. */
export type TicketState = "acknowledged" | "answered" | "delivered" | "dropped" | "not_delivered" | "resolved" | "waiting"

/** Questions of equal meaning that nothing answers, on one PoP. */
export interface UnansweredQuestion {
    readonly island: string
    readonly count: number
    readonly per_minute: number
    readonly exemplar: string
}

/** What each reason means. */
export const REASONS: Readonly<Record<string, string>> = {
    already_asked: "Ignored: people have a ticket with nearly equal words from the same public chat.",
    ambiguous: "Clarified: no answer is sure, but it is likely that one of the options is right ([offers] floor).",
    asked_for_person: "Escalated: the viewer asked for a person (\"want\": \"person\"), so the machine did not judge the question.",
    chatter: "Ignored: a line of a stream's public chat that asks the event's team for nothing.",
    clarify_streak: "Escalated: too many questions of the session in a row were clarified (max_clarify_streak).",
    confident: "Answered: the confidence of the best snippet reaches the threshold.",
    config: "The configuration cannot be used.",
    consent_missing: "Answered: the generic answer, because the viewer did not agree to one that depends on what her shop says of her.",
    cooling_down: "Ignored: the same answer was posted in this chat a moment ago (cool_down_s).",
    exact: "Answered: the question is one of the author's examples, word for word.",
    filtered: "Escalated or ignored: a filter of the island found a scam, a link or personal data ([filters]).",
    harm: "Escalated: the message probably tells of harm to somebody, or of fraud, so no machine answers it.",
    harm_possible: "Escalated: the message may tell of harm to somebody, or of fraud. The ticket has the flag possible_safety or possible_fraud.",
    hash_mismatch: "The bytes are not those that signed metadata lists.",
    human_active: "Escalated: this session belongs to people, so the machine does not answer in it.",
    incident: "Escalated: far more viewers than usual ask for this snippet, so its answer may no longer be right.",
    language_unsupported: "Escalated: the question is not in English, and no example of the island is similar to it.",
    length_mismatch: "There are more or fewer bytes than signed metadata lists.",
    low_confidence: "Escalated: a snippet is likely, but its confidence is below the threshold.",
    metadata_expired: "Signed metadata has expired.",
    metadata_invalid: "Signed metadata or an island breaks a rule of the format.",
    model_mismatch: "The island was compiled with another encoder than the one on this PoP.",
    model_selftest_failed: "The model on this PoP gives other results for the island's golden questions than at the publisher.",
    model_unavailable: "Escalated: triage failed on this question.",
    never_automate: "Escalated: the likely snippet has automation = \"never\".",
    none_of_these: "Escalated: the viewer picked none of the snippets that were offered. A new ticket has them in refused.",
    not_a_viewer: "Ignored: a bot or the tenant's own staff wrote it.",
    out_of_scope: "Escalated: no snippet is likely.",
    out_of_scope_budget: "Ignored: no snippet is about it, and people have had as many such questions of this minute from the stream's chat as the island allows.",
    parts: "Answered or clarified: the message asks for several things, and each has a likely snippet.",
    picked: "Answered: the viewer picked this snippet from those that were offered.",
    posted: "Escalated: the tenant's own system posted the message for people (POST /v1/tickets).",
    ramp: "Clarified: the drop has just begun, and choices and trees come before people ([ramp]).",
    repeated_answer: "Escalated: the session would get the same answer too often in a row (max_repeats).",
    review_required: "Escalated: the likely snippet has automation = \"review\", or a route asks for a review.",
    rollback: "Signed metadata or an island is older than what this PoP has already seen.",
    solved_waiting: "Answered: the viewer picked this snippet while waiting for a person, and the ticket is taken back.",
    surge: "Escalated: people cannot keep up, so the viewer is promised a callback instead of a place in the queue.",
    tree: "Answered: a step of a decision tree, or the answer at its end.",
    unreachable: "Another machine did not answer as it should.",
}
