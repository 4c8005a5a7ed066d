// What is asked and nothing answers, one exemplar each, in a viewer's words.
import { css, html } from "lit"
import type { TemplateResult } from "lit"
import { line } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Question } from "../model/summary.ts"
import { amount, more } from "./parts.ts"

const MOST_QUESTIONS = 4

export const questionsStyles = css`
    .questions li {
        display: grid;
        grid-template-columns: 9rem 1fr;
        gap: 1rem;
    }
    .questions li > * {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
    }
    .roomy .questions li > :last-child {
        white-space: normal;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
    }
`

/** `known` null: not known. */
export function questionsPanel(known: readonly Question[] | null): TemplateResult {
    const found = known ?? []
    const nothing = known === null ? MESSAGES.unknown : MESSAGES.noQuestions
    const list = html`<ul class="questions">
        ${found.slice(0, MOST_QUESTIONS).map(
            one => html`<li>
                <span class="soon">${MESSAGES.times(amount(one.count))}</span><span dir="auto">${line(one.exemplar, 120)}</span>
            </li>`,
        )}
    </ul>`
    return html`<section aria-labelledby="questions">
        <h2 id="questions">${MESSAGES.questions}</h2>
        ${found.length === 0 ? html`<p class="quiet">${nothing}</p>` : [list, more(found.length - MOST_QUESTIONS)]}
    </section>`
}
