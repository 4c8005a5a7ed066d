// Threshold and share of each island now, and which revision its PoPs have.
import { html, nothing } from "lit"
import type { TemplateResult } from "lit"
import type { BoardFleet } from "../../shared/generated.ts"
import { span } from "../../shared/times.ts"
import { line } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Group, IslandRow, Range } from "../model/summary.ts"
import { more } from "./parts.ts"

const MOST = 4
const MOST_POPS = 2

/** `silentS`: for how long the publisher is silent; null if it is not. */
export function islandsPanel(rows: readonly IslandRow[], fleet: BoardFleet | null, silentS: number | null): TemplateResult {
    const table = html`<table>
        <colgroup>
            <col class="wide" />
            <col class="middle" />
            <col class="middle" />
            <col class="widest" />
        </colgroup>
        <tr>
            <th scope="col">${MESSAGES.island}</th>
            <th scope="col">${MESSAGES.threshold}</th>
            <th scope="col">${MESSAGES.share}</th>
            <th scope="col">${MESSAGES.revisions}</th>
        </tr>
        ${rows.slice(0, MOST).map(row)}
    </table>`
    return html`<section aria-labelledby="islands">
        <h2 id="islands">${MESSAGES.islands}${note(fleet, silentS)}</h2>
        ${rows.length === 0 ? html`<p class="quiet">${MESSAGES.noIslands}</p>` : [table, more(rows.length - MOST)]}
    </section>`
}

function note(fleet: BoardFleet | null, silentS: number | null): TemplateResult | typeof nothing {
    if (fleet === null) return html` · ${MESSAGES.noPublisher}`
    if (silentS !== null) return html` · <span class="figure late">${MESSAGES.publisherOld(span(silentS))}</span>`
    return fleet.heard === null ? html` · ${MESSAGES.publisherNever}` : nothing
}

function row(island: IslandRow): TemplateResult {
    const percent = (value: number): string => MESSAGES.percent(value)
    return html`<tr>
        <td dir="auto">${line(island.name, 40)}</td>
        <td>${shown(island.threshold, value => value.toFixed(2))}</td>
        <td>${shown(island.share, percent)}</td>
        <td class=${island.groups.some(one => one.isBehind) ? "late" : ""}>${revisions(island)}</td>
    </tr>`
}

function shown(range: Range | null, as: (value: number) => string): string {
    return range === null ? MESSAGES.unknown : MESSAGES.range(as(range.least), as(range.most))
}

/** Those that are behind first: they must be seen, even if nothing else fits. */
function revisions(island: IslandRow): string {
    if (island.groups.length === 0) return MESSAGES.unknown
    const sorted = [...island.groups].sort((one, other) => Number(other.isBehind) - Number(one.isBehind))
    return sorted.map(one => group(one, island.groups.length)).join(MESSAGES.separator)
}

function group(one: Group, groups: number): string {
    const named = one.pops.slice(0, MOST_POPS).map(pop => line(pop, 20))
    const left = one.pops.length - MOST_POPS
    const some = one.isBehind ? [...named, ...(left > 0 ? [MESSAGES.morePops(left)] : [])].join(" ") : String(one.pops.length)
    const pops = groups === 1 && !one.isBehind ? MESSAGES.allPops(one.pops.length) : some
    const revision = one.revision === null ? MESSAGES.none : String(one.revision)
    const words = [revision]
    if (one.rolloutPercent !== null) words.push(MESSAGES.rollout(one.rolloutPercent))
    if (one.state !== "fresh") words.push(one.state.replaceAll("_", " "))
    if (one.isBehind) words.push(MESSAGES.behind)
    return MESSAGES.revisionOn(words.join(" "), pops)
}
