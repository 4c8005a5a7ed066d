// Words of viewers and authors as they can be shown: as text, never as markup.

/** Controls, signs that change the direction of writing, signs without width, and tags. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu
const LINE = /\r\n|\r|\u2028|\u2029/g

/**
 * The text with a sign that is seen in place of each unseen one: they hide words or turn a whole line around. Signs that
 * join letters and emoji (U+200C, U+200D) stay. Show it in an element of its own with `dir="auto"`.
 */
export function shown(text: string): string {
    return text.replace(LINE, "\n").replace(UNSEEN, "\u25a1")
}

/** The same in one line, cut at `characters`. */
export function line(text: string, characters = 300): string {
    const whole = shown(text).replace(/\s+/g, " ").trim()
    return whole.length > characters ? `${whole.slice(0, characters).replace(/[\ud800-\udbff]$/, "")}…` : whole
}

/** The text as a reply may have it: without controls. */
export function plain(text: string): string {
    return text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
}
