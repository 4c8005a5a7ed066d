// The chosen row: its ticket, what is typed, and what the person does.
import type { Api } from "../../shared/api.ts"
import { ProblemError } from "../../shared/api.ts"
import type { DeskTicket, DraftKind, DraftRequest, HandlingResult, QueueRow, ReplyRequest } from "../../shared/generated.ts"
import { keep, kept } from "../../shared/session.ts"
import { secondsUntil } from "../../shared/times.ts"
import { plain } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import { compare } from "./compare.ts"
import { QueueReader, READ_AGAIN_MS } from "./queue-reader.ts"
import type { View } from "./queue-reader.ts"
import { insertedText, readTicket } from "./ticket.ts"
import type { ShownTicket } from "./ticket.ts"

export interface Opened {
    readonly about: DeskTicket
    readonly ticket: ShownTicket
}

/** One action answers this many tickets of a row; it is sent again for the rest. */
const MAX_AT_ONCE = 1_000
const RENEW_BEFORE_S = 600
const CLAIM_AGAIN_MS = 2_000
const RENEW_EVERY_MS = 60_000

export const MAX_REPLY = 4_000

export class Desk extends QueueReader {
    /** The chosen row, which of its tickets is shown, and whether a reply is for all of them. */
    row = ""
    member = 0
    forAll = true
    opened: Opened | null = null
    /** Why the ticket cannot be shown; empty otherwise. */
    openProblem = ""
    isSending = false

    private opening = new AbortController()
    /** The ticket that is being read, and whether there was news of its row since. */
    private reading = { id: "", isOld: false }
    private renewed = { row: "", at: 0 }
    /** The row in which somebody began to write before its ticket was read. */
    private claimLater = ""
    private lastRow: QueueRow | undefined

    protected override begun(api: Api, signal: AbortSignal): void {
        super.begun(api, signal)
        const row = kept("row")
        if (row !== "") this.row = row
    }

    protected override ended(): void {
        super.ended()
        this.stopReading()
        this.opened = null
        this.row = ""
        this.isSending = false
    }

    protected override changed(row: string): void {
        if (row === this.row && this.view === "open") void this.openTicket()
    }

    protected override wasRead(): void {
        if (this.row !== "" && this.view === "open" && this.chosen === undefined) this.choose("")
        else if (this.row !== "") void this.openTicket()
    }

    // Views

    show(view: View): void {
        if (view === this.view) return
        this.view = view
        this.choose("")
        if (view === "answered") void this.readAnswered()
        this.tellNow()
    }

    showLane(lane: string): void {
        this.lane = lane
        keep("lane", lane)
        this.tellNow()
    }

    // The chosen row

    /** The chosen row: as it is, or as it was when it was last in the list. */
    get chosen(): QueueRow | undefined {
        const listed = this.view === "answered" ? this.answered.find(row => row.row === this.row) : this.queue.get(this.row)
        if (listed) this.lastRow = listed
        return listed ?? (this.lastRow?.row === this.row ? this.lastRow : undefined)
    }

    /** False if the chosen row has no ticket in this state any more. */
    get isListed(): boolean {
        const { row } = this
        return this.view === "answered" ? this.answered.some(one => one.row === row) : this.queue.get(row) !== undefined
    }

    /** Show a row, and say nothing any more of the one before, but for `notice`. */
    choose(row: string, notice = ""): void {
        if (row === this.row) return
        this.stopReading()
        this.row = row
        this.member = 0
        this.forAll = true
        this.opened = null
        this.openProblem = ""
        this.problem = ""
        this.notice = notice
        if (this.view === "open") keep("row", row)
        if (row !== "") void this.openTicket()
        this.tellNow()
    }

