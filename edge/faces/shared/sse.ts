// Event streams (WHATWG HTML, section 9.2) read by fetch: `EventSource` cannot send a token in a header.
import type { Api } from "./api.ts"
import { ProblemError } from "./api.ts"

export interface StreamEvent {
    /** The field `event`; `message` without one, and `heartbeat` for a comment. */
    readonly kind: string
    readonly data: string
    /** The field `id`, or that of the last event that had one; empty without. */
    readonly id: string
}

/** The events in pieces of text, however they were cut. */
export class EventParser {
    private rest = ""
    private kind = ""
    private id = ""
    private data: string[] = []

    /** How many characters wait for the rest of their event. */
    get waiting(): number {
        return this.data.reduce((sum, line) => sum + line.length, this.rest.length)
    }

    /** The events that this piece completes. */
    take(piece: string): StreamEvent[] {
        const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/)
        this.rest = lines.pop() ?? ""
        return lines.flatMap(line => this.line(line))
    }

    private line(line: string): StreamEvent[] {
        if (line === "") {
            const event = { kind: this.kind || "message", data: this.data.join("\n"), id: this.id }
            const isEvent = this.data.length > 0
            this.kind = ""
            this.data = []
            return isEvent ? [event] : []
        }
        if (line.startsWith(":")) return [{ kind: "heartbeat", data: "", id: this.id }]
        const colon = line.indexOf(":")
        const name = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "")
        if (name === "event") this.kind = value
        else if (name === "data") this.data.push(value)
        else if (name === "id" && !value.includes("\0")) this.id = value
        return []
    }
}

export interface Follower {
    event(event: StreamEvent): void
    /** The stream is open, after `opened` it was lost, or the token is not let in any more. */
    opened(): void
    lost(): void
    refused(problem: ProblemError): void
}

/** The desk writes something every 10 s. */
const SILENT_MS = 25_000
const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 5_000
/** A stream that ends sooner counts as a failure: the desk ends the oldest of too many windows of one person. */
const STEADY_MS = 10_000

/** Follow the stream at `path` until `signal` ends it: after each loss again, sooner or later by chance. */
export async function follow(api: Api, path: string, follower: Follower, signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
        try {
            const opened = performance.now()
            await readOnce(api, path, follower, signal, () => {
                if (performance.now() - opened > STEADY_MS) failures = 0
            })
        } catch (error) {
            if (error instanceof ProblemError && error.refusesToken) {
                follower.refused(error)
                return
            }
        }
        if (signal.aborted) return
        follower.lost()
        const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures)
        failures += 1
        await pause(ceiling * (0.5 + Math.random() / 2), signal)
    }
}

async function readOnce(api: Api, path: string, follower: Follower, signal: AbortSignal, onEvent: () => void): Promise<void> {
    const silent = new AbortController()
    let timer = setTimeout(() => silent.abort(), SILENT_MS)
    try {
        const parser = new EventParser()
        const decoder = new TextDecoder()
        for await (const piece of api.stream(path, AbortSignal.any([signal, silent.signal]), () => follower.opened())) {
            clearTimeout(timer)
            timer = setTimeout(() => silent.abort(), SILENT_MS)
            for (const event of parser.take(decoder.decode(piece, { stream: true }))) {
                onEvent()
                if (event.kind !== "heartbeat") follower.event(event)
            }
        }
    } finally {
        clearTimeout(timer)
    }
}

/** Wait. Ends early when the computer has a network again, or `signal` ends it. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
        const end = () => {
            clearTimeout(timer)
            removeEventListener("online", end)
            resolve()
        }
        const timer = setTimeout(end, milliseconds)
        addEventListener("online", end, { once: true })
        signal.addEventListener("abort", end, { once: true })
    })
}
