// The wall: asks the desk for the board every two seconds and shows it. It asks for nothing else and changes nothing.
import { LitElement, css, html, nothing } from "lit"
import type { TemplateResult } from "lit"
import { Api, ProblemError } from "../shared/api.ts"
import type { Board } from "../shared/generated.ts"
import { forgetToken, keepToken, keptToken } from "../shared/session.ts"
import { span } from "../shared/times.ts"
import { line } from "../shared/words.ts"
import { MESSAGES } from "./messages.ts"
import { ageS, holes, incidents, islands, perMinute, questions, reporting } from "./model/summary.ts"
import { islandsPanel } from "./panels/islands.ts"
import { panelStyles } from "./panels/parts.ts"
import { queuePanel } from "./panels/queue.ts"
import { questionsPanel, questionsStyles } from "./panels/questions.ts"
import { ratesPanel, ratesStyles } from "./panels/rates.ts"

const EVERY_MS = 2_000
/** After this time without an answer, what was a minute ago is no figure of now. */
const OLD_S = 20
const MOST_HOLES = 2
/** Not that of the desk's page: by an agent's token somebody would count as at work while a screen hangs. */
const PLACE = "wall-token"
/** With so few islands an open question has room for two lines. */
const FEW_ISLANDS = 2

class SkerryWall extends LitElement {
    static override properties = {
        board: { state: true },
        isSignedIn: { state: true },
        problem: { state: true },
        unansweredS: { state: true },
    }
    static override styles = [
        panelStyles,
        ratesStyles,
        questionsStyles,
        css`
            :host {
                display: block;
            }
            main {
                box-sizing: border-box;
                min-block-size: 100vh;
                padding: 1rem 1.5rem 1.5rem;
                display: grid;
                grid-template-rows: auto auto auto 1fr;
                gap: 1rem;
            }
            main.sign-in {
                grid-template-rows: auto;
                place-content: center;
                font-size: var(--figure);
            }
            header {
                display: grid;
                grid-template-columns: auto auto auto 1fr;
                align-items: baseline;
                gap: 0 1.5rem;
                font-size: var(--figure);
            }
            header > * {
                overflow: hidden;
                text-overflow: ellipsis;
                white-space: nowrap;
            }
            header [role="status"] {
                grid-column: 1 / -1;
            }
            header [role="status"]:empty {
                display: none;
            }
            .label {
                font-size: var(--label);
                color: var(--quiet);
            }
            h1 {
                margin: 0;
                font-size: var(--label);
                color: var(--quiet);
            }
            .both {
                display: grid;
                grid-template-columns: 6fr 7fr;
                gap: 1rem;
            }
            .figure {
                font-size: var(--figure);
                font-weight: 400;
            }
            col.narrow {
                inline-size: 14%;
            }
            col.middle {
                inline-size: 16%;
            }
            col.wide {
                inline-size: 27%;
            }
            form {
                display: grid;
                gap: 1rem;
            }
            label,
            input,
            button {
                font: inherit;
            }
        `,
    ]

    private board: Board | null = null
    private isSignedIn = false
    private problem = ""
    private unansweredS = 0
    private answeredAt = 0
    private timer = 0
    private isAsking = false

    override connectedCallback(): void {
        super.connectedCallback()
        const token = keptToken(PLACE)
        if (token !== null) this.open(token)
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback()
        window.clearInterval(this.timer)
    }

    private open(token: string): void {
        const api = new Api(token)
        this.isSignedIn = true
        this.answeredAt = performance.now()
        window.clearInterval(this.timer)
        this.timer = window.setInterval(() => void this.read(api), EVERY_MS)
        void this.read(api)
    }

    private async read(api: Api): Promise<void> {
        this.unansweredS = (performance.now() - this.answeredAt) / 1000
        // An answer that takes longer than two seconds: the next one is asked for when it is here.
        if (this.isAsking) return
        this.isAsking = true
        try {
            this.board = await api.get<Board>("/v1/board")
            this.answeredAt = performance.now()
            this.unansweredS = 0
        } catch (error) {
            if (error instanceof ProblemError && error.refusesToken) this.refused(error)
        } finally {
            this.isAsking = false
        }
    }

