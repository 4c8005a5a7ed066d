// Where the reply is written. What is typed survives a reload of the page, and a lost connection.
import { LitElement, css, html } from "lit"
import type { PropertyValues, TemplateResult } from "lit"
import { controls } from "../../shared/styles.ts"
import { MESSAGES } from "../messages.ts"
import { MAX_REPLY } from "../model/desk.ts"
import type { Desk } from "../model/desk.ts"
import { Watching } from "../model/watching.ts"

class ReplyBox extends LitElement {
    static override properties = { desk: { attribute: false } }
    static override styles = [
        controls,
        css`
            :host {
                display: block;
                border-block-start: 1px solid var(--line);
                background: var(--surface);
                padding: 0.6rem 1rem 0.75rem;
            }
            .box {
                display: grid;
                gap: 0.45rem;
                max-inline-size: 56rem;
            }
            textarea {
                min-block-size: 3.4rem;
                max-block-size: 40vh;
                field-sizing: content;
                resize: vertical;
                overflow-wrap: anywhere;
            }
            label.all {
                display: inline-flex;
                align-items: center;
                gap: 0.4rem;
                font-weight: 600;
            }
            .count {
                font-size: 0.75rem;
            }
            .problem {
                color: var(--late);
                font-size: 0.875rem;
            }
        `,
    ]

    declare desk: Desk

    constructor() {
        super()
        new Watching(this)
    }

    override focus(): void {
        this.field?.focus()
    }

    private get field(): HTMLTextAreaElement | null {
        return this.renderRoot.querySelector("textarea")
    }

    protected override updated(changed: PropertyValues): void {
        super.updated(changed)
        const { field } = this
        // Only if it differs: an assignment moves the caret and ends the input of composed letters.
        if (field === null || field.value === this.desk.text) return
        const { selectionStart, selectionEnd, value } = field
        field.value = this.desk.text
        // A suggestion came in below while somebody writes on.
        if (value !== "" && this.desk.text.startsWith(value)) field.setSelectionRange(selectionStart, selectionEnd)
    }

    private readonly onInput = (event: Event): void => this.desk.write((event.target as HTMLTextAreaElement).value)

    private ask(name: string): void {
        this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }))
    }

    protected override render(): TemplateResult {
        const { desk } = this
        const { text, isSending, isOthers, problem, opened } = desk
        const count = desk.chosen?.count ?? 1
        const isTooLong = text.length > MAX_REPLY
        const cannot = isSending || isOthers || opened === null || isTooLong || text.trim() === ""
        const left = text.length > MAX_REPLY / 2 ? MESSAGES.characters(text.length, MAX_REPLY) : ""
        return html`<section class="box" aria-label=${MESSAGES.reply}>
            <div class="bar">
                <label for="reply" class="grow">${MESSAGES.reply}<kbd>e</kbd></label>
                ${count > 1
                    ? html`<label class="all">
                          <input
                              type="checkbox"
                              .checked=${desk.forAll}
                              @change=${(event: Event) => desk.setForAll((event.target as HTMLInputElement).checked)}
                          />
                          ${MESSAGES.forAll(count)}
                      </label>`
                    : ""}
            </div>
            <textarea
                id="reply"
                dir="auto"
                rows="2"
                placeholder=${MESSAGES.replyHint}
                aria-invalid=${isTooLong ? "true" : "false"}
                @input=${this.onInput}
            ></textarea>
            <div role="alert" class="problem">${isTooLong ? MESSAGES.tooLong : problem}</div>
            <div class="bar">
                <button class="main send" ?disabled=${cannot} @click=${() => desk.send()}>
                    ${isSending ? MESSAGES.sending : MESSAGES.send}<kbd>Ctrl+Enter</kbd>
                </button>
                <button class="send-resolve" ?disabled=${cannot} @click=${() => desk.send({ resolve: true })}>
                    ${MESSAGES.sendAndResolve}
                </button>
                <button class="resolve" ?disabled=${isOthers || opened === null} @click=${() => this.ask("ask-resolve")}>
                    ${MESSAGES.resolve}<kbd>r</kbd>
                </button>
                <span class="grow quiet count">${left}</span>
                <button class="plain" ?disabled=${text.trim() === "" || opened === null} @click=${() => this.ask("make-incident")}>
                    ${MESSAGES.incident}
                </button>
            </div>
        </section>`
    }
}

customElements.define("skerry-reply", ReplyBox)
