// Questions that people have: what becomes of each, and their replies.
import type { PopError } from "../../client/errors.ts"
import { pause } from "../../client/exchange.ts"
import type { TicketEvent } from "../../client/follow.ts"
import type { AskResponse } from "../../client/generated.ts"
import { duration, number } from "../model/amounts.ts"
import type { SessionStore } from "../model/session_store.ts"
import { element, words } from "./nodes.ts"
import { fill, type Panel } from "./panel.ts"
import type { Pop } from "./pop.ts"

const UNREACHED_MS = 30_000

export class Tickets {
    /** Those whose end is not known, each with its capability. */
    private readonly open = new Map<string, string>()

    constructor(
        private readonly panel: Panel,
        private readonly pop: Pop,
        private readonly locale: string,
        private readonly store: SessionStore,
    ) {}

    /** People took the question of this response. */
    took({ ticket, ticket_token: token, reason, wait_s: waitS, queue_place: place }: AskResponse, sent: string): void {
        if (!ticket || !token) return
        const { say } = this.panel
        const more = [
            ...(reason === "surge" ? [say.later] : []),
            ...(waitS === null ? [] : [this.wait(waitS)]),
            ...(place === null ? [] : [fill(say.place, { place: number(place, this.locale) })]),
        ]
        if (this.open.has(ticket)) this.panel.add("ticket", sent)
        else this.follow(ticket, token, [sent, ...more].join(" "))
    }

    /** Show what becomes of a ticket, beginning with this text. */
    follow(ticket: string, token: string, text: string): void {
        this.open.set(ticket, token)
        this.keep()
        const state = element("p", "text", text)
        this.panel.add("ticket", state)
        void this.events(ticket, token, state)
    }

    /** The viewer found the answer: nobody waits for this ticket. */
    forget(ticket: string): void {
        this.open.delete(ticket)
        this.keep()
    }

    private async events(ticket: string, token: string, state: HTMLElement): Promise<void> {
        let reply = ""
        // Without its place in the page nobody reads it: an element that takes its place finds the ticket where it is kept.
        const isRead = () => this.open.has(ticket) && this.panel.root.isConnected
        while (isRead()) {
            try {
                for await (const { kind, status, waitS } of this.pop.follow(ticket, token)) {
                    if (!isRead()) return
                    if (status?.reply && status.reply !== reply) this.reply((reply = status.reply))
                    this.say(kind, waitS, state)
                    if (kind === "resolved" || kind === "dropped") this.forget(ticket)
                }
            } catch (error) {
                if ((error as Partial<PopError>).family !== "refused") await pause(UNREACHED_MS)
                else if (this.open.has(ticket)) {
                    // The PoP knows the ticket no more.
                    this.forget(ticket)
                    state.textContent = this.panel.say.unanswered
                }
            }
        }
    }

    private say(kind: TicketEvent["kind"], waitS: number | null, state: HTMLElement): void {
        const { say } = this.panel
        const told: Readonly<Record<string, string>> = {
            acknowledged: say.taken,
            resolved: say.resolved,
            dropped: say.dropped,
        }
        const text = kind === "wait" && waitS !== null ? `${say.sent} ${this.wait(waitS)}` : told[kind]
        // The same text once more would be read aloud again.
        if (text && text !== state.textContent) state.textContent = text
    }

    private reply(text: string): void {
        this.panel.add("reply", element("span", "name", this.panel.say.reply), words("p", "text", text))
    }

    private wait(seconds: number): string {
        return fill(this.panel.say.wait, { time: duration(seconds, this.locale) })
    }

    private keep(): void {
        this.store.write({ session: this.pop.session, tickets: [...this.open] })
    }
}
