// Asks for the agent's token. It never becomes part of an address, and the form is sent nowhere.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import { controls } from "../../shared/styles.ts"
import { MESSAGES } from "../messages.ts"
import type { Desk } from "../model/desk.ts"
import { Watching } from "../model/watching.ts"

class SignIn extends LitElement {
    static override properties = { desk: { attribute: false } }
    static override styles = [
        controls,
        css`
            main {
                max-inline-size: 26rem;
                margin: 12vh auto 0;
                padding: 1.5rem;
                background: var(--surface);
                border: 1px solid var(--line);
                border-radius: 12px;
                display: grid;
                gap: 0.9rem;
            }
            form,
            label {
                display: grid;
                gap: 0.5rem;
            }
            h1 {
                font-size: 1.25rem;
            }
            .problem {
                padding: 0.5rem 0.75rem;
                border: 1px solid var(--late);
                border-radius: var(--round);
            }
        `,
    ]

    declare desk: Desk

    constructor() {
        super()
        new Watching(this)
    }

    override firstUpdated(): void {
        this.renderRoot.querySelector("input")?.focus()
    }

    private readonly signIn = (event: SubmitEvent): void => {
        event.preventDefault()
        const input = this.renderRoot.querySelector("input")
        const token = input?.value.trim() ?? ""
        if (token !== "") void this.desk.signIn(token)
    }

    protected override render(): TemplateResult {
        const { problem } = this.desk
        return html`<main>
            <h1>${MESSAGES.title}</h1>
            <div role="alert">${problem === "" ? "" : html`<p class="problem late">${problem}</p>`}</div>
            <form @submit=${this.signIn}>
                <label for="token">${MESSAGES.token}</label>
                <input id="token" type="password" required autocomplete="off" spellcheck="false" aria-describedby="hint" />
                <button class="main">${MESSAGES.signIn}</button>
                <p class="quiet" id="hint">${MESSAGES.tokenHint}</p>
            </form>
        </main>`
    }
}

customElements.define("skerry-sign-in", SignIn)
