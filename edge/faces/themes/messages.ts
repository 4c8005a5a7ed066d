// Every word of the page.

export const MESSAGES = {
    title: "Try a theme",
    lead: "Set what you want to change. Both chats are the real one, with your island. At the end is the CSS for your page.",
    island: "Island",
    language: "Language",
    noIsland: "This PoP serves no island. Publish one, then load this page again.",
    unreachable: "The PoP gave no list of islands. Load this page again.",
    begin: "Begin with",
    colours: "Colours",
    property: "Property",
    light: "Light",
    dark: "Dark",
    pick: "Pick",
    sizes: "Type and sizes",
    parts: "Rules for parts",
    partsHint: "Each rule selects a part, such as skerry-chat::part(send) { text-transform: uppercase }.",
    isDefault: "default",
    invalid: "Not used: this is no value of such a property.",
    question: "Ask your island a question in both",
    ask: "Ask",
    preview: "The chat",
    contrast: "Contrast",
    contrastHint: "Words need 4.5:1, borders of fields and buttons 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).",
    words: "What",
    isEnough: "enough",
    isLow: "too low",
    allEnough: "All contrasts are enough.",
    copyHere: "Copy",
    css: "CSS for your page",
    line: "The line for your page",
    nothing: "/* Nothing is changed. */",
    copy: "Copy",
    copied: "Copied.",
    selected: "Selected: press Ctrl+C.",
} as const

/** "2 contrasts are too low." */
export const low = (count: number): string =>
    count === 0 ? MESSAGES.allEnough : count === 1 ? "One contrast is too low." : `${count} contrasts are too low.`

/** "2 rules are left out." */
export const leftOut = (count: number): string =>
    count === 1 ? "One rule is left out: it selects no part." : `${count} rules are left out: they select no part.`
