// Reads the queue, and follows its changes while somebody is signed in.
import type { Api } from "../../shared/api.ts"
import { ProblemError } from "../../shared/api.ts"
import type { QueuePage, QueueRow, QueueState, RowChange } from "../../shared/generated.ts"
import { kept } from "../../shared/session.ts"
import { follow } from "../../shared/sse.ts"
import type { StreamEvent } from "../../shared/sse.ts"
import { learnClock, now } from "../../shared/times.ts"
import { Queue } from "./queue.ts"
import { SessionModel } from "./session-model.ts"

export type View = "open" | "answered" | "drafts" | "board"
export type Connection = "connecting" | "open" | "lost"

export const READ_AGAIN_MS = 2_000
/** Of 200 rows each. Nothing tells the page of changes there, so it reads them again and again. */
const MAX_ANSWERED_PAGES = 5
const ANSWERED_EVERY_MS = 10_000

export abstract class QueueReader extends SessionModel {
    readonly queue = new Queue()
    connection: Connection = "connecting"
    lostAt = 0
    isRead = false
    view: View = "open"
    lane = ""
    answered: readonly QueueRow[] = []

    private isReading = false
    private readAgain = false

    /** An open row has changed. */
    protected abstract changed(row: string): void
    /** The whole queue was read. */
    protected abstract wasRead(): void

    override start(): void {
        super.start()
        window.setInterval(() => {
            if (this.isSignedIn && this.view === "answered" && !document.hidden) void this.readAnswered()
        }, ANSWERED_EVERY_MS)
    }

    protected override begun(api: Api, signal: AbortSignal): void {
        this.connection = "connecting"
        this.lane = kept("lane")
        const follower = {
            event: (event: StreamEvent) => this.event(event),
            opened: () => this.connected(),
            lost: () => this.lost(),
            refused: (problem: ProblemError) => this.refuse(problem),
        }
        void follow(api, "/v1/changes", follower, signal)
    }

    protected override ended(): void {
        this.isRead = false
        this.view = "open"
        this.lane = ""
        this.answered = []
        this.queue.begin()
        this.queue.finish()
    }

    private connected(): void {
        this.connection = "open"
        this.lostAt = 0
        this.tell()
    }

    private lost(): void {
        if (this.connection !== "lost") this.lostAt = now()
        this.connection = "lost"
        this.tell()
    }

    private event(event: StreamEvent): void {
        if (event.kind === "all") void this.readQueue()
        else if (event.kind === "row") this.change(event.data)
    }

    private change(data: string): void {
        let change: RowChange
        try {
            change = JSON.parse(data) as RowChange
        } catch {
            return
        }
        this.queue.change(change)
        this.changed(change.row)
        this.tell()
    }

    private async readQueue(): Promise<void> {
        if (this.isReading) {
            this.readAgain = true
            return
        }
        this.isReading = true
        try {
            do {
                this.readAgain = false
                await this.readPages()
            } while (this.readAgain)
            this.isRead = true
            this.wasRead()
        } catch (error) {
            if (error instanceof ProblemError && error.refusesToken) this.refuse(error)
            else if (error instanceof ProblemError) window.setTimeout(() => this.readQueueAgain(), READ_AGAIN_MS)
        } finally {
            this.isReading = false
            this.tell()
        }
    }

    /** After a failure. Without a connection the stream begins with `all`, sooner or later. */
    private readQueueAgain(): void {
        if (this.isSignedIn && this.connection === "open") void this.readQueue()
    }

    private async readPages(): Promise<void> {
        this.queue.begin()
        let after: string | null = ""
        while (after !== null) {
            const page: QueuePage = await this.page("open", after)
            this.queue.page(page.rows)
            after = page.next
            // What a person waits for is drawn at once, and the rest together.
            if (this.isRead) this.tell()
            else {
                this.isRead = true
                this.tellNow()
            }
        }
        this.queue.finish()
    }

    private async page(state: QueueState, after: string): Promise<QueuePage> {
        const query = new URLSearchParams({ state, after })
        const page = await this.required().get<QueuePage>(`/v1/queue?${query}`, this.ending.signal)
        learnClock(page.now)
        return page
    }

    /** Read the rows that are answered and not resolved: the first pages of them. */
    async readAnswered(): Promise<void> {
        const rows: QueueRow[] = []
        let after: string | null = ""
        try {
            for (let read = 0; read < MAX_ANSWERED_PAGES && after !== null; read += 1) {
                const page: QueuePage = await this.page("answered", after)
                rows.push(...page.rows)
                after = page.next
            }
            this.answered = rows
        } catch (error) {
            // Of anything else the page tells by its connection, and reads again.
            if (error instanceof ProblemError && error.refusesToken) this.refuse(error)
        }
        this.tell()
    }

    /** Rows of the view and lane. */
    get rows(): readonly QueueRow[] {
        if (this.view !== "answered") return this.queue.list(this.lane)
        return this.lane === "" ? this.answered : this.answered.filter(row => row.lane === this.lane)
    }
}
