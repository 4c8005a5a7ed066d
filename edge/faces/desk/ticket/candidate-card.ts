// One suggested answer: how sure triage is and why, who approved it, and the author's steps for people.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import { controls } from "../../shared/styles.ts"
import { moment } from "../../shared/times.ts"
import { line, shown } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import { insertedText } from "../model/ticket.ts"
import type { ShownCandidate, ShownTranslation } from "../model/ticket.ts"

class CandidateCard extends LitElement {
    static override properties = { candidate: { attribute: false }, number: { type: Number } }
    static override styles = [
        controls,
        css`
            :host {
                display: block;
            }
            article {
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: var(--round);
                padding: 0.6rem 0.75rem;
                display: grid;
                gap: 0.45rem;
            }
            .name {
                font-weight: 600;
                overflow-wrap: anywhere;
            }
            .script {
                border-inline-start: 3px solid var(--soon);
                padding-inline-start: 0.6rem;
            }
            .translation {
                border-inline-start: 3px solid var(--good);
                padding-inline-start: 0.6rem;
                display: grid;
                gap: 0.3rem;
            }
            .from {
                display: flex;
                flex-wrap: wrap;
                gap: 0.1rem 1.25rem;
            }
            .from:empty {
                display: none;
            }
            .answer {
                line-height: 1.5;
            }
        `,
    ]

    declare candidate: ShownCandidate
    declare number: number

    private ask(name: string): void {
        this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail: this.number }))
    }

    protected override render(): TemplateResult {
        const { candidate: one, number } = this
        const share = one.confidence === null ? "" : MESSAGES.confidence(`${Math.round(one.confidence * 100)} %`)
        const isForPeople = one.automation === "review" || one.automation === "never"
        return html`<article aria-labelledby="name">
            <div class="bar">
                <h3 class="name" id="name"><bdi>${line(one.snippet, 63)}</bdi></h3>
                ${share === "" ? "" : html`<span class="chip">${share}</span>`}
                ${isForPeople ? html`<span class="chip">${MESSAGES.personOnly}</span>` : ""}
                <span class="grow"></span>
                <button ?disabled=${insertedText(one) === ""} @click=${() => this.ask("insert-answer")}>
                    ${MESSAGES.insert}<kbd>${number}</kbd><span class="unseen">${line(one.snippet, 63)}</span>
                </button>
                <button class="plain" @click=${() => this.ask("add-example")}>
                    ${MESSAGES.addExample}<span class="unseen">${line(one.snippet, 63)}</span>
                </button>
            </div>
            ${one.translation === null ? "" : translated(one.translation)}
            ${one.answer === ""
                ? html`<p class="quiet">${MESSAGES.noAnswer}</p>`
                : html`<p class="words answer" dir="auto">${shown(one.answer)}</p>`}
            ${one.script === ""
                ? ""
                : html`<div class="script">
                      <p class="quiet">${MESSAGES.script}</p>
                      <p class="words" dir="auto">${shown(one.script)}</p>
                  </div>`}
            <div class="from quiet">
                ${one.nearest === "" ? "" : html`<p>${MESSAGES.nearest}: <bdi class="words">${line(one.nearest)}</bdi></p>`}
                ${one.approvedBy === ""
                    ? ""
                    : html`<p>
                          <bdi>${MESSAGES.approved(line(one.approvedBy, 100), moment(one.approvedAt, "date"), one.revision)}</bdi>
                      </p>`}
            </div>
        </article>`
    }
}

function translated(one: ShownTranslation): TemplateResult {
    return html`<div class="translation">
        <p class="quiet">${MESSAGES.translation(line(one.locale, 35))}</p>
        <p class="words answer" dir="auto">${shown(one.answer)}</p>
        <p class="quiet"><bdi>${MESSAGES.approved(line(one.approvedBy, 100), moment(one.approvedAt, "date"), null)}</bdi></p>
    </div>`
}

customElements.define("skerry-candidate", CandidateCard)
