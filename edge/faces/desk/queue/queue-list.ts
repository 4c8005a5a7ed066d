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

/** Height of a row: the same for all, so that the place of each is known. A finger needs more room than a mouse. */
const ROW_REM = 2.75
const TOUCHED_ROW_REM = 3.5
const TOUCHED = matchMedia("(pointer: coarse)")
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
                block-size: ${ROW_REM}rem;
                padding: 0.1rem 0.65rem;
                border-block-end: 1px solid var(--line);
                border-inline-start: 4px solid transparent;
                display: flex;
                flex-direction: column;
                justify-content: center;
                overflow: hidden;
                cursor: pointer;
                contain: strict;
            }
            @media (pointer: coarse) {
                .row {
                    block-size: ${TOUCHED_ROW_REM}rem;
                }
            }
            .row:hover {
                background: var(--raised);
            }
            .row[aria-selected="true"] {
                background: var(--chosen);
                border-inline-start-color: var(--accent);
            }
            .first,
            .more {
                display: flex;
                gap: 0.4rem;
                align-items: center;
                white-space: nowrap;
                min-inline-size: 0;
            }
            .more {
                font-size: 0.75rem;
                color: var(--quiet);
                min-block-size: 1.1rem;
                line-height: 1.2;
            }
            .lane {
                overflow: hidden;
                text-overflow: ellipsis;
                flex: 1;
            }
            .time {
                font-variant-numeric: tabular-nums;
            }
            .row .chip {
                font-size: 0.75rem;
                line-height: 1.2;
                padding-block: 0;
                white-space: nowrap;
                flex: none;
            }
            /* Only a deadline that is near or over has a colour: it must be seen among a hundred others. */
            .row .time:not(.late, .soon) {
                border-color: transparent;
                color: var(--quiet);
                padding-inline: 0;
            }
            .question {
                flex: 1;
                min-inline-size: 0;
                overflow: hidden;
                text-overflow: ellipsis;
                font-size: 0.9375rem;
                line-height: 1.4;
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
                .row {
                    border-inline-start-color: Canvas;
                }
                .row .time:not(.late, .soon) {
                    border-color: Canvas;
                }
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
    /** Height of a row as it was drawn last. */
    private rowPx = 0

    constructor() {
        super()
        new Watching(this)
    }

    override connectedCallback(): void {
        super.connectedCallback()
        this.resizing.observe(this)
        TOUCHED.addEventListener("change", this.onPointer)
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback()
        this.resizing.disconnect()
        TOUCHED.removeEventListener("change", this.onPointer)
    }

    private readonly onPointer = (): void => this.requestUpdate()

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
        // A person may have set a larger type. Read before anything is changed: afterwards the browser would work it out again.
        const remPx = parseFloat(getComputedStyle(document.documentElement).fontSize)
        this.rowPx = (TOUCHED.matches ? TOUCHED_ROW_REM : ROW_REM) * remPx
        const at = this.desk.rows.findIndex(row => row.row === this.desk.row)
        const hasMoved = this.desk.row === this.beforeRow && at >= 0 && this.chosenAt >= 0 && at !== this.chosenAt
        const { box, rowPx } = this
        const top = box === null ? 0 : this.chosenAt * rowPx - box.scrollTop
        const wasSeen = box !== null && top > -rowPx && top < box.clientHeight
        this.shift = hasMoved && wasSeen ? (at - this.chosenAt) * rowPx : 0
        this.isNewlyChosen = this.desk.row !== this.beforeRow && at >= 0
        if (this.desk.row !== this.beforeRow || at >= 0) this.chosenAt = at
        this.beforeRow = this.desk.row
    }

    private isNewlyChosen = false

    protected override updated(changed: PropertyValues): void {
        super.updated(changed)
        const { box, rowPx } = this
        const space = this.renderRoot.querySelector<HTMLElement>(".space")
        const part = this.renderRoot.querySelector<HTMLElement>(".part")
        if (box === null || space === null || part === null) return
        // Through the object model: the page's policy refuses styles in markup.
        space.style.blockSize = `${this.desk.rows.length * rowPx}px`
        part.style.transform = `translateY(${this.first * rowPx}px)`
        if (this.shift !== 0) box.scrollTop += this.shift
        if (this.isNewlyChosen) {
            const top = this.chosenAt * rowPx
            if (top < box.scrollTop) box.scrollTop = top
            else if (top + rowPx > box.scrollTop + box.clientHeight) box.scrollTop = top + rowPx - box.clientHeight
        }
        if (this.firstSeen() !== this.first) this.requestUpdate()
    }

    private firstSeen(): number {
        return Math.max(0, Math.floor((this.box?.scrollTop ?? 0) / this.rowPx) - MORE_ROWS)
    }

    private readonly onScroll = (): void => {
        if (this.firstSeen() !== this.first) this.requestUpdate()
    }

    private readonly onKey = (event: KeyboardEvent): void => {
        const rows = this.desk.rows
        const page = Math.max(1, Math.floor((this.box?.clientHeight ?? 0) / this.rowPx) - 1)
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
        const fit = Math.ceil((this.clientHeight || 800) / this.rowPx) + 2 * MORE_ROWS
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
            <span class="first">
                <bdi class="question" dir="auto">${line(row.text)}</bdi>
                ${time === "" ? "" : html`<span class="chip time ${urgency}">${time}</span>`}
            </span>
            <span class="more">
                ${row.count > 1 ? html`<span class="chip count">${MESSAGES.viewers(row.count)}</span>` : ""}
                ${kind === "" ? "" : html`<span class="chip late">${kind}</span>`}
                ${owner === "" ? "" : html`<span class="chip owner ${mine ? "good" : ""}">${owner}</span>`}
                <span class="lane"><bdi>${line(row.lane, 63)}</bdi> · <bdi>${line(row.island, 127)}</bdi></span>
            </span>
        </div>`
    }
}

customElements.define("skerry-queue", QueueList)
