// What a person set for this browser. Kept for longer than a tab, so nothing secret is here.

export const THEMES = ["system", "light", "dark"] as const
export const DIRECTIONS = ["ltr", "rtl"] as const
export type Theme = (typeof THEMES)[number]
export type Direction = (typeof DIRECTIONS)[number]

function found<T extends string>(name: string, known: readonly T[], otherwise: T): T {
    try {
        const value = localStorage.getItem(`skerry-${name}`)
        return known.find(one => one === value) ?? otherwise
    } catch {
        return otherwise
    }
}

function set(name: string, value: string): void {
    try {
        localStorage.setItem(`skerry-${name}`, value)
    } catch {
        // It holds until the page is closed.
    }
}

export const theme = (): Theme => found("theme", THEMES, "system")
export const direction = (): Direction => found("direction", DIRECTIONS, "ltr")
export const hasSingleKeys = (): boolean => found("keys", ["on", "off"] as const, "on") === "on"

/** Draw the page as it is set. */
export function applySettings(): void {
    document.documentElement.dataset["theme"] = theme()
    document.documentElement.dir = direction()
}

export function setTheme(value: string): void {
    set("theme", value)
    applySettings()
}

export function setDirection(value: string): void {
    set("direction", value)
    applySettings()
}

export function setSingleKeys(value: boolean): void {
    set("keys", value ? "on" : "off")
}
