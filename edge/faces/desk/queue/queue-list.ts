// The rows: as many elements as fit on the screen, whether there are ten rows or ten thousand.
import { LitElement, css, html } from "lit"
import type { PropertyValues, TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { QueueRow } from "../../shared/generated.ts"
import { own } from "../../shared/lookup.ts"
import { controls } from "../../shared/styles.ts"
import { secondsUntil, span } from "../../shared/times.ts"
import { line } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Desk } from "../model/desk.ts"
import { Watching } from "../model/watching.ts"

/** Height of a row: the same for all, so that the place of each is known. */
const ROW_PX = 84
const MORE_ROWS = 6
const SOON_S = 60

class QueueList extends LitElement {
    static override properties = { desk: { attribute: false } }
    static override styles = [
        controls,
        css`
            :host {
                display: block;
                min-block-size: 0;
                flex: 1;
                position: relative;
            }
            .list {
                position: absolute;
                inset: 0;
                overflow: auto;
                overflow-anchor: none;
                contain: strict;
            }
            .list:focus-visible {
                outline-offset: -3px;
            }
            .list:focus-visible:has([aria-selected="true"]) {
                outline: none;
            }
            .list:focus-visible [aria-selected="true"] {
                outline: 3px solid var(--accent);
                outline-offset: -3px;
            }
            .space {
                position: relative;
                overflow: hidden;
            }
            .row {
                block-size: ${ROW_PX}px;
                padding: 0.4rem 0.65rem;
                border-block-end: 1px solid var(--line);
                border-inline-start: 4px solid transparent;
                display: grid;
                grid-template-rows: auto 1fr;
                gap: 0.2rem;
                overflow: hidden;
                cursor: pointer;
                contain: strict;
            }
            .row:hover {
                background: var(--raised);
            }
            .row[aria-selected="true"] {
                background: var(--chosen);
                border-inline-start-color: var(--accent);
            }
            .top {
                /* A screen reader says the question first. */
                order: -1;
                display: flex;
                gap: 0.4rem;
                align-items: center;
                white-space: nowrap;
                min-inline-size: 0;
            }
            .top {
                font-size: 0.75rem;
                color: var(--quiet);
            }
            .lane {
                overflow: hidden;
                text-overflow: ellipsis;
                flex: 1;
            }
            .time {
                font-variant-numeric: tabular-nums;
                font-size: 0.75rem;
            }
            .question {
                overflow: hidden;
                display: -webkit-box;
                -webkit-box-orient: vertical;
                -webkit-line-clamp: 2;
                overflow-wrap: anywhere;
                line-height: 1.4;
                align-self: start;
            }
            .top .chip {
                font-size: 0.75rem;
                white-space: nowrap;
                flex: none;
            }
            .owner {
                max-inline-size: 8rem;
                overflow: hidden;
                text-overflow: ellipsis;
                display: inline-block;
            }
            .count {
                font-weight: 600;
                color: var(--text);
            }
            .empty {
                padding: 1.5rem 1rem;
                color: var(--quiet);
            }
            @media (forced-colors: active) {
                .row[aria-selected="true"] {
                    outline: 2px solid Highlight;
                    outline-offset: -2px;
                }
            }
        `,
    ]

    declare desk: Desk
    private chosenAt = -1
    private beforeRow = ""
    private first = 0
    private shift = 0

    constructor() {
        super()
        new Watching(this)
    }

    override connectedCallback(): void {
        super.connectedCallback()
        this.resizing.observe(this)
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback()
        this.resizing.disconnect()
    }

    private readonly resizing = new ResizeObserver(() => this.requestUpdate())

    override focus(): void {
        this.box?.focus()
    }

    private get box(): HTMLElement | null {
        return this.renderRoot.querySelector(".list")
    }

    /** Rows came or went above the chosen one: it stays where it is on the screen. */
    protected override willUpdate(changed: PropertyValues): void {
        super.willUpdate(changed)
        const at = this.desk.rows.findIndex(row => row.row === this.desk.row)
        const hasMoved = this.desk.row === this.beforeRow && at >= 0 && this.chosenAt >= 0 && at !== this.chosenAt
        const box = this.box
        const top = box === null ? 0 : this.chosenAt * ROW_PX - box.scrollTop
        const wasSeen = box !== null && top > -ROW_PX && top < box.clientHeight
        this.shift = hasMoved && wasSeen ? (at - this.chosenAt) * ROW_PX : 0
        this.isNewlyChosen = this.desk.row !== this.beforeRow && at >= 0
        if (this.desk.row !== this.beforeRow || at >= 0) this.chosenAt = at
        this.beforeRow = this.desk.row
    }

