// What panels share.
import { css, html, nothing } from "lit"
import type { TemplateResult } from "lit"
import { MESSAGES } from "../messages.ts"

const LARGE = 10_000
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 })

/** A number of questions or tickets: one decimal below ten, `12.3K` for large ones. */
export function amount(value: number): string {
    if (value >= LARGE) return compact.format(value)
    return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value))
}

/** The line below a list that was cut; nothing if it is whole. */
export function more(left: number): TemplateResult | typeof nothing {
    return left > 0 ? html`<p class="quiet">${MESSAGES.more(left)}</p>` : nothing
}

export const panelStyles = css`
    section {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        padding: 0.75rem 1.5rem;
        min-inline-size: 0;
        overflow: hidden;
    }
    h2,
    th {
        margin: 0;
        font-size: var(--label);
        font-weight: 600;
        color: var(--quiet);
        text-align: start;
    }
    h2 {
        margin-block-end: 0.25rem;
    }
    th {
        font-weight: 400;
    }
    table {
        inline-size: 100%;
        border-collapse: collapse;
        table-layout: fixed;
    }
    td,
    th {
        padding: 0 0.75rem 0 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
    }
    td,
    p,
    li {
        font-size: var(--figure);
    }
    p,
    ul {
        margin: 0;
        padding: 0;
        list-style: none;
    }
    .quiet {
        color: var(--quiet);
    }
    .good {
        color: var(--good);
    }
    .soon {
        color: var(--soon);
    }
    .late {
        color: var(--late);
    }
`
