// The keys, and what a person may set.
import { LitElement, css, html } from "lit"
import type { TemplateResult } from "lit"
import { DIRECTIONS, THEMES, direction, hasSingleKeys, setDirection, setSingleKeys, setTheme, theme } from "../../shared/settings.ts"
import { controls } from "../../shared/styles.ts"
import { MESSAGES } from "../messages.ts"

class KeyHelp extends LitElement {
    static override styles = [
        controls,
        css`
            dialog {
                gap: 0.8rem;
            }
            dialog[open] {
                display: grid;
            }
            dl {
                display: grid;
                grid-template-columns: fit-content(50%) minmax(0, 1fr);
                gap: 0.35rem 1rem;
                margin: 0;
            }
            dd {
                margin: 0;
            }
            kbd {
                margin: 0;
                white-space: normal;
            }
            h2:focus-visible {
                outline: none;
            }
            select {
                inline-size: 100%;
            }
            .settings {
                display: grid;
                grid-template-columns: fit-content(50%) minmax(0, 1fr);
                gap: 0.5rem 1rem;
                align-items: center;
                border-block-start: 1px solid var(--line);
                padding-block-start: 0.8rem;
            }
        `,
    ]

    show(): void {
        this.dialog?.showModal()
    }

    private get dialog(): HTMLDialogElement | null {
        return this.renderRoot.querySelector("dialog")
    }

    protected override render(): TemplateResult {
        const value = (event: Event) => (event.target as HTMLSelectElement).value
        return html`<dialog aria-labelledby="title">
            <h2 id="title" tabindex="-1" autofocus>${MESSAGES.help}</h2>
            <dl>
                ${MESSAGES.keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}
            </dl>
            <p class="quiet">${MESSAGES.keysHint}</p>
            <div class="settings">
                <label for="keys">${MESSAGES.singleKeys}</label>
                <input
                    id="keys"
                    type="checkbox"
                    .checked=${hasSingleKeys()}
                    @change=${(event: Event) => setSingleKeys((event.target as HTMLInputElement).checked)}
                />
                <label for="theme">${MESSAGES.theme}</label>
                <select id="theme" @change=${(event: Event) => setTheme(value(event))}>
                    ${THEMES.map(one => html`<option value=${one} ?selected=${one === theme()}>${MESSAGES.themes[one]}</option>`)}
                </select>
                <label for="direction">${MESSAGES.direction}</label>
                <select id="direction" @change=${(event: Event) => setDirection(value(event))}>
                    ${DIRECTIONS.map(
                        one => html`<option value=${one} ?selected=${one === direction()}>${MESSAGES.directions[one]}</option>`,
                    )}
                </select>
            </div>
            <form method="dialog"><button class="main">${MESSAGES.close}</button></form>
        </dialog>`
    }
}

customElements.define("skerry-help", KeyHelp)

declare global {
    interface HTMLElementTagNameMap {
        "skerry-help": KeyHelp
    }
}
