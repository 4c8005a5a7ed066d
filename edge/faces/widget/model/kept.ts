// What survives a reload of the page, in this tab alone: the session and tickets of somebody who asked people.

export interface Kept {
    readonly session: string
    /** Each ticket and its capability. */
    readonly tickets: readonly (readonly [string, string])[]
}

/** What the tab has at `key`, which tells islands and PoPs apart; nothing in a private window without storage. */
export function readKept(key: string): Kept {
    try {
        const { session, tickets } = JSON.parse(String(sessionStorage.getItem(key))) as Kept
        return { session: String(session), tickets: tickets.map(([ticket, token]) => [String(ticket), String(token)]) }
    } catch {
        return { session: "", tickets: [] }
    }
}

/** Nothing is stored without a ticket. */
export function writeKept(key: string, kept: Kept): void {
    try {
        if (kept.tickets.length) sessionStorage.setItem(key, JSON.stringify(kept))
        else sessionStorage.removeItem(key)
    } catch {
        // Storage is full or forbidden: a reload forgets the ticket, and its people answer it all the same.
    }
}
