// Questions that people have: what becomes of each, and their replies.
import type { PopError } from "../../client/errors.ts"
import type { AskResponse } from "../../client/generated.ts"
import { duration } from "../model/amounts.ts"
import { writeKept } from "../model/kept.ts"
import { pause } from "../model/waits.ts"
import { element, words } from "./nodes.ts"
import { fill, type Panel } from "./panel.ts"
import type { Pop, TicketNews } from "./pop.ts"

/** A response without news that ended sooner was ended by a proxy. */
const SHORT_MS = 5_000
const MIN_DELAY_MS = 500
const MAX_DELAY_MS = 15_000

export interface Tickets {
    /** People took the question of this response. */
    took(response: AskResponse): void
    /** Show what becomes of a ticket, beginning with this text. */
    follow(ticket: string, token: string, text: string): void
    /** Follow every ticket that is not followed: the element may be back in a page. */
    resume(): void
    /** The viewer found the answer: nobody waits for this ticket. */
    forget(ticket: string): void
    /** Store session, consent and tickets in the tab; without a ticket that is open only if it `isWanted`. */
    keep(isWanted?: boolean): void
}

interface Followed {
    readonly token: string
    readonly state: HTMLElement
    /** Where its events were read to. */
    position: string
    reply: string
    isFollowed: boolean
}

/** `key`: where the tab keeps them. */
export function ticketsIn(panel: Panel, pop: Pop, locale: string, key: string): Tickets {
    const { say } = panel
    /** Those whose end is not known. */
    const open = new Map<string, Followed>()

    const wait = (seconds: number) => fill(say.wait, { time: duration(seconds, locale) })

    function keep(isWanted = open.size > 0): void {
        const tickets = [...open].map(([ticket, { token }]) => [ticket, token] as const)
        writeKept(key, { session: pop.session, consent: pop.consent, tickets }, isWanted)
    }

    function forget(ticket: string): void {
        open.delete(ticket)
        keep()
    }

    function follow(ticket: string, token: string, text: string): void {
        const state = element("p", "text", text)
        panel.add("ticket", state)
        open.set(ticket, { token, state, position: "", reply: "", isFollowed: false })
        keep()
        resume()
    }

    function resume(): void {
        for (const [ticket, one] of open) if (!one.isFollowed) void events(ticket, one)
    }

    async function events(ticket: string, one: Followed): Promise<void> {
        one.isFollowed = true
        // Without its place in the page nobody reads it.
        while (open.has(ticket) && panel.root.isConnected) {
            const began = performance.now()
            let delayMs = MAX_DELAY_MS
            try {
                const [position, news] = await pop.news(ticket, one.token, one.position)
                for (const event of news) if (open.has(ticket)) tell(ticket, one, event)
                if (position !== one.position || performance.now() - began > SHORT_MS) delayMs = MIN_DELAY_MS
                one.position = position
            } catch (error) {
                if ((error as Partial<PopError>).family === "refused" && open.has(ticket)) {
                    // The PoP knows the ticket no more.
                    forget(ticket)
                    one.state.textContent = say.unanswered
                }
            }
            await pause(delayMs)
        }
        one.isFollowed = false
    }

    function tell(ticket: string, one: Followed, { state, reply, wait_s: waitS }: TicketNews): void {
        const told: Readonly<Record<string, string>> = {
            acknowledged: say.taken,
            resolved: say.resolved,
            dropped: say.dropped,
        }
        if (reply && reply !== one.reply) {
            one.reply = reply
            panel.add("reply", element("p", "name", say.reply), words("p", "text", reply))
        }
        const text = waitS ? `${say.sent} ${wait(waitS)}` : told[state ?? ""]
        // The same text once more would be read aloud again.
        if (text && text !== one.state.textContent) one.state.textContent = text
        if (state === "resolved" || state === "dropped") forget(ticket)
    }

    function took({ ticket, ticket_token: token, reason, wait_s: waitS, queue_place: place }: AskResponse): void {
        if (!ticket || !token) return
        const text = [
            say.sent,
            reason === "surge" ? say.later : "",
            waitS === null ? "" : wait(waitS),
            place === null ? "" : fill(say.place, { place: place.toLocaleString(locale) }),
        ]
        if (open.has(ticket)) panel.add("ticket", say.sent)
        else follow(ticket, token, text.filter(Boolean).join(" "))
    }

    return { took, follow, resume, forget, keep }
}
