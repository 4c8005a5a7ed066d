// Times by the desk's clock, which may differ from this computer's.

let offsetMs = 0

/** The desk said that it is `utc` now. */
export function learnClock(utc: string): void {
    const found = Date.parse(utc)
    if (Number.isFinite(found)) offsetMs = found - Date.now()
}

/** Milliseconds since 1970, by the desk's clock. */
export function now(): number {
    return Date.now() + offsetMs
}

/** Seconds from now until `utc`, negative if it is over; null without a time. */
export function secondsUntil(utc: string | null | undefined): number | null {
    if (!utc) return null
    const at = Date.parse(utc)
    return Number.isFinite(at) ? (at - now()) / 1000 : null
}

/** A span as people say it: `45 s`, `12 min`, `3 h`, `2 d`. */
export function span(seconds: number): string {
    const whole = Math.abs(seconds)
    if (whole < 60) return `${Math.floor(whole)} s`
    if (whole < 3_600) return `${Math.floor(whole / 60)} min`
    if (whole < 86_400) return `${Math.floor(whole / 3_600)} h`
    return `${Math.floor(whole / 86_400)} d`
}

/** A moment in the words of this browser's language; empty if it is none. */
export function moment(utc: string | null | undefined, style: "date" | "time" | "clock" = "time"): string {
    const at = Date.parse(utc ?? "")
    if (!Number.isFinite(at)) return ""
    const date = new Date(at)
    if (style === "clock") return date.toLocaleTimeString(undefined, { timeStyle: "short" })
    return style === "date"
        ? date.toLocaleDateString(undefined, { dateStyle: "medium" })
        : date.toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" })
}
