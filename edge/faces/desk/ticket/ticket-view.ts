// One ticket: what is asked, why people have it, until when, and what they may answer.
import { LitElement, html } from "lit"
import type { PropertyValues, TemplateResult } from "lit"
import { REASONS } from "../../shared/generated.ts"
import { own } from "../../shared/lookup.ts"
import { controls } from "../../shared/styles.ts"
import { moment, now, secondsUntil, span } from "../../shared/times.ts"
import { line, shown } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Desk, Opened } from "../model/desk.ts"
import type { ShownTicket } from "../model/ticket.ts"
import { Watching } from "../model/watching.ts"
import { nameFinder, piecesOf } from "../personal/personal.ts"
import type { FindNames, Piece } from "../personal/personal.ts"
import "./candidate-card.ts"
import { ticketStyles } from "./ticket-styles.ts"

const SOON_S = 60
/** A question of more letters scrolls by itself. */
const LONG = 700

class TicketView extends LitElement {
    static override properties = { desk: { attribute: false } }
    static override styles = [controls, ticketStyles]

    declare desk: Desk
    private shownRow = ""

    constructor() {
        super()
        new Watching(this)
    }

    /** Another ticket is read from its beginning; the same one stays where it is. */
    protected override updated(changed: PropertyValues): void {
        super.updated(changed)
        if (this.shownRow !== this.desk.row) this.scrollTop = 0
        this.shownRow = this.desk.row
    }

    protected override render(): TemplateResult {
        const { opened, row, openProblem } = this.desk
        if (row === "") return html`<p class="empty">${this.whatToDo}</p>`
        if (opened === null)
            return html`<p class="empty" role="status">${openProblem === "" ? MESSAGES.loading : MESSAGES.refused(openProblem)}</p>`
        const { ticket } = opened
        const names = nameFinder(() => this.requestUpdate())
        return html`${this.head(opened)} ${care(ticket)}
            <section aria-labelledby="asked">
                <h2 id="asked" class="unseen">${MESSAGES.question}</h2>
                ${question(ticket.text, names)}
            </section>
            ${why(ticket)} ${this.replied(opened)} ${this.candidates(ticket)} ${path(ticket)} ${parts(ticket)} ${transcript(ticket, names)}
            ${merged(opened)} ${consent(opened)}
            ${context(ticket)} ${facts(opened)}`
    }

    /** What to do while no ticket is shown; empty where the list says it. */
    private get whatToDo(): string {
        const { desk } = this
        if (desk.rows.length > 0) return MESSAGES.noTicket
        return desk.view === "open" && desk.isRead && desk.queue.list("").length === 0 ? MESSAGES.quiet : ""
    }

    private head(opened: Opened): TemplateResult {
        const { about, ticket } = opened
        const row = this.desk.chosen
        const count = row?.count ?? 1
        const isOpen = this.desk.view === "open" && this.desk.isListed
        const left = isOpen ? secondsUntil(about.due) : null
        const kind = own(MESSAGES.kinds, ticket.kind)
        const received = Date.parse(about.received)
        return html`<header>
            <div class="bar">
                ${kind ? html`<span class="chip late">${kind}</span>` : ""}
                ${left === null
                    ? ""
                    : html`<span class="chip deadline ${left < 0 ? "late" : left < SOON_S ? "soon" : ""}">
                          ${left < 0 ? MESSAGES.over(span(left)) : MESSAGES.left(span(left))}
                      </span>`}
                ${isOpen ? html`<span class="chip">${MESSAGES.waiting(span((now() - received) / 1000))}</span>` : ""}
                ${count > 1 ? html`<strong class="chip">${MESSAGES.asks(count)}</strong>` : ""}
                ${this.claimed(opened, isOpen)}
            </div>
            ${isOpen || this.desk.view === "answered" ? "" : html`<p class="gone" role="status">${MESSAGES.gone}</p>`}
            ${count > 1 && !this.desk.forAll ? this.members(row?.tickets.length ?? 1) : ""}
        </header>`
    }

    private claimed(opened: Opened, isOpen: boolean): TemplateResult | string {
        const { desk } = this
        if (!isOpen) return ""
        const until = moment(opened.about.claimed_until, "clock")
        if (desk.isOthers)
            return html`<div class="bar claim">
                <span class="chip soon" id="owner">${MESSAGES.othersUntil(desk.owner, until)}</span>
            </div>`
        if (desk.owner === "")
            return html`<div class="bar claim">
                <span class="quiet" id="owner">${MESSAGES.nobody}</span>
                <button @click=${() => desk.claim()}>${MESSAGES.claim}<kbd>c</kbd></button>
            </div>`
        return html`<div class="bar claim">
            <span class="chip good" id="owner">${MESSAGES.yoursUntil(until)}</span>
            <button @click=${() => desk.release()}>${MESSAGES.release}<kbd>x</kbd></button>
        </div>`
    }

