// What a page may ask of a PoP. Every answer is verified before it is given back. `edge.client` is the same in Python.
//
//     const pop = new PopClient("https://pop.example", { keys: { northwind: ["0JJSTE0RMpmC…"] } })
//     const response = await pop.ask({ island: "northwind/hoodie-drop", text: "when does it ship?" })
import { Belief, type Keys, tenantOf } from "./belief.ts"
import { disbelieved, unreachable } from "./errors.ts"
import { BOUNDS, type Bounds, Exchange, type PopResponse, readObject } from "./exchange.ts"
import { type TicketEvent, TicketFollower } from "./follow.ts"
import type {
    AskRequest,
    AskResponse,
    ChoiceRequest,
    ConsentRequest,
    ConsentResponse,
    FastPathRequest,
    FastPathResponse,
    FeedbackRequest,
    FeedbackResponse,
    GivenPurpose,
    IslandStatus,
    PurposeList,
    SessionResponse,
    SnippetDocument,
    TenantKeys,
    TicketStatus,
    TreeList,
    TreeRequest,
    TreeResponse,
} from "./generated.ts"

export { type Keys, verifyAnswer } from "./belief.ts"
export { type Family, PopError } from "./errors.ts"
export type { Bounds } from "./exchange.ts"
export type { TicketEvent } from "./follow.ts"

export interface Options {
    /** By tenant, the public keys in base64 that may sign. Left out: those that the PoP names first, pinned. */
    readonly keys?: Keys
    readonly bounds?: Partial<Bounds>
}

/** Asks the PoP at `url`. What no tenant signs is not verified: options, notices, steps of trees, replies of a desk.
 *
 * `bearer` is a viewer's session. Questions, choices and steps carry an `Idempotency-Key`, so that the second try after a
 * 503 makes no second ticket. All methods throw `PopError`. */
export class PopClient {
    private readonly exchange: Exchange
    private readonly belief: Belief

    /** Throws `TypeError` if `url` is not an address. */
    constructor(url: string, options: Options = {}) {
        this.exchange = new Exchange(url, { ...BOUNDS, ...options.bounds })
        this.belief = new Belief(options.keys ?? null, () => this.keys())
    }

    /** What becomes of a question. */
    async ask(question: AskRequest, bearer = ""): Promise<AskResponse> {
        const response = (await this.post("/v1/ask", question, bearer, crypto.randomUUID())) as unknown as AskResponse
        await this.belief.checkResponse(response, question.island)
        return response
    }

    /** What becomes of the question when the viewer picks `snippet` from `offer`, or null: none of these. */
    async choose(question: AskRequest, offer: AskResponse, snippet: string | null, bearer = ""): Promise<AskResponse> {
        const { island, author: _author, want: _want, ...same } = question
        const choice: ChoiceRequest = { ...same, receipt: offer.receipt ?? "", snippet }
        const response = (await this.post("/v1/choice", choice, bearer, crypto.randomUUID())) as unknown as AskResponse
        await this.belief.checkResponse(response, island)
        return response
    }

    /** A session for one viewer of one island: the `bearer` of their questions. */
    async session(island: string): Promise<SessionResponse> {
        return (await this.post("/v1/sessions", { island }, "")) as unknown as SessionResponse
    }

    /** What the island asks consent for: each sentence as its tenant signed it, in `locale` if it is there. */
    async purposes(island: string, locale = ""): Promise<PurposeList> {
        tenantOf(island)
        const query = locale === "" ? "" : `?locale=${encodeURIComponent(locale)}`
        const found = (await this.get(`/v1/islands/${island}/purposes${query}`)) as unknown as PurposeList
        await this.belief.checkPurposes(found, island)
        return found
    }

    /** What becomes of a question, and of the consent that is given with it by the same tap. Needs a session. */
    async fastpath(question: AskRequest, gives: readonly GivenPurpose[], bearer = ""): Promise<FastPathResponse> {
        const request: FastPathRequest = { ...question, gives }
        const response = (await this.post("/v1/fastpath", request, bearer, crypto.randomUUID())) as unknown as FastPathResponse
        await this.belief.checkResponse(response, question.island)
        return response
    }

    /** Agree to purposes of an island, durably. Says what is in force then. `token`: of an earlier response. */
    giveConsent(island: string, gives: readonly GivenPurpose[], bearer = "", token = ""): Promise<ConsentResponse> {
        return this.consent({ island, gives, token }, bearer, crypto.randomUUID())
    }

    /** Agree to these purposes no more; durable. Says what is in force then. */
    takeBack(island: string, purposes: readonly string[], bearer = "", token = ""): Promise<ConsentResponse> {
        return this.consent({ island, takes_back: purposes, token }, bearer, crypto.randomUUID())
    }

