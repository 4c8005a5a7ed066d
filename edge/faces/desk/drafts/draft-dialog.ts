// Asks for a proposal to an island's author: an incident answer, or an example.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import type { DraftKind } from "../../shared/generated.ts"
import { controls } from "../../shared/styles.ts"
import { line, shown } from "../../shared/words.ts"
import { MESSAGES } from "../messages.ts"
import { MAX_REPLY } from "../model/desk.ts"
import type { Desk } from "../model/desk.ts"
import { Watching } from "../model/watching.ts"

class DraftDialog extends LitElement {
    static override properties = { desk: { attribute: false }, kind: { state: true }, snippets: { state: true } }
    static override styles = [
        controls,
        css`
            dialog[open] {
                display: grid;
                gap: 0.6rem;
            }
            textarea {
                min-block-size: 8rem;
            }
        `,
    ]

    declare desk: Desk
    private kind: DraftKind = "incident"
    private snippets: readonly string[] = []

    constructor() {
        super()
        new Watching(this)
    }

    /** Ask for a draft of this text. `snippet` is what is chosen first. */
    async ask(kind: DraftKind, text: string, snippet = ""): Promise<void> {
        const candidates = this.desk.opened?.ticket.candidates ?? []
        this.kind = kind
        this.snippets = candidates.map(one => one.snippet).filter(one => one !== "")
        this.desk.problem = ""
        this.requestUpdate()
        await this.updateComplete
        this.field.value = text
        this.snippet.value = snippet === "" ? (this.snippets[0] ?? "") : snippet
        this.renderRoot.querySelector("dialog")?.showModal()
        this.field.focus()
    }

    private get field(): HTMLTextAreaElement {
        return this.renderRoot.querySelector("textarea") as HTMLTextAreaElement
    }

    private get snippet(): HTMLInputElement {
        return this.renderRoot.querySelector("#snippet") as HTMLInputElement
    }

    private close(): void {
        this.renderRoot.querySelector("dialog")?.close()
    }

    private readonly keep = async (event: SubmitEvent): Promise<void> => {
        event.preventDefault()
        if (await this.desk.addDraft(this.kind, this.snippet.value.trim(), this.field.value)) this.close()
    }

    protected override render(): TemplateResult {
        const { problem, opened } = this.desk
        return html`<dialog aria-labelledby="title">
            <h2 id="title">${MESSAGES.draftTitles[this.kind]}</h2>
            <p class="quiet">${MESSAGES.draftExplained[this.kind]}</p>
            <p class="quiet">${MESSAGES.island}: <bdi>${line(opened?.ticket.island ?? "")}</bdi></p>
            <form @submit=${this.keep} class="form">
                <label for="snippet">${MESSAGES.snippet}</label>
                <input id="snippet" required maxlength="63" list="snippets" autocomplete="off" spellcheck="false" />
                <datalist id="snippets">
                    ${this.snippets.map(one => html`<option value=${one}>${shown(one)}</option>`)}
                </datalist>
                <label for="text">${MESSAGES.text}</label>
                <textarea id="text" required maxlength=${MAX_REPLY} dir="auto"></textarea>
                <div role="alert" class="quiet">${problem}</div>
                <div class="bar">
                    <button class="main">${MESSAGES.keepDraft}</button>
                    <button type="button" @click=${() => this.close()}>${MESSAGES.cancel}</button>
                </div>
            </form>
        </dialog>`
    }
}

customElements.define("skerry-draft", DraftDialog)

declare global {
    interface HTMLElementTagNameMap {
        "skerry-draft": DraftDialog
    }
}