    private members(of: number): TemplateResult {
        return html`<div class="bar">
            <button aria-label=${MESSAGES.viewerBefore} @click=${() => this.desk.showMember(-1)}>−</button>
            <span>${MESSAGES.viewerOf(this.desk.member + 1, of)}</span>
            <button aria-label=${MESSAGES.nextViewer} @click=${() => this.desk.showMember(1)}>+</button>
        </div>`
    }

    private replied({ about }: Opened): TemplateResult | string {
        if (about.reply === "") return ""
        return html`<section aria-labelledby="replied">
            <h2 id="replied">${MESSAGES.sentReply}</h2>
            <p class="words box" dir="auto">${shown(about.reply)}</p>
        </section>`
    }

    private candidates(ticket: ShownTicket): TemplateResult {
        return html`<section aria-labelledby="suggested">
            <h2 id="suggested">${MESSAGES.suggestions}</h2>
            ${ticket.candidates.length === 0 ? html`<p class="quiet">${MESSAGES.noSuggestions}</p>` : ""}
            ${ticket.candidates.map(
                (one, at) => html`<skerry-candidate .candidate=${one} .number=${at + 1}></skerry-candidate>`,
            )}
        </section>`
    }
}

function question(text: string, names: FindNames | null): TemplateResult {
    const pieces = piecesOf(shown(text), names)
    const hint = pieces.some(one => one.isPersonal) ? html`<p class="quiet">${MESSAGES.personalHint}</p>` : ""
    // What scrolls must be reached by the keyboard.
    if (text.length > LONG)
        return html`<p class="words question long" dir="auto" tabindex="0">${marked(pieces)}</p>${hint}`
    return html`<p class="words question" dir="auto">${marked(pieces)}</p>${hint}`
}

function marked(pieces: readonly Piece[]): readonly (TemplateResult | string)[] {
    return pieces.map(one => (one.isPersonal ? html`<mark>${one.text}</mark>` : one.text))
}

function care(ticket: ShownTicket): TemplateResult | string {
    const notice = own(MESSAGES.kindNotice, ticket.kind) ?? ""
    if (notice === "" && ticket.harm.length === 0) return ""
    return html`<section class="care" aria-labelledby="care">
        <h2 id="care">${MESSAGES.harmNotice}</h2>
        ${ticket.harm.map(
            ([kind, share]) => html`<p>${MESSAGES.harmOf(own(MESSAGES.harm, kind) ?? line(kind), `${Math.round(share * 100)} %`)}</p>`,
        )}
        ${notice === "" ? "" : html`<p>${notice}</p>`}
    </section>`
}

function why(ticket: ShownTicket): TemplateResult {
    const because = meaning(ticket.because)
    return html`<section aria-labelledby="why">
        <h2 id="why">${MESSAGES.why}</h2>
        <p><bdi>${meaning(ticket.reason) || line(ticket.reason, 63)}</bdi></p>
        ${because === "" ? "" : html`<p class="quiet">${MESSAGES.because(because)}</p>`}
        <div class="bar">
            ${ticket.promisedWaitS === null ? "" : html`<span class="chip">${MESSAGES.promised(span(ticket.promisedWaitS))}</span>`}
            ${ticket.joins === "" ? "" : html`<span class="chip">${MESSAGES.followsUp}</span>`}
            ${ticket.languages.length < 2
                ? ""
                : html`<span class="chip">
                      ${MESSAGES.languages(line(ticket.languages[0] ?? "", 35), line(ticket.languages[1] ?? "", 35))}
                  </span>`}
            ${ticket.flags.map(flag => html`<span class="chip"><bdi>${line(flag, 80)}</bdi></span>`)}
        </div>
        ${named(MESSAGES.refusedOffers, ticket.refused.join(", "))} ${named(MESSAGES.picked, ticket.picked)}
    </section>`
}

/** A reason in words; empty for one that this release does not know. */
function meaning(reason: string): string {
    // Before the colon stands the outcome, and people have every ticket.
    const words = (own(REASONS, reason) ?? "").replace(/^[^:.]{1,40}: /, "")
    return words.charAt(0).toUpperCase() + words.slice(1)
}

function named(name: string, value: string): TemplateResult | string {
    return value === "" ? "" : html`<p class="quiet">${name}: <bdi class="words">${line(value)}</bdi></p>`
}

function path({ path: steps, typed }: ShownTicket): TemplateResult | string {
    if (steps.length === 0) return ""
    return html`<section aria-labelledby="path">
        <h2 id="path">${MESSAGES.path}</h2>
        <ol>
            ${steps.map(
                step =>
                    html`<li>
                        <span class="words" dir="auto">${shown(step.say)}</span>
                        <p class="quiet"><bdi class="words">${MESSAGES.pressed(shown(step.label))}</bdi></p>
                    </li>`,
            )}
        </ol>
        ${typed === null
            ? ""
            : html`<p><bdi class="words">${MESSAGES.typed(line(typed.name, 63), line(typed.value), typed.isPersonal)}</bdi></p>`}
    </section>`
}

