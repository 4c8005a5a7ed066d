// The open rows that the page knows, and how busy each lane is. Needs no browser.
import type { QueueRow, RowChange } from "../../shared/generated.ts"

export interface LaneLoad {
    readonly lane: string
    readonly tickets: number
    /** Tickets of rows whose deadline is over. */
    readonly late: number
    /** When the oldest of them came. */
    readonly oldest: string
}

/**
 * Rows by id. While the queue is read page by page, events come in between: an event is newer than every page that was
 * asked for before it, so it wins, and a later change brings a later event.
 */
export class Queue {
    private rows = new Map<string, QueueRow>()
    private read: Set<string> | null = null
    private changed = new Set<string>()
    private sorted: readonly QueueRow[] | null = null

    /** The queue is read from its beginning. */
    begin(): void {
        this.read = new Set()
        this.changed = new Set()
    }

    page(rows: readonly QueueRow[]): void {
        for (const row of rows) {
            this.read?.add(row.row)
            if (!this.changed.has(row.row)) this.rows.set(row.row, row)
        }
        this.sorted = null
    }

    /** The last page was read: what was on none of them is not open any more. */
    finish(): void {
        for (const id of [...this.rows.keys()]) {
            if (this.read !== null && !this.read.has(id) && !this.changed.has(id)) this.rows.delete(id)
        }
        this.read = null
        this.sorted = null
    }

    change(change: RowChange): void {
        if (this.read !== null) this.changed.add(change.row)
        if (change.now === null) this.rows.delete(change.row)
        else this.rows.set(change.row, change.now)
        this.sorted = null
    }

    get(row: string): QueueRow | undefined {
        return this.rows.get(row)
    }

    /** Rows of a lane, or of all for an empty name, the earliest deadline first and those without one last. */
    list(lane: string): readonly QueueRow[] {
        this.sorted ??= [...this.rows.values()].sort(byDeadline)
        return lane === "" ? this.sorted : this.sorted.filter(row => row.lane === lane)
    }

    /** What waits in each lane, by name. */
    lanes(now: number): readonly LaneLoad[] {
        const found = new Map<string, LaneLoad>()
        for (const row of this.rows.values()) {
            const load = found.get(row.lane) ?? { lane: row.lane, tickets: 0, late: 0, oldest: row.received }
            const isLate = row.due !== null && Date.parse(row.due) < now
            found.set(row.lane, {
                lane: row.lane,
                tickets: load.tickets + row.count,
                late: load.late + (isLate ? row.count : 0),
                oldest: row.received < load.oldest ? row.received : load.oldest,
            })
        }
        return [...found.values()].sort((one, other) => (one.lane < other.lane ? -1 : 1))
    }
}

function byDeadline(one: QueueRow, other: QueueRow): number {
    // Times of the desk are all UTC in one form: as texts they have the order of time.
    return order(one.due ?? "~", other.due ?? "~") || order(one.received, other.received) || order(one.row, other.row)
}

function order(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0
}
