// What the widget asks of its PoP. Every answer is verified before anything of it is painted.
import { type Ed25519, verifySigned } from "../../client/belief.ts"
import { PopError, disbelieved, unreachable } from "../../client/errors.ts"
import type {
    AnswerList,
    AskResponse,
    Provenance,
    SessionResponse,
    SignedAnswer,
    SnippetDocument,
    TicketStatus,
    TreeResponse,
} from "../../client/generated.ts"

/** A question, choice or step of a tree. */
export interface Request {
    readonly path: string
    readonly body: object
    /** The same for each try, so that they make one ticket. */
    readonly key: string
}

export type Both = AskResponse & TreeResponse

/** One event of a ticket: its state and the last reply, or another wait. */
export type TicketNews = Partial<TicketStatus> & { readonly wait_s?: number | null }

/** All of it throws `PopError`. */
export interface Pop {
    readonly island: string
    /** The viewer's session; empty without. */
    session: string
    /** The token of what the viewer agreed to; empty without. */
    consent: string
    /** Make the session, unless there is one. */
    begin(): Promise<void>
    /** The verified response, in the viewer's session; null if the question was not asked, and the viewer knows why. */
    send(request: Request): Promise<Both | null>
    /** The document, if the tenant signed it for the island, with `id` as its `kind` and with the text `words`: an answer, if
     * both are left out. */
    open<Document = SnippetDocument>(signed: SignedAnswer, id: string, kind?: string, words?: string): Promise<Document>
    /** A document that is not verified. */
    get<Document>(path: string, init?: RequestInit): Promise<Document>
    /** What comes back, in the viewer's session. */
    post<Document>(path: string, body: object): Promise<Document>
    /** The island's answers, to be read without a connection: without one, those that the browser's cache still has. */
    list(locale: string): Promise<AnswerList>
    /** What became of a ticket after `position`, as soon as there is something; nothing if there is none for a while. */
    news(ticket: string, token: string, position: string): Promise<readonly [string, readonly TicketNews[]]>
}

const TIMEOUT_MS = 10_000
const MAX_CHARACTERS = 1_048_576
/** Of a `Retry-After`, which a proxy may make too long. */
const MAX_RETRY_AFTER_S = 3_600
/** The response about a ticket ends with the first event, or after so long: proxies that hold responses back let it through,
 * and most of them wait a minute. */
const WAIT_S = 50
const EVENTS_TIMEOUT_MS = 70_000

