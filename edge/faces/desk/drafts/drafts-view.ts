// The drafts, to be copied.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import { ProblemError } from "../../shared/api.ts"
import type { Draft, Drafts } from "../../shared/generated.ts"
import { controls } from "../../shared/styles.ts"
import { moment } from "../../shared/times.ts"
import { line, shown } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import type { Desk } from "../model/desk.ts"

class DraftsView extends LitElement {
    static override properties = {
        desk: { attribute: false },
        drafts: { state: true },
        said: { state: true },
        problem: { state: true },
    }
    static override styles = [
        controls,
        css`
            :host {
                display: block;
                overflow: auto;
                padding: 1rem;
            }
            ol {
                list-style: none;
                margin: 1rem 0 0;
                padding: 0;
                display: grid;
                gap: 0.75rem;
                max-inline-size: 50rem;
            }
            li {
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: var(--round);
                padding: 0.75rem;
                display: grid;
                gap: 0.4rem;
            }
        `,
    ]

    declare desk: Desk
    private drafts: readonly Draft[] | null = null
    private said = ""
    private problem = ""

    override connectedCallback(): void {
        super.connectedCallback()
        // What scrolls must be reached by the keyboard.
        this.tabIndex = 0
        this.role = "region"
        this.ariaLabel = MESSAGES.drafts
        queueMicrotask(() => void this.read())
    }

    private async read(): Promise<void> {
        try {
            this.drafts = (await this.desk.read<Drafts>("/v1/drafts")).drafts
            this.problem = ""
        } catch (error) {
            if (error instanceof ProblemError) this.problem = MESSAGES.refused(error.message)
        }
    }

    private async copy(draft: Draft): Promise<void> {
        try {
            await navigator.clipboard.writeText(draft.text)
            this.said = MESSAGES.copied
        } catch {
            // Pages without TLS may not copy.
            this.said = MESSAGES.notCopied
            const words = this.renderRoot.querySelector(`[data-draft="${draft.id}"]`)
            if (words) getSelection()?.selectAllChildren(words)
        }
    }

    protected override render(): TemplateResult {
        const drafts = this.drafts ?? []
        return html`<h2>${MESSAGES.drafts}</h2>
            <p class="quiet">${MESSAGES.draftsHint}</p>
            <p role="status" class="quiet">${this.problem || this.said}</p>
            ${this.drafts !== null && drafts.length === 0 ? html`<p>${MESSAGES.noDrafts}</p>` : ""}
            <ol>
                ${drafts.map(
                    draft =>
                        html`<li>
                            <div class="bar">
                                <span class="chip">${MESSAGES.draftKinds[draft.kind]}</span>
                                <bdi class="grow">${line(draft.island)} · ${line(draft.snippet)}</bdi>
                                <button
                                    @click=${() => this.copy(draft)}
                                    aria-label="${MESSAGES.copy}, ${MESSAGES.draftKinds[draft.kind]}, ${line(draft.snippet)}"
                                >
                                    ${MESSAGES.copy}
                                </button>
                            </div>
                            <p class="words" dir="auto" data-draft=${draft.id}>${shown(draft.text)}</p>
                            <p class="quiet">${MESSAGES.draftBy(draft.by, moment(draft.at))}</p>
                        </li>`,
                )}
            </ol>`
    }
}

customElements.define("skerry-drafts", DraftsView)
