// What survives a reload of the page, in this tab alone: the session and tickets of somebody who asked people.

export interface Kept {
    readonly session: string
    /** Each ticket and its capability. */
    readonly tickets: readonly (readonly [string, string])[]
}

const NONE: Kept = { session: "", tickets: [] }

/** `key` tells islands and PoPs apart. In a private window without storage, nothing is kept. */
export class SessionStore {
    constructor(private readonly key: string) {}

    read(): Kept {
        try {
            const { session, tickets } = JSON.parse(sessionStorage.getItem(this.key) ?? "null") as Kept
            const isTicket = (one: unknown) => Array.isArray(one) && one.every(text => typeof text === "string")
            return { session: String(session), tickets: tickets.filter(isTicket) }
        } catch {
            return NONE
        }
    }

    /** Nothing is stored without a ticket. */
    write(kept: Kept): void {
        try {
            if (kept.tickets.length) sessionStorage.setItem(this.key, JSON.stringify(kept))
            else sessionStorage.removeItem(this.key)
        } catch {
            // Storage is full or forbidden: a reload forgets the ticket, and its people answer it all the same.
        }
    }
}
