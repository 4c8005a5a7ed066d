// Open tickets by lane, and the longest wait against what was promised.
import { html } from "lit"
import type { TemplateResult } from "lit"
import type { BoardLane } from "../../shared/generated.ts"
import { span } from "../../shared/times.ts"
import { line } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import { amount, more } from "./parts.ts"

const MOST = 4

export function queuePanel(lanes: readonly BoardLane[]): TemplateResult {
    // The latest first: with many lanes, those are the ones to see.
    const sorted = [...lanes].sort((one, other) => other.late - one.late || other.open - one.open)
    const table = html`<table>
        <colgroup>
            <col class="wide" />
            <col class="narrow" />
            <col class="narrow" />
            <col class="wider" />
        </colgroup>
        <tr>
            <th scope="col">${MESSAGES.lane}</th>
            <th scope="col">${MESSAGES.open}</th>
            <th scope="col">${MESSAGES.late}</th>
            <th scope="col">${MESSAGES.wait}</th>
        </tr>
        ${sorted.slice(0, MOST).map(row)}
    </table>`
    return html`<section aria-labelledby="queue">
        <h2 id="queue">${MESSAGES.queue}</h2>
        ${lanes.length === 0 ? html`<p class="good">${MESSAGES.emptyQueue}</p>` : [table, more(lanes.length - MOST)]}
    </section>`
}

function row(lane: BoardLane): TemplateResult {
    const { promised_s: promised, oldest_s: oldest } = lane
    const isLate = promised !== null && oldest > promised
    const isSoon = promised !== null && oldest > promised * 0.8
    const waited = promised === null ? span(oldest) : MESSAGES.waited(span(oldest), span(promised))
    return html`<tr>
        <td dir="auto">${line(lane.lane, 40)}</td>
        <td>${amount(lane.open)}</td>
        <td class=${lane.late > 0 ? "late" : ""}>${amount(lane.late)}</td>
        <td class=${isLate ? "late" : isSoon ? "soon" : ""}>${waited}</td>
    </tr>`
}
