// The Markdown of answers as plain data: paragraphs, lists, strong, em, code and https links. All else stays text.

export type Span = { readonly tag: "" | "strong" | "em" | "code" | "a"; readonly text: string; readonly href?: string }
export type Block = { readonly tag: "p" | "ul" | "ol"; readonly lines: readonly (readonly Span[])[] }

const SPAN =
    /\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|`([^`\n]+)`|\[([^\]\n]+)\]\((https:\/\/[^\s()<>"]+)\)|(https:\/\/[^\s()<>"*`]*[^\s()<>"*`.,:;!?])/g
const ITEM = /^\s*(?:[-*]|(\d+)[.)])\s+/

export function blocksOf(markdown: string): Block[] {
    return markdown
        .split(/\n\s*\n/)
        .filter(part => part.trim())
        .flatMap(part => {
            const blocks: { tag: Block["tag"]; lines: Span[][] }[] = []
            for (const line of part.split("\n")) {
                const item = ITEM.exec(line)
                const tag = item ? (item[1] ? "ol" : "ul") : "p"
                const last = blocks.at(-1)
                const spans = spansOf(line.replace(ITEM, ""))
                if (last?.tag === tag) last.lines.push(spans)
                else blocks.push({ tag, lines: [spans] })
            }
            return blocks
        })
}

function spansOf(line: string): Span[] {
    const spans: Span[] = []
    let end = 0
    for (const found of line.matchAll(SPAN)) {
        const [, strong, em, code, label, link, bare] = found
        if (found.index > end) spans.push({ tag: "", text: line.slice(end, found.index) })
        end = found.index + found[0].length
        if (strong) spans.push({ tag: "strong", text: strong })
        else if (em) spans.push({ tag: "em", text: em })
        else if (code) spans.push({ tag: "code", text: code })
        else spans.push({ tag: "a", text: label ?? bare ?? "", href: link ?? bare ?? "" })
    }
    if (end < line.length) spans.push({ tag: "", text: line.slice(end) })
    return spans
}