    private refused(problem: ProblemError): void {
        forgetToken(PLACE)
        window.clearInterval(this.timer)
        this.isSignedIn = false
        this.board = null
        this.problem = MESSAGES.tokenRefused(line(problem.message))
    }

    private readonly signIn = (event: SubmitEvent): void => {
        event.preventDefault()
        const token = this.renderRoot.querySelector("input")?.value.trim() ?? ""
        if (token === "") return
        keepToken(token, PLACE)
        this.problem = ""
        this.open(token)
    }

    protected override render(): TemplateResult {
        if (!this.isSignedIn) return this.signInForm()
        if (this.board === null)
            return html`<main class="sign-in">
                <h1>${MESSAGES.title}</h1>
                <p role="status">${this.unansweredS > 3 ? MESSAGES.neverReached : MESSAGES.loading}</p>
            </main>`
        return this.wall(this.board)
    }

    private wall(board: Board): TemplateResult {
        const isOld = this.unansweredS > OLD_S
        const silentSince = board.fleet?.silent_since ?? null
        const rows = islands(board)
        return html`<main class=${rows.length > FEW_ISLANDS ? "" : "roomy"}>
            <header>
                <h1>${MESSAGES.title}</h1>
                <span>${reported(board)}</span>
                ${incidentsLine(incidents(board))}
                <span role="status" class="late">${this.missing(board)}</span>
            </header>
            ${ratesPanel(isOld ? null : perMinute(board))}
            ${islandsPanel(rows, board.fleet, silentSince === null ? null : ageS(board, silentSince))}
            <div class="both">${queuePanel(board.lanes)} ${questionsPanel(questions(board))}</div>
        </main>`
    }

    /** What is missing here: an answer of the desk, or the figures of PoPs. */
    private missing(board: Board): TemplateResult | string | typeof nothing {
        if (this.unansweredS > 2 * (EVERY_MS / 1000)) return MESSAGES.unreachable(span(this.unansweredS))
        const found = holes(board)
        if (found.length === 0) return nothing
        const named = found.slice(0, MOST_HOLES).map(({ pop, ageS: age }) => {
            const name = line(pop, 40)
            return age === null ? MESSAGES.noRate(name) : MESSAGES.silent(name, span(age))
        })
        const left = found.length - MOST_HOLES
        return MESSAGES.notCounted([...named, ...(left > 0 ? [MESSAGES.more(left)] : [])].join(MESSAGES.separator))
    }

    private signInForm(): TemplateResult {
        return html`<main class="sign-in">
            <h1>${MESSAGES.title}</h1>
            <div role="alert">${this.problem === "" ? nothing : html`<p class="late">${this.problem}</p>`}</div>
            <form @submit=${this.signIn}>
                <label for="token">${MESSAGES.token}</label>
                <input id="token" type="password" required autocomplete="off" spellcheck="false" aria-describedby="hint" />
                <button>${MESSAGES.signIn}</button>
                <p class="quiet" id="hint">${MESSAGES.tokenHint}</p>
            </form>
        </main>`
    }
}

function incidentsLine(found: readonly string[] | null): TemplateResult {
    const label = html`<span class="label">${MESSAGES.incidents}</span>`
    if (found === null) return html`${label}<span>${MESSAGES.unknown}</span>`
    if (found.length === 0) return html`${label}<span class="good">${MESSAGES.noIncidents}</span>`
    const named = found.map(one => line(one, 60)).join(MESSAGES.separator)
    // The count first: with many, the line is cut.
    return html`${label}<span class="late">${found.length > 1 ? MESSAGES.counted(found.length, named) : named}</span>`
}

function reported(board: Board): string {
    const [count, all] = [reporting(board).length, board.pops.length]
    if (all === 0) return MESSAGES.noPops
    return all === 1 && count === 1 ? MESSAGES.onePop : MESSAGES.reporting(count, all)
}

customElements.define("skerry-wall", SkerryWall)