    private isNewlyChosen = false

    protected override updated(changed: PropertyValues): void {
        super.updated(changed)
        const box = this.box
        const space = this.renderRoot.querySelector<HTMLElement>(".space")
        const part = this.renderRoot.querySelector<HTMLElement>(".part")
        if (box === null || space === null || part === null) return
        // Through the object model: the page's policy refuses styles in markup.
        space.style.blockSize = `${this.desk.rows.length * ROW_PX}px`
        part.style.transform = `translateY(${this.first * ROW_PX}px)`
        if (this.shift !== 0) box.scrollTop += this.shift
        if (this.isNewlyChosen) {
            const top = this.chosenAt * ROW_PX
            if (top < box.scrollTop) box.scrollTop = top
            else if (top + ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX - box.clientHeight
        }
        if (this.firstSeen() !== this.first) this.requestUpdate()
    }

    private firstSeen(): number {
        return Math.max(0, Math.floor((this.box?.scrollTop ?? 0) / ROW_PX) - MORE_ROWS)
    }

    private readonly onScroll = (): void => {
        if (this.firstSeen() !== this.first) this.requestUpdate()
    }

    private readonly onKey = (event: KeyboardEvent): void => {
        const rows = this.desk.rows
        const page = Math.max(1, Math.floor((this.box?.clientHeight ?? ROW_PX) / ROW_PX) - 1)
        const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }[event.key]
        if (event.key === "Enter") this.dispatchEvent(new CustomEvent("open-row", { bubbles: true, composed: true }))
        else if (by !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) this.desk.move(by)
        else return
        event.preventDefault()
    }

    private choose(row: string): void {
        this.desk.choose(row)
        this.dispatchEvent(new CustomEvent("open-row", { bubbles: true, composed: true }))
    }

    protected override render(): TemplateResult {
        const { rows, row, view, isRead } = this.desk
        this.first = this.firstSeen()
        const fit = Math.ceil((this.clientHeight || 800) / ROW_PX) + 2 * MORE_ROWS
        const seen = rows.slice(this.first, this.first + fit)
        const words = view === "answered" ? MESSAGES.emptyAnswered : isRead ? MESSAGES.emptyQueue : MESSAGES.reading
        const isSeen = seen.some(one => one.row === row)
        if (rows.length === 0) return html`<p class="empty" tabindex="-1">${words}</p>`
        return html`<div
            class="list"
            role="listbox"
            tabindex="0"
            aria-label=${MESSAGES.queue}
            aria-activedescendant=${isSeen ? `row-${row}` : ""}
            @scroll=${this.onScroll}
            @keydown=${this.onKey}
        >
            <div class="space" role="presentation">
                <div class="part" role="presentation">
                    ${repeat(
                        seen,
                        one => one.row,
                        (one, at) => this.row(one, this.first + at, rows.length),
                    )}
                </div>
            </div>
        </div>`
    }

    private row(row: QueueRow, at: number, of: number): TemplateResult {
        const left = this.desk.view === "answered" ? null : secondsUntil(row.due)
        const time = left === null ? "" : left < 0 ? MESSAGES.over(span(left)) : MESSAGES.left(span(left))
        const urgency = left === null ? "" : left < 0 ? "late" : left < SOON_S ? "soon" : ""
        const mine = row.claimed_by !== "" && row.claimed_by === this.desk.me?.name
        const owner = row.claimed_by === "" ? "" : mine ? MESSAGES.yours : MESSAGES.claimedBy(row.claimed_by)
        const kind = own(MESSAGES.kinds, row.kind) ?? ""
        return html`<div
            class="row"
            role="option"
            id="row-${row.row}"
            data-row=${row.row}
            aria-selected=${row.row === this.desk.row ? "true" : "false"}
            aria-setsize=${of}
            aria-posinset=${at + 1}
            @click=${() => this.choose(row.row)}
        >
            <span class="question" dir="auto">${line(row.text)}</span>
            <span class="top">
                ${row.count > 1 ? html`<span class="chip count">${MESSAGES.viewers(row.count)}</span>` : ""}
                ${kind === "" ? "" : html`<span class="chip late">${kind}</span>`}
                ${owner === "" ? "" : html`<span class="chip owner ${mine ? "good" : ""}">${owner}</span>`}
                <span class="lane"><bdi>${line(row.lane, 63)}</bdi> · <bdi>${line(row.island, 127)}</bdi></span>
                ${time === "" ? "" : html`<span class="chip time ${urgency}">${time}</span>`}
            </span>
        </div>`
    }
}

customElements.define("skerry-queue", QueueList)
