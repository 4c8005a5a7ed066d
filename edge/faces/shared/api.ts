// Requests to the desk with the agent's token, through the client's exchange. Paths are the same origin's; a token is
// never part of one.
import { PopError } from "../client/errors.ts"
import { BOUNDS, Exchange, piecesOf, problemOf, readObject, wholeOf } from "../client/exchange.ts"
import type { PopResponse } from "../client/exchange.ts"

export class ProblemError extends Error {
    /** What the desk refused. `status` 0: it could not be reached, or something between answered in its place. */
    constructor(
        readonly status: number,
        readonly reason: string,
        detail: string,
    ) {
        super(detail)
    }

    /** True if no request with this token will be let in. The desk says so by a reason; a proxy has a 401 of its own. */
    get refusesToken(): boolean {
        return this.reason === "unauthorised"
    }
}

/** A page of 200 rows has some 200 kB, and a ticket less. */
const MAX_BODY_BYTES = 16 * 1_048_576
const TOKEN = /^[\x21-\x7e]+$/

export class Api {
    private readonly exchange = new Exchange(location.origin, { ...BOUNDS, timeoutMs: 20_000, maxBodyBytes: MAX_BODY_BYTES })

    constructor(readonly token: string) {}

    /** The document at `path`. Throws `ProblemError`, or the reason of `signal` once that has ended it. */
    async get<T>(path: string, signal?: AbortSignal): Promise<T> {
        return this.document<T>(path, { headers: this.headers(), ...(signal === undefined ? {} : { signal }) })
    }

    /** What the desk answers to `document`. Throws `ProblemError`. */
    async post<T>(path: string, document: unknown): Promise<T> {
        const headers = { ...this.headers(), "Content-Type": "application/json" }
        return this.document<T>(path, { method: "POST", body: JSON.stringify(document), headers })
    }

    /** The pieces of the event stream at `path`, until it or `signal` ends. `onOpen`: the desk has begun to answer.
     * Throws as `get`. */
    async *stream(path: string, signal: AbortSignal, onOpen: () => void): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
        const headers = { ...this.headers(), Accept: "text/event-stream" }
        try {
            const response = await this.exchange.open(path, { headers }, signal)
            if (!response.ok) throw refusalOf(await wholeOf(response, MAX_BODY_BYTES))
            onOpen()
            yield* piecesOf(response)
        } catch (error) {
            throw translated(error, signal)
        }
    }

    private async document<T>(path: string, init: RequestInit): Promise<T> {
        try {
            const response = await this.exchange.request(path, init)
            if (response.status < 200 || response.status > 299) throw refusalOf(response)
            const found = readObject(response.body)
            // Cut on its way, or a page of a proxy.
            if (found === null) throw new ProblemError(0, "", "the answer is no document of the desk")
            return found as T
        } catch (error) {
            throw translated(error, init.signal)
        }
    }

    private headers(): Record<string, string> {
        // A browser puts no other sign into a header.
        if (!TOKEN.test(this.token)) throw new ProblemError(401, "unauthorised", "no token has these signs")
        return { Authorization: `Bearer ${this.token}` }
    }
}

function refusalOf(response: PopResponse): ProblemError {
    const problem = problemOf(response)
    // A desk that is too busy may be asked again, as one that is not there.
    if (problem === null) return new ProblemError(0, "", `the answer is ${response.status}, expected one of the desk`)
    return new ProblemError(response.status, problem.reason, problem.detail)
}

/** The client's error in words of the desk. Of what `signal` ended nobody wants to hear: that is an `AbortError`. */
function translated(error: unknown, signal: AbortSignal | null | undefined): unknown {
    signal?.throwIfAborted()
    return error instanceof PopError ? new ProblemError(0, "", "the desk cannot be reached") : error
}
