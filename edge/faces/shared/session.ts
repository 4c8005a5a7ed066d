// What a tab keeps while it is open: the token, and what is typed. `sessionStorage` ends with the tab.

/** Of a desk's page, and of a wall: both may be opened in one tab, and have different tokens. */
export type TokenPlace = "token" | "wall-token"
const OWNER = "skerry-owner"
const OWN = /^skerry-/

/** The token of this tab; null if nobody is signed in. */
export function keptToken(place: TokenPlace = "token"): string | null {
    return sessionStorage.getItem(`skerry-${place}`)
}

export function keepToken(token: string, place: TokenPlace = "token"): void {
    sessionStorage.setItem(`skerry-${place}`, token)
}

/** Forget the token alone: what was typed is there after the next sign-in. */
export function forgetToken(place: TokenPlace = "token"): void {
    sessionStorage.removeItem(`skerry-${place}`)
}

/** What did not fit into the storage: it ends with a reload. */
const unstored = new Map<string, string>()

/** Forget all that this tab kept. */
export function forgetAll(): void {
    unstored.clear()
    for (const key of Object.keys(sessionStorage)) if (OWN.test(key)) sessionStorage.removeItem(key)
}

/** What was kept is `owner`'s from now on. What another person typed in this tab is forgotten. */
export function keepFor(owner: string): void {
    const before = sessionStorage.getItem(OWNER)
    if (before !== null && before !== owner) {
        const token = keptToken()
        forgetAll()
        if (token !== null) keepToken(token)
    }
    sessionStorage.setItem(OWNER, owner)
}

export function kept(name: string): string {
    return unstored.get(name) ?? sessionStorage.getItem(`skerry-${name}`) ?? ""
}

/** Keep a text under a name; an empty one is forgotten. With a full storage it does not survive a reload. */
export function keep(name: string, text: string): void {
    unstored.delete(name)
    try {
        if (text === "") sessionStorage.removeItem(`skerry-${name}`)
        else sessionStorage.setItem(`skerry-${name}`, text)
    } catch {
        unstored.set(name, text)
    }
}
