// Requests to the desk with the agent's token. Paths are the same origin's; a token is never part of one.

export class ProblemError extends Error {
    /** What the desk refused. `status` 0: it could not be reached. */
    constructor(
        readonly status: number,
        readonly reason: string,
        detail: string,
        readonly retryAfterS: number | null = null,
    ) {
        super(detail)
    }

    /** True if no request with this token will be let in. */
    get refusesToken(): boolean {
        return this.status === 401 || this.status === 403
    }
}

const TIMEOUT_MS = 20_000
const TOKEN = /^[\x21-\x7e]+$/

export class Api {
    constructor(readonly token: string) {}

    /** The document at `path`. Throws `ProblemError`. */
    async get<T>(path: string, signal?: AbortSignal): Promise<T> {
        return documentOf<T>(await this.send(path, { method: "GET" }, signal))
    }

    /** What the desk answers to `document`. Throws `ProblemError`. */
    async post<T>(path: string, document: unknown): Promise<T> {
        const init = { method: "POST", body: JSON.stringify(document), headers: { "Content-Type": "application/json" } }
        return documentOf<T>(await this.send(path, init))
    }

    /** The open event stream at `path`: it lasts until `signal` ends it. Throws `ProblemError`. */
    async stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
        const response = await this.request(path, { method: "GET", headers: { Accept: "text/event-stream" } }, signal)
        if (response.body === null) throw new ProblemError(0, "", "the desk sent nothing")
        return response.body
    }

    private async send(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
        const limit = AbortSignal.timeout(TIMEOUT_MS)
        return this.request(path, init, signal === undefined ? limit : AbortSignal.any([signal, limit]))
    }

    private async request(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
        // A browser puts no other sign into a header.
        if (!TOKEN.test(this.token)) throw new ProblemError(401, "unauthorised", "no token has these signs")
        const headers = new Headers(init.headers)
        headers.set("Authorization", `Bearer ${this.token}`)
        const options: RequestInit = { ...init, headers, signal, cache: "no-store", credentials: "omit", redirect: "error" }
        let response: Response
        try {
            response = await fetch(path, options)
        } catch (error) {
            if (error instanceof DOMException && error.name === "AbortError") throw error
            throw new ProblemError(0, "", "the desk cannot be reached")
        }
        if (!response.ok) throw await problemOf(response)
        return response
    }
}

async function documentOf<T>(response: Response): Promise<T> {
    try {
        return (await response.json()) as T
    } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") throw error
        // Cut on its way, or a page of a proxy.
        throw new ProblemError(0, "", "the answer is no document of the desk")
    }
}

async function problemOf(response: Response): Promise<ProblemError> {
    const after = Number(response.headers.get("Retry-After") ?? Number.NaN)
    const retryAfterS = Number.isFinite(after) ? after : null
    try {
        const { reason, detail } = (await response.json()) as { reason?: unknown; detail?: unknown }
        return new ProblemError(response.status, String(reason ?? ""), String(detail ?? ""), retryAfterS)
    } catch {
        // A proxy answers with a page of its own.
        return new ProblemError(response.status, "", `the answer is ${response.status}, expected one of the desk`, retryAfterS)
    }
}
