// Amounts, dates and names of languages, as the browser writes them in each language.

const MINUTE_S = 60
const HOUR_S = 3_600

/** "6 minutes": seconds rounded up to what somebody who waits wants to know. */
export function duration(seconds: number, locale: string): string {
    const [unit, size] = seconds < MINUTE_S ? ["second", 1] : seconds < 2 * HOUR_S ? ["minute", MINUTE_S] : ["hour", HOUR_S]
    return number(Math.ceil(seconds / Number(size)), locale, { style: "unit", unit: String(unit), unitDisplay: "long" })
}

export function number(value: number, locale: string, options: Intl.NumberFormatOptions = {}): string {
    return new Intl.NumberFormat(locale, options).format(value)
}

/** "4 Nov 2026"; empty for what is no time. */
export function date(time: string, locale: string): string {
    const at = Date.parse(time)
    return Number.isNaN(at) ? "" : new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(at)
}

/** "German" for `de`; the tag itself if it is none. */
export function language(tag: string, locale: string): string {
    try {
        return new Intl.DisplayNames(locale, { type: "language" }).of(tag) ?? tag
    } catch {
        return tag
    }
}
