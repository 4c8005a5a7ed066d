// Questions a minute, and what became of them.
import { css, html } from "lit"
import type { TemplateResult } from "lit"
import { MESSAGES } from "../messages.ts"
import type { PerMinute } from "../model/summary.ts"
import { amount } from "./parts.ts"

export const ratesStyles = css`
    .rates {
        display: grid;
        grid-template-columns: 1.4fr repeat(4, 1fr);
        gap: 1rem;
        margin: 0;
    }
    .rates > div {
        display: flex;
        flex-direction: column-reverse;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        padding: 0.5rem 1.5rem;
    }
    dt {
        font-size: var(--label);
        color: var(--quiet);
    }
    dd {
        margin: 0;
        font-size: 6rem;
        line-height: 1.1;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
    }
`

/** `rates` null: not known, which is no zero. */
export function ratesPanel(rates: PerMinute | null): TemplateResult {
    const part = (value: number): string => MESSAGES.percent(rates === null || rates.all === 0 ? 0 : value / rates.all)
    const shown = (value: number | undefined): string => (rates === null || !rates.all ? MESSAGES.unknown : part(value ?? 0))
    const tile = (label: string, value: string): TemplateResult => html`<div>
        <dt>${label}</dt>
        <dd>${value}</dd>
    </div>`
    return html`<dl class="rates">
        ${tile(MESSAGES.perMinute, rates === null ? MESSAGES.unknown : amount(rates.all))}
        ${tile(MESSAGES.answered, shown(rates?.answered))} ${tile(MESSAGES.offered, shown(rates?.offered))}
        ${tile(MESSAGES.handedOver, shown(rates?.handedOver))} ${tile(MESSAGES.chatter, shown(rates?.chatter))}
    </dl>`
}