/** `keys`: those that may sign for the island's tenant. Throws `TypeError` if `url` is not an address. */
export function popAt(
    url: string,
    island: string,
    keys: readonly string[],
    { session, consent }: Pick<Pop, "session" | "consent">,
    verify: Ed25519,
): Pop {
    const base = new URL(url).href.replace(/\/$/, "")
    let beginning: Promise<void> | undefined

    /** The body of a response. Throws `PopError` for a refusal, for too much, and where nobody answers. */
    async function text(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<string> {
        let response: Response
        let body: string
        try {
            response = await fetch(base + path, {
                // Another host would get the token. A redirect has no status here.
                redirect: "manual",
                credentials: "omit",
                cache: "no-store",
                signal: AbortSignal.timeout(timeoutMs),
                ...init,
            })
            body = await textOf(response)
        } catch {
            throw unreachable("the PoP could not be reached")
        }
        const { ok, status, headers } = response
        if (ok) return body
        const { reason } = read(body)
        const isRefused = typeof reason === "string" && status < 500
        const family = status === 429 ? "limited" : isRefused ? "refused" : "unreachable"
        const retryAfterS = Math.min(MAX_RETRY_AFTER_S, parseInt(headers.get("Retry-After") ?? "") || 0)
        throw new PopError(family, reason as string, "", retryAfterS)
    }

    const get = async <Document>(path: string, init: RequestInit = {}) => read(await text(path, init)) as Document

    const post = <Document>(path: string, body: object, key = "") =>
        get<Document>(path, {
            method: "POST",
            headers: {
                "Content-Type": "application/json",
                ...(key && { "Idempotency-Key": key }),
                ...(pop.session && { Authorization: `Bearer ${pop.session}` }),
            },
            body: JSON.stringify(body),
        })

    /** As `Belief` in `client/belief.ts`: the tenant signed all that is painted of an answer. */
    async function check(answer: string, said: Provenance | null, signed: SignedAnswer | null): Promise<void> {
        if (!said || !signed) throw disbelieved("the answer is not signed")
        const found = await pop.open(signed, said.snippet)
        const isSame =
            found.answer === answer &&
            found.revision === said.revision &&
            found.approved_by === said.approved_by &&
            Date.parse(found.approved_at) === Date.parse(said.approved_at) &&
            // A PoP leaves out the island's own language: which one it is, the document says.
            found.locale === ((said as { locale?: string }).locale ??= found.locale)
        if (!isSame) throw disbelieved("the response says something else than the document that the tenant signed")
    }

    const pop: Pop = {
        island,
        session,
        consent,
        get,
        post,

        async begin() {
            if (pop.session) return
            beginning ??= post<SessionResponse>("/v1/sessions", { island })
                .then(found => void (pop.session = found.session))
                .finally(() => (beginning = undefined))
            await beginning
        },

        async send({ path, body, key }) {
            await pop.begin()
            const found = await post<Both>(path, body, key)
            if (found.island !== island) throw disbelieved("the response is about another island")
            if (found.answer !== null) await check(found.answer, found.provenance, found.signed)
            // A tree's step has none. What is no list ends here.
            for (const part of found.more === undefined ? [] : found.more) await check(part.answer, part.provenance, part.signed)
            return found
        },

        async open<Document>(signed: SignedAnswer, id: string, kind = "snippet", words = "answer") {
            const found = await verifySigned(signed, keys, Date.now(), verify, [kind, words])
            if (`${found["tenant"]}/${found["island"]}` !== island || found[kind] !== id) {
                throw disbelieved("the answer is signed for another place")
            }
            return found as Document
        },

        list(locale) {
            const path = `/v1/islands/${island}/answers?locale=${locale}`
            return get<AnswerList>(path, { cache: "default" }).catch(() => get<AnswerList>(path, { cache: "force-cache" }))
        },

        async news(ticket, token, position) {
            const path = `/v1/tickets/${encodeURIComponent(ticket)}`
            const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
            try {
                const more = { ...headers, Prefer: `wait=${WAIT_S}`, ...(position && { "Last-Event-ID": position }) }
                const found = await text(`${path}/events`, { headers: more }, EVENTS_TIMEOUT_MS)
                const news: TicketNews[] = []
                for (const [, field, value = ""] of found.matchAll(/^(id|data): (.*)$/gm)) {
                    if (field === "id") position = value
                    else news.push(read(value) as TicketNews)
                }
                return [position, news]
            } catch (error) {
                if ((error as PopError).family !== "unreachable") throw error
                // Too many viewers wait for events, or they do not get through: the state alone.
                return [position, [await get<TicketNews>(path, { headers })]]
            }
        },
    }
    return pop
}

/** Throws `TypeError` for too much, and for a redirect, which has no body. */
async function textOf({ body }: Response): Promise<string> {
    const decoder = new TextDecoder()
    // Not every browser iterates over a stream.
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    for (let text = ""; ; ) {
        const { done, value } = await reader.read()
        if (done) return text
        text += decoder.decode(value, { stream: true })
        if (text.length > MAX_CHARACTERS) {
            void reader.cancel()
            throw new TypeError("found more than a PoP's response")
        }
    }
}

/** A JSON object. Throws `PopError` for anything else. */
function read(text: string): Readonly<Record<string, unknown>> {
    try {
        return { ...(JSON.parse(text) as object) }
    } catch {
        throw unreachable("found no JSON object, expected a PoP's")
    }
}