    /** Choose the next row (`1`) or the one before (`-1`). */
    move(by: number): void {
        const rows = this.rows
        if (rows.length === 0) return
        const at = rows.findIndex(row => row.row === this.row)
        const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)
        this.choose(rows[next]?.row ?? "")
    }

    /** Look at another viewer of the row. */
    showMember(by: number): void {
        const count = this.chosen?.tickets.length ?? 1
        this.member = (this.member + by + count) % count
        void this.openTicket()
        this.tellNow()
    }

    setForAll(forAll: boolean): void {
        this.forAll = forAll
        this.tellNow()
    }

    private async openTicket(): Promise<void> {
        const chosen = this.chosen
        if (chosen === undefined) return
        const id = this.isListed ? (chosen.tickets[this.member] ?? chosen.tickets[0]) : this.opened?.about && this.opened.ticket.id
        if (!id) return
        if (id === this.reading.id) {
            // News of a busy row come faster than a slow line answers: what is asked for is read to its end, and then again.
            this.reading.isOld = true
            return
        }
        this.stopReading()
        const { opening } = this
        this.reading = { id, isOld: false }
        try {
            const about = await this.required().get<DeskTicket>(`/v1/tickets/${encodeURIComponent(id)}`, opening.signal)
            if (opening.signal.aborted) return
            const ticket = readTicket(about.ticket)
            this.opened = { about, ticket: { ...ticket, id } }
            this.openProblem = ""
            const isWanted = this.claimLater === this.row
            this.claimLater = ""
            if (isWanted) void this.claimToWrite()
        } catch (error) {
            if (opening.signal.aborted) return
            if (error instanceof ProblemError && error.refusesToken) return this.refuse(error)
            this.openProblem = error instanceof ProblemError ? error.message : MESSAGES.unreachable
            // A ticket that is not here (404) does not come back, and a desk that is busy does.
            if (error instanceof ProblemError && (error.status === 0 || error.status >= 429)) this.openLater()
        }
        const { isOld } = this.reading
        this.reading = { id: "", isOld: false }
        this.tell()
        if (isOld) void this.openTicket()
    }

    private openLater(): void {
        const { row } = this
        window.setTimeout(() => {
            if (this.isSignedIn && row === this.row) void this.openTicket()
        }, READ_AGAIN_MS)
    }

    private stopReading(): void {
        this.opening.abort()
        this.opening = new AbortController()
        this.reading = { id: "", isOld: false }
    }

    // What is typed

    /** The reply that is being written for the chosen row: it survives a reload of the page. */
    get text(): string {
        return kept(`text-${this.row}`)
    }

    /** Replace the reply. Writing one claims the row. */
    write(text: string): void {
        keep(`text-${this.row}`, text)
        if (text !== "") void this.claimToWrite()
        this.tellNow()
    }

    /** True if somebody has begun to write in the chosen row before its ticket was read. */
    get hasBegunToWrite(): boolean {
        return this.row !== "" && this.claimLater === this.row
    }

    /** Put an approved answer into the reply. In place of an unchanged one, and below words of the writer's own. */
    insert(number: number): void {
        const candidates = this.opened?.ticket.candidates ?? []
        const chosen = candidates[number - 1]
        const answer = chosen === undefined ? "" : insertedText(chosen)
        if (answer === "") return
        const text = this.text
        const isOwn = text.trim() !== "" && !candidates.some(one => insertedText(one).trim() === text.trim())
        this.write(isOwn ? `${text.trimEnd()}\n\n${answer}` : answer)
        this.notice = MESSAGES.inserted(number)
        this.tellNow()
    }

    private async claimToWrite(): Promise<void> {
        const owner = this.owner
        if (this.view !== "open" || this.isSending) return
        // Somebody else may have given it back a moment ago: the next reading of the ticket tells.
        if (this.opened === null || this.isOthers) {
            this.claimLater = this.row
            return
        }
        const left = secondsUntil(this.opened.about.claimed_until) ?? 0
        const ago = this.renewed.row === this.row ? Date.now() - this.renewed.at : Number.POSITIVE_INFINITY
        if (owner === this.me?.name && (left > RENEW_BEFORE_S || ago < RENEW_EVERY_MS)) return
        if (owner === "" && ago < CLAIM_AGAIN_MS) return
        this.renewed = { row: this.row, at: Date.now() }
        await this.claim({ isQuiet: true })
    }

    // Actions

    /** Who has the ticket; empty: nobody. */
    get owner(): string {
        const chosen = this.isListed ? this.chosen?.claimed_by : ""
        return this.opened?.about.claimed_by || chosen || ""
    }

    get isOthers(): boolean {
        return this.owner !== "" && this.owner !== this.me?.name
    }

    private get wholeRow(): boolean {
        return this.forAll && (this.chosen?.count ?? 1) > 1
    }

    async claim({ isQuiet = false } = {}): Promise<void> {
        await this.act("claim", async (api, path) => {
            await api.post<HandlingResult>(path, { row: this.wholeRow })
            return () => {
                if (!isQuiet) this.notice = MESSAGES.claimed
            }
        })
    }

    async release(): Promise<void> {
        await this.act("release", async (api, path) => {
            await api.post<HandlingResult>(path, { row: this.wholeRow })
            return () => {
                this.notice = MESSAGES.released
            }
        })
    }

    /** Send the reply, perhaps be done with it, and go on to the next row. */
    async send({ resolve = false } = {}): Promise<void> {
        const text = plain(this.text).trim()
        const { opened, row } = this
        if (opened === null || text === "" || text.length > MAX_REPLY || this.isSending || this.isOthers) return
        const isLast = this.wholeRow || (this.chosen?.count ?? 1) <= 1
        const request: ReplyRequest = { text, ...compare(text, opened.ticket.candidates), row: this.wholeRow }
        const { signal } = this.ending
        this.isSending = true
        this.tellNow()
        await this.act("reply", async (api, path) => {
            let count = 0
            for (;;) {
                const { tickets } = await api.post<HandlingResult>(path, request)
                count += tickets.length
                if (!request.row || tickets.length < MAX_AT_ONCE) break
            }
            if (resolve) await api.post<HandlingResult>(path.replace(/reply$/, "resolve"), { row: request.row })
            return () => {
                keep(`text-${row}`, "")
                this.notice = MESSAGES.sent(Math.max(count, 1), resolve)
                if (row === this.row) this.goOn(isLast)
            }
        })
        if (signal.aborted) return
        this.isSending = false
        this.tellNow()
    }

    /** Be done with the chosen row, or with one ticket of it. */
    async resolve(): Promise<void> {
        const { row } = this
        const isLast = this.wholeRow || (this.chosen?.count ?? 1) <= 1
        await this.act("resolve", async (api, path) => {
            const { tickets } = await api.post<HandlingResult>(path, { row: this.wholeRow })
            return () => {
                this.notice = MESSAGES.resolved(Math.max(tickets.length, 1))
                if (row === this.row) this.goOn(isLast)
                if (this.view === "answered") void this.readAnswered()
            }
        })
    }

    /** Keep a proposal for an island's author. True if it is kept. */
    async addDraft(kind: DraftKind, snippet: string, text: string): Promise<boolean> {
        const ticket = this.opened?.ticket
        if (!ticket) return false
        const request: DraftRequest = { kind, island: ticket.island, snippet, text: plain(text).trim(), ticket: ticket.id }
        return this.doing(async api => {
            await api.post("/v1/drafts", request)
            return () => {
                this.notice = MESSAGES.draftKept
            }
        })
    }

    /** Go on to the next row, or within the row if one of its viewers was not the last. */
    private goOn(isLast: boolean): void {
        const rows = this.rows
        const at = rows.findIndex(row => row.row === this.row)
        if (!isLast) {
            this.member = 0
            return
        }
        this.choose((rows[at + 1] ?? rows[at - 1])?.row ?? "", this.notice)
    }

    private async act(action: string, work: (api: Api, path: string) => Promise<() => void>): Promise<void> {
        const id = this.opened?.ticket.id
        if (!id) return
        const { row } = this
        const { signal } = this.ending
        await this.doing(api => work(api, `/v1/tickets/${encodeURIComponent(id)}/${action}`))
        if (row === this.row && !signal.aborted) await this.openTicket()
    }
}