function parts({ parts: found }: ShownTicket): TemplateResult | string {
    if (found.length === 0) return ""
    return html`<section aria-labelledby="parts">
        <h2 id="parts">${MESSAGES.parts}</h2>
        <ol>
            ${found.map(
                one => html`<li class="words" dir="auto">${shown(one.text)} <bdi class="quiet">${line(one.snippet)}</bdi></li>`,
            )}
        </ol>
    </section>`
}

function transcript({ transcript: turns }: ShownTicket, names: FindNames | null): TemplateResult | string {
    if (turns.length === 0) return ""
    return html`<section aria-labelledby="transcript">
        <h2 id="transcript">${MESSAGES.transcript}</h2>
        <ol class="turns">
            ${turns.map(
                turn =>
                    html`<li>
                        <p class="words" dir="auto">${marked(piecesOf(shown(turn.text), names))}</p>
                        <p class="quiet">
                            ${moment(turn.at)} · ${own(MESSAGES.outcomes, turn.outcome) ?? line(turn.outcome, 40)}
                            <bdi>${line(turn.snippet, 63)}</bdi>
                        </p>
                    </li>`,
            )}
        </ol>
    </section>`
}

function merged({ about }: Opened): TemplateResult | string {
    const others = about.merged
    if (others === null || others === undefined) return ""
    return html`<section aria-labelledby="merged">
        <h2 id="merged">${MESSAGES.merged}</h2>
        ${others.merges.map(one => html`<p class="quiet">${MESSAGES.mergedWhy} <bdi>${line(one.why, 500)}</bdi></p>`)}
        <ol class="turns">
            ${others.tickets.map(
                one =>
                    html`<li>
                        <p class="words" dir="auto">${shown(one.text)}</p>
                        <p class="quiet">${moment(one.received)} · <bdi>${line(one.island, 127)}</bdi></p>
                        ${one.reply === ""
                            ? ""
                            : html`<p class="quiet">${MESSAGES.sentReply}</p>
                                  <p class="words" dir="auto">${shown(one.reply)}</p>`}
                    </li>`,
            )}
        </ol>
    </section>`
}

function consent({ about }: Opened): TemplateResult | string {
    const given = about.consent
    if (given === null || given === undefined) return ""
    return html`<section aria-labelledby="consent">
        <h2 id="consent">${MESSAGES.consent}</h2>
        ${given.purposes.length === 0 ? html`<p>${MESSAGES.noConsent}</p>` : ""}
        <ul>
            ${given.purposes.map(
                one =>
                    html`<li>
                        <bdi>${line(one.purpose, 63)}</bdi> ·
                        ${one.verified ? MESSAGES.agreed(one.version, one.in_force) : MESSAGES.notVerified(one.version)}
                    </li>`,
            )}
        </ul>
        ${given.hides_transcript ? html`<p class="quiet">${given.purposes.every(one => one.verified) ? MESSAGES.hiddenTranscript : MESSAGES.unverifiedTranscript}</p>` : ""}
    </section>`
}

function context({ context: pairs }: ShownTicket): TemplateResult | string {
    if (pairs.length === 0) return ""
    return html`<section aria-labelledby="context">
        <h2 id="context">${MESSAGES.context}</h2>
        ${listed(pairs)}
    </section>`
}

function listed(pairs: readonly (readonly [string, string])[]): TemplateResult {
    return html`<dl>
        ${pairs
            .filter(([, value]) => value !== "")
            .map(
                ([name, value]) =>
                    html`<dt dir="auto">${line(name.replaceAll("_", " "), 63)}</dt>
                        <dd class="words" dir="auto">${shown(value)}</dd>`,
            )}
    </dl>`
}

function facts({ about, ticket }: Opened): TemplateResult {
    return html`<details>
        <summary>${MESSAGES.facts}</summary>
        ${listed([
            [MESSAGES.island, ticket.island],
            [MESSAGES.lane, ticket.lane],
            [MESSAGES.channel, ticket.channel],
            [MESSAGES.locale, ticket.locale],
            [MESSAGES.sourceId, ticket.sourceId],
            [MESSAGES.pop, ticket.pop],
            [MESSAGES.ticket, ticket.id],
        ])}
        <h2>${MESSAGES.history}</h2>
        <ol>
            ${about.history.map(
                one =>
                    html`<li>
                        <bdi>${line(one.who, 63)}</bdi> ${own(MESSAGES.actions, one.action) ?? line(one.action, 63)}
                        <span class="quiet">${moment(one.at)}</span>
                    </li>`,
            )}
        </ol>
    </details>`
}

customElements.define("skerry-ticket", TicketView)
