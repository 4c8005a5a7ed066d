// A ticket's events, through lost connections and proxies: each is resumed where the last one ended.
import { EventParser, type StreamEvent } from "../shared/sse.ts"
import { PopError, unreachable } from "./errors.ts"
import { type Exchange, pause, piecesOf, refusalOf } from "./exchange.ts"
import type { TicketStatus } from "./generated.ts"

export interface TicketEvent {
    /** `waiting`, `delivered`, `acknowledged`, `replied`, `resolved`, `dropped`, `not_delivered` or `wait`. */
    readonly kind: string
    /** Where the viewer has read to: give it back as `lastEventId` to go on from here. Empty if nothing had one. */
    readonly id: string
    /** How far the ticket has come; null for `wait`. */
    readonly status: TicketStatus | null
    /** For `wait`: the estimated wait in seconds; null if it is no longer known. */
    readonly waitS: number | null
}

const LAST = new Set(["resolved", "dropped"])
const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 5_000
/** A stream that ends sooner, and has no news, is useless: a proxy ends it. After the second one the state is polled. */
const SHORT_MS = 5_000
const POLL_MS = 5_000
const MAX_POLL_MS = 30_000
/** A reply of the desk has at most a few thousand characters. */
const MAX_STREAM_REST = 65_536

/** Follows one ticket. `readStatus` asks for its state, and throws what the PoP refuses. */
export class TicketFollower {
    private position: string
    private known: TicketStatus | null = null
    private isHeldBack = false

    constructor(
        private readonly exchange: Exchange,
        private readonly path: string,
        private readonly token: string,
        private readonly readStatus: () => Promise<TicketStatus>,
        lastEventId: string,
    ) {
        this.position = lastEventId
    }

    /** The events, until the ticket is resolved or dropped. Throws `PopError` as `PopClient.follow`. */
    async *events(): AsyncGenerator<TicketEvent, void> {
        let failures = 0
        let silent = 0
        let short = 0
        while (!this.isOver) {
            let broken: PopError | null = null
            let hasNews = false
            const began = performance.now()
            try {
                for await (const event of this.oneStream()) {
                    failures = silent = 0
                    // Each stream begins with the wait: that is no news.
                    if (event.status !== null) {
                        short = 0
                        hasNews = true
                    }
                    yield event
                }
                short = !hasNews && performance.now() - began < SHORT_MS ? short + 1 : 0
            } catch (error) {
                if (!(error instanceof PopError) || error.family !== "unreachable") throw error
                broken = error
                failures += 1
                silent += 1
            }
            if (broken !== null || short > 0) {
                const polled = await this.poll()
                if (polled !== null) silent = 0
                else if (broken === null) silent += 1
                if (silent > this.exchange.bounds.maxFailures) throw broken ?? unreachable("neither stream nor state can be had")
                yield* polled ?? []
            }
            if (!this.isOver) await pause(delayMs(failures, short))
        }
    }

    private get isOver(): boolean {
        return this.known !== null && LAST.has(this.known.state)
    }

    /** The state now as an event, none if the caller knows it; null if nobody says it. Too many viewers may have a stream. */
    private async poll(): Promise<TicketEvent[] | null> {
        try {
            const status = await this.readStatus()
            const kind = status.state === "answered" ? "replied" : status.state
            const news = this.news({ kind, id: this.position, status, waitS: null })
            return news === null ? [] : [news]
        } catch (error) {
            if (error instanceof PopError && error.family === "unreachable") return null
            throw error
        }
    }

    /** The events of one connection that the caller does not know yet. */
    private async *oneStream(): AsyncGenerator<TicketEvent, void> {
        const ending = new AbortController()
        try {
            for await (const piece of this.pieces(ending)) {
                for (const sent of piece) {
                    const event = read(sent)
                    const news = event === null ? null : this.news(event)
                    if (news !== null) yield news
                }
            }
        } finally {
            ending.abort()
        }
    }

    private async *pieces(ending: AbortController): AsyncGenerator<readonly StreamEvent[], void> {
        const { firstByteMs, idleMs } = this.exchange.bounds
        const isPatient = this.isHeldBack
        let timer = setTimeout(() => ending.abort(), isPatient ? idleMs : firstByteMs)
        let hasBegun = false
        try {
            const response = await this.exchange.open(this.path, { headers: this.headers() }, ending.signal)
            if (response.status !== 200) {
                const body = new Uint8Array(await response.arrayBuffer())
                throw refusalOf({ status: response.status, headers: response.headers, body })
            }
            if (!/^text\/event-stream\b/i.test(response.headers.get("Content-Type") ?? "")) {
                throw unreachable("found a response that is no event stream, expected a PoP's")
            }
            const parser = new EventParser()
            const decoder = new TextDecoder()
            for await (const piece of piecesOf(response)) {
                hasBegun = true
                clearTimeout(timer)
                timer = setTimeout(() => ending.abort(), idleMs)
                yield parser.take(decoder.decode(piece, { stream: true }))
                if (parser.waiting > MAX_STREAM_REST) throw unreachable("found an event without end, expected a PoP's")
            }
        } catch (error) {
            if (ending.signal.aborted && !hasBegun && !isPatient) {
                // A proxy holds the response back until it ends: let it end with each event.
                this.isHeldBack = true
                return
            }
            throw error instanceof PopError ? error : unreachable("the stream of the ticket broke")
        } finally {
            clearTimeout(timer)
        }
    }

    private headers(): Record<string, string> {
        return {
            Authorization: `Bearer ${this.token}`,
            Accept: "text/event-stream",
            ...(this.position === "" ? {} : { "Last-Event-ID": this.position }),
            ...(this.isHeldBack ? { Prefer: "wait=20" } : {}),
        }
    }

    /** The event with its place in the stream; null if the caller knows this state already. */
    private news(event: TicketEvent): TicketEvent | null {
        if (event.id !== "") this.position = event.id
        if (event.status !== null) {
            if (this.known !== null && isSame(event.status, this.known)) return null
            this.known = event.status
        }
        return { ...event, id: this.position }
    }
}

/** Milliseconds until the next stream, after so many that broke, or that were short, in a row. */
export function delayMs(failures: number, short: number): number {
    const delay =
        short > 1 ? Math.min(MAX_POLL_MS, POLL_MS * 2 ** Math.min(short - 1, 4)) : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures)
    return delay * (0.5 + Math.random() / 2)
}

function isSame(one: TicketStatus, other: TicketStatus): boolean {
    return one.state === other.state && one.since === other.since && one.reply === other.reply
}

/** One event; null for a comment, and for a kind that this release does not know. */
function read({ kind, id, data }: StreamEvent): TicketEvent | null {
    if (data === "") return null
    try {
        const found = JSON.parse(data) as Partial<TicketStatus> & { wait_s?: number | null }
        if (kind === "wait") return { kind, id, status: null, waitS: found.wait_s ?? null }
        return typeof found.state === "string" ? { kind, id, status: found as TicketStatus, waitS: null } : null
    } catch {
        return null
    }
}
