// One request to a server of Skerry and its response: within bounds of time and size, and again once after a 503.
import { PopError, unreachable } from "./errors.ts"

export interface Bounds {
    /** For one whole response that is not a stream. */
    readonly timeoutMs: number
    /** Longest `Retry-After` of a 503 after which it is asked again. A PoP says 1 to 5 s when it is overloaded. */
    readonly maxWaitS: number
    readonly maxBodyBytes: number
    /** A stream from which nothing comes for so long is held back by a proxy. */
    readonly firstByteMs: number
    /** A stream that is silent for so long is broken. A PoP writes something every 15 s. */
    readonly idleMs: number
    /** So many times in a row neither stream nor state may be had, before following a ticket ends with the error. */
    readonly maxFailures: number
}

export const BOUNDS: Bounds = {
    timeoutMs: 10_000,
    maxWaitS: 5,
    maxBodyBytes: 1_048_576,
    firstByteMs: 2_000,
    idleMs: 40_000,
    maxFailures: 8,
}

export interface PopResponse {
    readonly status: number
    readonly headers: Headers
    readonly body: Uint8Array<ArrayBuffer>
}

/** Of a 503 without `Retry-After`, or where a page may not read it. */
const USUAL_WAIT_S = 1

/** Sends requests to the server at `url`, which may have a path of its own behind a proxy. */
export class Exchange {
    private readonly base: string

    constructor(
        url: string,
        readonly bounds: Bounds,
    ) {
        const address = URL.canParse(url) ? new URL(url) : null
        if (address === null || !["http:", "https:"].includes(address.protocol)) {
            throw new TypeError("found no http:// or https:// address, expected a PoP's")
        }
        this.base = address.origin + address.pathname.replace(/\/$/, "")
    }

    /** The response of a PoP, if its status is 200 or 202; after a 503, that to a second try. Throws `PopError`. */
    async send(path: string, init: RequestInit): Promise<PopResponse> {
        const response = await this.request(path, init)
        if (response.status !== 200 && response.status !== 202) throw refusalOf(response)
        return response
    }

    /** The response of any status; after a 503, that to a second try. Throws `PopError` if there is none. */
    async request(path: string, init: RequestInit): Promise<PopResponse> {
        const response = await this.once(path, init)
        if (response.status !== 503) return response
        const waitS = retryAfterS(response.headers) ?? USUAL_WAIT_S
        if (waitS > this.bounds.maxWaitS) return response
        await pause(waitS * 1000)
        return this.once(path, init)
    }

    /** A response whose body is still to come. Throws `PopError` if nobody answers. */
    async open(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
        try {
            // Another host would get the token. A redirect has no status here, as a browser hides it.
            return await fetch(this.base + path, {
                ...init,
                signal,
                redirect: "manual",
                credentials: "omit",
                cache: "no-store",
            })
        } catch {
            throw unreachable(`${this.base} could not be reached`)
        }
    }

    private async once(path: string, init: RequestInit): Promise<PopResponse> {
        const limit = AbortSignal.timeout(this.bounds.timeoutMs)
        const response = await this.open(path, init, init.signal ? AbortSignal.any([init.signal, limit]) : limit)
        try {
            return await wholeOf(response, this.bounds.maxBodyBytes)
        } catch (error) {
            throw error instanceof PopError ? error : unreachable(`${this.base} did not send all of its response`)
        }
    }
}

/** The response with all of its body. Throws `PopError` if that is longer than `maxBytes`. */
export async function wholeOf(response: Response, maxBytes: number): Promise<PopResponse> {
    return { status: response.status, headers: response.headers, body: await readAtMost(response, maxBytes) }
}

async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    let size = 0
    for await (const piece of piecesOf(response)) {
        size += piece.length
        if (size > maxBytes) throw unreachable(`found more than ${maxBytes} bytes, expected a PoP's response`)
        pieces.push(piece)
    }
    const all = new Uint8Array(size)
    pieces.reduce((place, piece) => (all.set(piece, place), place + piece.length), 0)
    return all
}

/** The body in pieces as they come. By a reader: not every browser iterates over a stream. */
export async function* piecesOf(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const reader = response.body?.getReader()
    if (reader === undefined) return
    try {
        for (;;) {
            const { done, value } = await reader.read()
            if (done) return
            yield value
        }
    } finally {
        // What is not read is not wanted. An error of the connection is told by `read`.
        reader.cancel().catch(() => undefined)
    }
}

/** What a server of Skerry says of a request that it refuses. */
export interface Problem {
    readonly reason: string
    readonly detail: string
}

/** The problem document in a response; null if another server answered, such as a proxy. */
export function problemOf({ status, body }: PopResponse): Problem | null {
    const { reason, detail } = (status < 400 ? null : readObject(body)) ?? {}
    return typeof reason === "string" && typeof detail === "string" ? { reason, detail } : null
}

/** The error for a response with another status than 200 and 202. */
export function refusalOf(response: PopResponse): PopError {
    const { status, headers } = response
    const problem = problemOf(response)
    if (problem === null) return unreachable(`found HTTP ${status} without a problem document, expected a PoP`)
    const { reason, detail } = problem
    const family = status === 429 ? "limited" : status >= 500 ? "unreachable" : "refused"
    return new PopError(family, reason, `${detail} (${reason})`, retryAfterS(headers))
}

/** The JSON object in a body; null for anything else. */
export function readObject(body: Uint8Array<ArrayBuffer>): Readonly<Record<string, unknown>> | null {
    try {
        const found: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
        return typeof found === "object" && found !== null && !Array.isArray(found) ? { ...found } : null
    } catch {
        return null
    }
}

/** Seconds in `Retry-After`, which a PoP writes as a number; null without. */
function retryAfterS(headers: Headers): number | null {
    const text = headers.get("Retry-After") ?? ""
    return /^\d{1,9}$/.test(text) ? Number(text) : null
}

export function pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, milliseconds))
}
