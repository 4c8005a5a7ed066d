// Amounts, ages and names of languages, as the browser writes them in each language.

const MINUTE_S = 60
const HOUR_S = 3_600
const SECOND = [1, "second"] as const
const MINUTE = [MINUTE_S, "minute"] as const
const HOUR = [HOUR_S, "hour"] as const

/** Seconds rounded up to what somebody who waits wants to know. */
function rounded(seconds: number) {
    const [size, unit] = seconds < MINUTE_S ? SECOND : seconds < 2 * HOUR_S ? MINUTE : HOUR
    return [Math.ceil(seconds / size), unit] as const
}

/** "6 minutes". */
export function duration(seconds: number, locale: string): string {
    const [amount, unit] = rounded(seconds)
    return amount.toLocaleString(locale, { style: "unit", unit, unitDisplay: "long" })
}

/** "6 minutes ago"; "0 seconds ago" by a clock that is behind. Throws `RangeError` for what is no amount. */
export function ago(milliseconds: number, locale: string): string {
    const [amount, unit] = rounded(Math.max(0, milliseconds / 1_000))
    return new Intl.RelativeTimeFormat(locale).format(-amount, unit)
}

/** "German" for `de`. Throws `RangeError` for what is no tag. */
export function language(tag: string, locale: string): string {
    return new Intl.DisplayNames(locale, { type: "language" }).of(tag) as string
}
