// `<skerry-chat>`: the button that a shop's page shows. Everything behind it is loaded when it is pressed.
//
//     <script type="module" src="https://pop.example/widget/skerry.js" integrity="sha384-…" crossorigin></script>
//     <skerry-chat island="northwind/hoodie-drop" pop="https://pop.example" key="0JJSTE0RMpmC…"></skerry-chat>
import type { Chat, StartChat } from "../chat/chat.ts"
import type { Words } from "../model/words.ts"
import { LABELS } from "./labels.ts"
import { loadPart } from "./parts.ts"
import BUTTON from "./button.css"

/** Modes without a button: what is behind it is there at once. Each names the part that shows it. */
const OPEN: Readonly<Record<string, string>> = { inline: "chat", page: "chat", panel: "chat", overlay: "overlay" }

class SkerryChat extends HTMLElement {
    private chat: Promise<Chat> | undefined

    connectedCallback(): void {
        // Moved within its page, or put back: it is the same chat.
        if (this.shadowRoot) {
            this.chat?.then(
                chat => chat.resume(),
                () => undefined,
            )
            return
        }
        const root = this.attachShadow({ mode: "open" })
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(BUTTON)
        root.adoptedStyleSheets = [sheet]
        const page = this.closest<HTMLElement>("[lang]")?.lang
        const wanted = page ? [page] : navigator.languages
        // The page's language if the widget has it, or else the viewer's, or English.
        const locale = wanted.map(one => one.slice(0, 2).toLowerCase()).find(one => one in LABELS) ?? "en"
        const part = OPEN[this.getAttribute("mode") ?? ""]
        if (part) {
            this.load(part, locale, null).catch(() => undefined)
            return
        }
        const button = document.createElement("button")
        button.setAttribute("part", "button")
        button.lang = locale
        button.ariaLabel = LABELS[locale] ?? ""
        button.ariaHasPopup = "dialog"
        button.onclick = () => {
            this.load("chat", locale, button).then(
                chat => {
                    delete button.dataset["failed"]
                    chat.show()
                },
                // The next press tries again. A page that shows no button has to be loaded again.
                () => (button.dataset["failed"] = ""),
            )
        }
        root.append(button)
    }

    private load(part: string, locale: string, button: HTMLButtonElement | null): Promise<Chat> {
        this.chat ??= Promise.all([
            loadPart<{ readonly start: StartChat }>(part),
            loadPart<{ readonly default: Words }>(locale),
        ]).then(
            ([{ start }, words]) => start(this, { locale, words: words.default, button, loadPart }),
            error => {
                this.chat = undefined
                throw error
            },
        )
        return this.chat
    }
}

// A page may have the line twice.
if (!customElements.get("skerry-chat")) customElements.define("skerry-chat", SkerryChat)
