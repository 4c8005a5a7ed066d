// What nothing answers, as PoPs report it. A PoP that is silent is named with its age: its questions are missing here.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import { ProblemError } from "../../shared/api.ts"
import type { Board, BoardPop, UnansweredQuestion } from "../../shared/generated.ts"
import { controls } from "../../shared/styles.ts"
import { span } from "../../shared/times.ts"
import { line, shown } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Desk } from "../model/desk.ts"

const EVERY_MS = 5_000

interface Asked {
    readonly question: UnansweredQuestion
    readonly count: number
    readonly perMinute: number
}

class BoardView extends LitElement {
    static override properties = { desk: { attribute: false }, board: { state: true }, problem: { state: true } }
    static override styles = [
        controls,
        css`
            :host {
                display: block;
                overflow: auto;
                padding: 1rem;
            }
            ol,
            ul {
                list-style: none;
                margin: 0.75rem 0 0;
                padding: 0;
                display: grid;
                gap: 0.5rem;
                max-inline-size: 50rem;
            }
            ol li {
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: var(--round);
                padding: 0.6rem 0.75rem;
                display: grid;
                gap: 0.3rem;
            }
            ul:empty {
                display: none;
            }
            ul + p {
                margin-block-start: 0.75rem;
            }
            ul li {
                padding: 0.4rem 0.75rem;
                border: 1px solid;
                border-radius: var(--round);
            }
        `,
    ]

    declare desk: Desk
    private board: Board | null = null
    private problem = ""
    private timer = 0

    override connectedCallback(): void {
        super.connectedCallback()
        // What scrolls must be reached by the keyboard.
        this.tabIndex = 0
        this.role = "region"
        this.ariaLabel = MESSAGES.board
        queueMicrotask(() => void this.read())
        this.timer = window.setInterval(() => void this.read(), EVERY_MS)
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback()
        window.clearInterval(this.timer)
    }

    private async read(): Promise<void> {
        try {
            this.board = await this.desk.read<Board>("/v1/board")
            this.problem = ""
        } catch (error) {
            if (error instanceof ProblemError) this.problem = MESSAGES.refused(error.message)
        }
    }

    protected override render(): TemplateResult {
        const pops = this.board?.pops ?? []
        const asked = together(pops)
        return html`<h2>${MESSAGES.board}</h2>
            <p class="quiet">${MESSAGES.boardHint}</p>
            <p role="status" class="quiet">${this.problem}</p>
            <ul>
                ${pops.filter(pop => pop.silent_since !== null || pop.heard === null).map(pop => this.silent(pop))}
            </ul>
            ${this.board !== null && asked.length === 0 ? html`<p>${MESSAGES.noBoard}</p>` : ""}
            <ol>
                ${asked.map(
                    one =>
                        html`<li>
                            <p class="words" dir="auto">${shown(one.question.exemplar)}</p>
                            <p class="bar quiet">
                                <span class="chip">${MESSAGES.perMinute(one.perMinute.toFixed(1))}</span>
                                <span>${MESSAGES.times(one.count)}</span>
                                <bdi>${line(one.question.island)}</bdi>
                            </p>
                        </li>`,
                )}
            </ol>`
    }

    private silent(pop: BoardPop): TemplateResult {
        const words = pop.heard === null ? MESSAGES.neverHeard(pop.pop) : MESSAGES.silent(pop.pop, span(pop.age_s ?? 0))
        return html`<li class="soon">${words} ${pop.unconfirmed > 0 ? MESSAGES.unconfirmed(pop.unconfirmed) : ""}</li>`
    }
}

/** Questions of all PoPs that report now, equal ones together, what is asked most now first. */
function together(pops: readonly BoardPop[]): readonly Asked[] {
    const found = new Map<string, Asked>()
    for (const pop of pops) {
        if (pop.silent_since !== null) continue
        for (const question of pop.figures?.open_questions ?? []) {
            const key = `${question.island}\n${line(question.exemplar).toLowerCase()}`
            const before = found.get(key)
            found.set(key, {
                question,
                count: (before?.count ?? 0) + question.count,
                perMinute: (before?.perMinute ?? 0) + question.per_minute,
            })
        }
    }
    return [...found.values()].sort((one, other) => other.perMinute - one.perMinute || other.count - one.count)
}

customElements.define("skerry-board", BoardView)
