// What the widget asks of its PoP. Every answer is verified before anything of it is painted.
import { type Ed25519, verifyAnswer } from "../../client/belief.ts"
import { BOUNDS, Exchange, readObject } from "../../client/exchange.ts"
import { type TicketEvent, TicketFollower } from "../../client/follow.ts"
import type { AskResponse, Provenance, SignedAnswer, TicketStatus, TreeList, TreeResponse } from "../../client/generated.ts"
import { disbelieved, unreachable } from "../../client/errors.ts"

/** A question, choice or step of a tree. */
export interface Request {
    readonly path: string
    readonly body: object
    /** The same for each try, so that they make one ticket. */
    readonly key: string
    /** What the viewer asked, for a choice from what is offered; empty for a step. */
    readonly question: string
}

export class Pop {
    session: string
    private readonly exchange: Exchange

    /** `keys`: those that may sign for the island's tenant. Throws `TypeError` if `url` is not an address. */
    constructor(
        url: string,
        readonly island: string,
        private readonly keys: readonly string[],
        session: string,
        private readonly verify: Ed25519,
    ) {
        this.exchange = new Exchange(url, BOUNDS)
        this.session = session
    }

    /** The verified response, in the viewer's session, which the first request makes. Throws `PopError`. */
    async send({ path, body, key }: Request): Promise<AskResponse & TreeResponse> {
        this.session ||= String((await this.post("/v1/sessions", { island: this.island }))["session"] ?? "")
        const found = (await this.post(path, body, key)) as unknown as AskResponse & TreeResponse
        if (found.island !== this.island) throw disbelieved("the response is about another island")
        if (found.answer !== null) await this.check(found.answer, found.provenance, found.signed)
        const more: unknown = found.more === undefined ? [] : found.more
        if (!Array.isArray(more)) throw disbelieved("the response's parts are no list")
        for (const part of more) await this.check(part.answer, part.provenance, part.signed)
        return found
    }

    /** As `Belief` in `client/belief.ts`: the tenant signed all that is painted of an answer. Throws `PopError`. */
    private async check(answer: string, said: Provenance | null, signed: SignedAnswer | null): Promise<void> {
        if (!said || !signed) throw disbelieved("the answer is not signed")
        const found = await verifyAnswer(signed, this.keys, Date.now(), this.verify)
        const isSame =
            `${found.tenant}/${found.island}` === this.island &&
            found.answer === answer &&
            found.snippet === said.snippet &&
            found.revision === said.revision &&
            found.approved_by === said.approved_by &&
            Date.parse(found.approved_at) === Date.parse(said.approved_at) &&
            found.locale === (said.locale ?? found.locale)
        if (!isSame) throw disbelieved("the response says something else than the document that the tenant signed")
    }

    trees(): Promise<TreeList> {
        return this.get(`/v1/trees/${this.island}`, "") as Promise<unknown> as Promise<TreeList>
    }

    async feedback(receipt: string, helpful: boolean): Promise<void> {
        await this.post("/v1/feedback", { receipt, helpful })
    }

    follow(ticket: string, token: string): AsyncGenerator<TicketEvent, void> {
        const path = `/v1/tickets/${encodeURIComponent(ticket)}`
        const read = () => this.get(path, token) as Promise<unknown> as Promise<TicketStatus>
        return new TicketFollower(this.exchange, `${path}/events`, token, read, "").events()
    }

    private get(path: string, bearer: string): Promise<Readonly<Record<string, unknown>>> {
        return this.object(path, { headers: bearer ? { Authorization: `Bearer ${bearer}` } : {} })
    }

    private post(path: string, body: object, key = ""): Promise<Readonly<Record<string, unknown>>> {
        const headers = {
            "Content-Type": "application/json",
            ...(key ? { "Idempotency-Key": key } : {}),
            ...(this.session ? { Authorization: `Bearer ${this.session}` } : {}),
        }
        return this.object(path, { method: "POST", headers, body: JSON.stringify(body) })
    }

    private async object(path: string, init: RequestInit): Promise<Readonly<Record<string, unknown>>> {
        const found = readObject((await this.exchange.send(path, init)).body)
        if (!found) throw unreachable("found no JSON object, expected a PoP's")
        return found
    }
}
