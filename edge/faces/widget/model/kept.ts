// What survives a reload of the page, in this tab alone: the session, tickets and consent of somebody who asked people, or
// agreed to something.

export interface Kept {
    readonly session: string
    /** The token of what she agreed to; empty without. */
    readonly consent: string
    /** Each ticket and its capability. */
    readonly tickets: readonly (readonly [string, string])[]
}

/** What the tab has at `key`, which tells islands and PoPs apart; nothing in a private window without storage. */
export function readKept(key: string): Kept {
    try {
        const { session, tickets, consent = "" } = JSON.parse(String(sessionStorage.getItem(key))) as Kept
        return { session, consent, tickets: tickets.map(([ticket, token]) => [ticket, token]) }
    } catch {
        return { session: "", consent: "", tickets: [] }
    }
}

/** `isWanted`: false if nothing shall be stored. */
export function writeKept(key: string, kept: Kept, isWanted: boolean): void {
    try {
        if (isWanted) sessionStorage.setItem(key, JSON.stringify(kept))
        else sessionStorage.removeItem(key)
    } catch {
        // Storage is full or forbidden: a reload forgets the ticket, and its people answer it all the same.
    }
}
