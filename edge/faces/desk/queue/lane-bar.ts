// The lanes with their load. A press shows one lane alone.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import { controls } from "../../shared/styles.ts"
import { now, span } from "../../shared/times.ts"
import { line } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Desk } from "../model/desk.ts"
import type { LaneLoad } from "../model/queue.ts"
import { Watching } from "../model/watching.ts"

class LaneBar extends LitElement {
    static override properties = { desk: { attribute: false } }
    static override styles = [
        controls,
        css`
            nav {
                display: flex;
                flex-wrap: wrap;
                gap: 0.3rem;
                padding: 0.5rem;
                border-block-end: 1px solid var(--line);
                max-block-size: 9.5rem;
                overflow: auto;
            }
            button {
                text-align: start;
                line-height: 1.25;
                padding: 0.25rem 0.6rem;
                max-inline-size: 100%;
            }
            button[aria-pressed="true"] {
                background: var(--chosen);
                border-color: var(--accent);
                box-shadow: inset 0 0 0 1px var(--accent);
            }
            .name {
                font-weight: 600;
                overflow-wrap: anywhere;
            }
            .load {
                display: block;
                font-size: 0.75rem;
                color: var(--quiet);
            }
            .load .late {
                font-weight: 600;
                background: none;
            }
            :host([dock]) nav {
                flex-wrap: nowrap;
                padding: 0.3rem;
            }
            :host([dock]) button {
                flex: none;
                max-inline-size: 14rem;
            }
            @media (forced-colors: active) {
                button[aria-pressed="true"] {
                    outline: 2px solid Highlight;
                }
            }
        `,
    ]

    declare desk: Desk

    constructor() {
        super()
        new Watching(this)
    }

    protected override render(): TemplateResult {
        const lanes = this.desk.queue.lanes(now())
        const all = lanes.reduce(
            (sum, one) => ({
                lane: "",
                tickets: sum.tickets + one.tickets,
                late: sum.late + one.late,
                oldest: one.oldest < sum.oldest ? one.oldest : sum.oldest,
            }),
            { lane: "", tickets: 0, late: 0, oldest: "~" },
        )
        const chosen = this.desk.lane
        const isGone = chosen !== "" && !lanes.some(one => one.lane === chosen)
        if (lanes.length === 0 && chosen === "") return html``
        const none = { lane: chosen, tickets: 0, late: 0, oldest: "" }
        return html`<nav aria-label=${MESSAGES.lanes}>
            ${lanes.length > 1 || chosen !== "" ? this.button(all, MESSAGES.allLanes) : ""}
            ${lanes.map(one => this.button(one, line(one.lane, 63)))} ${isGone ? this.button(none, line(chosen, 63)) : ""}
        </nav>`
    }

    private button(load: LaneLoad, name: string): TemplateResult {
        const oldest = span((now() - Date.parse(load.oldest)) / 1000)
        return html`<button
            aria-pressed=${load.lane === this.desk.lane ? "true" : "false"}
            @click=${() => this.desk.showLane(load.lane)}
        >
            <span class="name" dir="auto">${name}</span>
            <span class="load">
                ${MESSAGES.laneLoad(load.tickets, 0, oldest)}${load.late > 0
                    ? html`, <span class="late">${MESSAGES.late(load.late)}</span>`
                    : ""}
            </span>
        </button>`
    }
}

customElements.define("skerry-lanes", LaneBar)
