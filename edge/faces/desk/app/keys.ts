// Which key does what. Needs no browser but for the event's fields.

export type Act =
    | "next"
    | "before"
    | "claim"
    | "release"
    | "edit"
    | "resolve"
    | "help"
    | "leave"
    | "send"
    | "send-resolve"
    | "insert-1"
    | "insert-2"
    | "insert-3"

const SINGLE: Readonly<Record<string, Act>> = {
    "j": "next",
    "k": "before",
    "c": "claim",
    "x": "release",
    "e": "edit",
    "r": "resolve",
    "?": "help",
    "1": "insert-1",
    "2": "insert-2",
    "3": "insert-3",
}

type Pressed = Pick<KeyboardEvent, "key" | "code" | "repeat" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing">

const MOVES: ReadonlySet<Act | null> = new Set<Act>(["next", "before"])

/** What a key means; null if nothing. While somebody types, only Esc and keys with Ctrl do. */
export function actOf(pressed: Pressed, isTyping: boolean, hasSingleKeys: boolean): Act | null {
    const act = meaning(pressed, isTyping, hasSingleKeys)
    // A key that is held down goes through the list. It sends or resolves one question, not all that follow it.
    return pressed.repeat && !MOVES.has(act) ? null : act
}

function meaning(pressed: Pressed, isTyping: boolean, hasSingleKeys: boolean): Act | null {
    // Enter and Esc belong to the input of composed letters while it is open.
    if (pressed.isComposing) return null
    if ((pressed.ctrlKey || pressed.metaKey) && pressed.key === "Enter") return pressed.shiftKey ? "send-resolve" : "send"
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null
    if (pressed.key === "Escape") return "leave"
    if (isTyping || !hasSingleKeys) return null
    return SINGLE[letterOf(pressed)] ?? null
}

/** The Latin letter or number of a key: of its place where the keyboard writes Arabic, Cyrillic or `&` there. */
function letterOf({ key, code, shiftKey }: Pressed): string {
    if (/^[a-z0-9?]$/i.test(key)) return key.toLowerCase()
    const place = /^Digit([123])$/.exec(code) ?? (key > "~" ? /^Key([A-Z])$/.exec(code) : null)
    if (place !== null && !shiftKey) return (place[1] ?? "").toLowerCase()
    return key === "\u061f" ? "?" : key
}

const NOT_TYPED = new Set(["checkbox", "radio", "button", "submit", "reset", "range"])

/** True for a field that takes letters. */
export function isField(target: unknown): boolean {
    if (target instanceof HTMLInputElement) return !NOT_TYPED.has(target.type)
    if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
    return target instanceof HTMLElement && target.isContentEditable
}