    /** Which consents of the session are in force. It changes nothing. */
    consents(island: string, bearer = "", token = ""): Promise<ConsentResponse> {
        return this.consent({ island, token }, bearer, "")
    }

    private async consent(request: ConsentRequest, bearer: string, key: string): Promise<ConsentResponse> {
        return (await this.post("/v1/consent", request, bearer, key)) as unknown as ConsentResponse
    }

    /** The state of every island on the PoP. */
    async islands(): Promise<readonly IslandStatus[]> {
        return listOf<IslandStatus>(await this.get("/v1/islands"), "islands")
    }

    /** One answer as its tenant signed it. */
    async snippet(island: string, snippet: string): Promise<SnippetDocument> {
        tenantOf(island)
        const response = await this.exchange.send(`/v1/islands/${island}/snippets/${encodeURIComponent(snippet)}`, {})
        return this.belief.open(signedOf(response), island, snippet)
    }

    /** The decision trees of an island, each with its first step. */
    async trees(island: string): Promise<TreeList> {
        tenantOf(island)
        return (await this.get(`/v1/trees/${island}`)) as unknown as TreeList
    }

    /** The next step of a tree; the first without `step`. */
    async tree(island: string, tree: string, step: TreeRequest = {}, bearer = ""): Promise<TreeResponse> {
        tenantOf(island)
        const path = `/v1/trees/${island}/${encodeURIComponent(tree)}`
        const response = (await this.post(path, step, bearer, crypto.randomUUID())) as unknown as TreeResponse
        await this.belief.checkResponse(response, island)
        return response
    }

    /** Which topics were counted. It can be repeated. */
    async feedback(feedback: FeedbackRequest, bearer = ""): Promise<FeedbackResponse> {
        return (await this.post("/v1/feedback", feedback, bearer)) as unknown as FeedbackResponse
    }

    /** How far a ticket has come. `token` is the `ticket_token` of its response. */
    async ticket(ticket: string, token: string): Promise<TicketStatus> {
        return (await this.get(`/v1/tickets/${encodeURIComponent(ticket)}`, token)) as unknown as TicketStatus
    }

    /** A ticket's events, beginning with the state now, until it is resolved or dropped. A broken stream is resumed after
     * the last event, and polled where no stream is to be had. A ticket has one stream: do not follow it twice. */
    follow(ticket: string, token: string, lastEventId = ""): AsyncGenerator<TicketEvent, void> {
        const path = `/v1/tickets/${encodeURIComponent(ticket)}/events`
        return new TicketFollower(this.exchange, path, token, () => this.ticket(ticket, token), lastEventId).events()
    }

    /** The keys that may sign for each tenant, as the PoP names them. */
    async keys(): Promise<readonly TenantKeys[]> {
        return listOf<TenantKeys>(await this.get("/.well-known/skerry-keys"), "tenants")
    }

    private async get(path: string, bearer = ""): Promise<Readonly<Record<string, unknown>>> {
        return objectOf(await this.exchange.send(path, { headers: authorization(bearer) }))
    }

    /** `key`: for what must not happen twice. */
    private async post(path: string, document: object, bearer: string, key = ""): Promise<Readonly<Record<string, unknown>>> {
        const headers = {
            "Content-Type": "application/json",
            ...(key === "" ? {} : { "Idempotency-Key": key }),
            ...authorization(bearer),
        }
        return objectOf(await this.exchange.send(path, { method: "POST", headers, body: JSON.stringify(document) }))
    }
}

function authorization(token: string): Record<string, string> {
    return token === "" ? {} : { Authorization: `Bearer ${token}` }
}

function objectOf(response: PopResponse): Readonly<Record<string, unknown>> {
    const found = readObject(response.body)
    if (found === null) throw unreachable("found a response that is no JSON object, expected a PoP's")
    return found
}

function listOf<T>(document: Readonly<Record<string, unknown>>, name: string): readonly T[] {
    const found = document[name]
    if (!Array.isArray(found)) throw unreachable(`found a response without a list of ${name}, expected a PoP's`)
    return found as readonly T[]
}

function signedOf({ headers, body }: PopResponse) {
    const [unencoded_digest, signature_input, signature] = ["Unencoded-Digest", "Signature-Input", "Signature"].map(name =>
        headers.get(name),
    )
    if (!unencoded_digest || !signature_input || !signature) {
        throw disbelieved("the snippet lacks one of its three headers, expected Unencoded-Digest, Signature-Input and Signature")
    }
    try {
        const document = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)
        return { document, unencoded_digest, signature_input, signature }
    } catch {
        throw disbelieved("the snippet is no UTF-8, expected the document as it was signed", "metadata_invalid")
    }
}
