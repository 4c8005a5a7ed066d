// A theme as plain data: what is changed of the widget's custom properties and parts, and the CSS that says so.

export type Scheme = "light" | "dark"

export interface Property {
    /** Without `--skerry-`. */
    readonly name: string
    /** What it is, for a person. */
    readonly what: string
    /** What the widget has without it. */
    readonly initial: string
}

export interface Size extends Property {
    /** The property of CSS whose values it takes. */
    readonly like: string
}

export const COLOURS: readonly Property[] = [
    { name: "accent", what: "Send, links, the button", initial: "color-mix(in srgb, CanvasText 30%, #3b6fe0)" },
    { name: "on-accent", what: "Words on that colour", initial: "Canvas" },
    { name: "text", what: "Words", initial: "CanvasText" },
    { name: "quiet", what: "Quiet words", initial: "color-mix(in srgb, CanvasText 72%, Canvas)" },
    { name: "surface", what: "The panel", initial: "Canvas" },
    { name: "raised", what: "An answer", initial: "color-mix(in srgb, CanvasText 6%, Canvas)" },
    { name: "line", what: "Thin lines", initial: "color-mix(in srgb, CanvasText 22%, Canvas)" },
    { name: "edge", what: "Borders of fields and buttons", initial: "color-mix(in srgb, CanvasText 55%, Canvas)" },
    { name: "good", what: "The tick", initial: "color-mix(in srgb, CanvasText 35%, #1a9f40)" },
    { name: "warn", what: "What went wrong", initial: "color-mix(in srgb, CanvasText 35%, #e0491b)" },
]

export const SIZES: readonly Size[] = [
    { name: "font", what: "Typeface", like: "font-family", initial: "system-ui, sans-serif" },
    { name: "size", what: "Size of words", like: "font-size", initial: "16px" },
    { name: "round", what: "Corners of panel and entries", like: "border-radius", initial: "12px" },
    { name: "round-button", what: "Corners of fields and buttons", like: "border-radius", initial: "8px" },
    { name: "gap", what: "Space at the edges", like: "padding", initial: "12px" },
    { name: "width", what: "Width of the panel", like: "inline-size", initial: "380px" },
    { name: "height", what: "Height of the panel", like: "block-size", initial: "560px" },
    { name: "offset", what: "Distance from the window's corner", like: "inset-block-end", initial: "16px" },
    { name: "layer", what: "Layer (z-index)", like: "z-index", initial: "2147483000" },
]

export interface Theme {
    /** By name of the property; what is left out is as the widget has it. */
    readonly light: Readonly<Record<string, string>>
    readonly dark: Readonly<Record<string, string>>
    readonly sizes: Readonly<Record<string, string>>
    /** Rules for parts, each whole. */
    readonly parts: readonly string[]
}

export const NOTHING: Theme = { light: {}, dark: {}, sizes: {}, parts: [] }

export const BEGINNINGS: Readonly<Record<string, Theme>> = {
    "The default": NOTHING,
    Sea: {
        ...NOTHING,
        light: { accent: "#0b6b6f", "on-accent": "#ffffff", raised: "#eaf5f4" },
        dark: { accent: "#7fd6d2", "on-accent": "#06302f", surface: "#101b1e", raised: "#182a2d" },
    },
    Plum: {
        ...NOTHING,
        light: { accent: "#7a2e6e", "on-accent": "#ffffff", surface: "#fffafd", raised: "#f7e9f4" },
        dark: { accent: "#efa8e0", "on-accent": "#3a0f33", surface: "#1d1420", raised: "#2c1e31" },
        sizes: { round: "20px", "round-button": "999px" },
    },
    Print: {
        ...NOTHING,
        light: { accent: "#111111", "on-accent": "#ffffff", surface: "#ffffff", raised: "#ffffff", line: "#111111" },
        dark: { accent: "#ffffff", "on-accent": "#111111", surface: "#111111", raised: "#111111", line: "#ffffff" },
        sizes: { font: "Georgia, serif", round: "0", "round-button": "0" },
    },
}

const PART = /^skerry-chat::part\([\w\s-]+\)(?::{1,2}[\w-]+)*$/

/** The rules of a sheet that select parts of the widget alone, and how many others there are. */
export function partsOf(rules: Iterable<CSSRule>): { readonly parts: readonly string[]; readonly leftOut: number } {
    const all = [...rules]
    const parts = all.filter(one => one instanceof CSSStyleRule && one.selectorText.split(",").every(isPart))
    return { parts: parts.map(one => one.cssText), leftOut: all.length - parts.length }
}

const isPart = (selector: string) => PART.test(selector.trim())

/** The CSS of a theme; empty if it changes nothing. A viewer's own choice of light or dark and the attribute `theme` hold. */
export function cssOf({ light, dark, sizes, parts }: Theme): string {
    const colours = [...inScheme("light", "dark", light), ...inScheme("dark", "light", dark)]
    return [rule("skerry-chat", block(sizes, "    ")), ...colours, ...parts.map(part => `${part}\n`)].join("")
}

function inScheme(scheme: Scheme, other: Scheme, values: Readonly<Record<string, string>>): readonly string[] {
    const inner = block(values, "        ")
    if (!inner) return []
    return [
        `@media (prefers-color-scheme: ${scheme}) {\n    skerry-chat:not([theme="${other}"]) {\n${inner}    }\n}\n`,
        rule(`skerry-chat[theme="${scheme}"]`, block(values, "    ")),
    ]
}

const rule = (selector: string, content: string) => (content ? `${selector} {\n${content}}\n` : "")

const block = (values: Readonly<Record<string, string>>, indent: string) =>
    Object.entries(values)
        .map(([name, value]) => `${indent}--skerry-${name}: ${value};\n`)
        .join("")
