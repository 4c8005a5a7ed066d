// `<skerry-chat>`: the button that a shop's page shows. Everything behind it is loaded when it is pressed.
//
//     <script type="module" src="https://pop.example/widget/skerry.js" integrity="sha384-…" crossorigin></script>
//     <skerry-chat island="northwind/hoodie-drop" pop="https://pop.example" key="0JJSTE0RMpmC…"></skerry-chat>
import type { Chat, StartChat } from "../chat/chat.ts"
import type { Words } from "../model/words.ts"
import { LABELS } from "./labels.ts"
import { LOCALES, loadPart } from "./parts.ts"
import BUTTON from "./button.css"

type Loaded = readonly [{ readonly start: StartChat }, { readonly default: Words }]

class SkerryChat extends HTMLElement {
    private button: HTMLButtonElement | null = null
    private chat: Promise<Chat> | null = null

    connectedCallback(): void {
        // Moved within its page: it is the same chat.
        if (this.shadowRoot) return
        const locale = this.locale()
        const root = this.attachShadow({ mode: "open" })
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(BUTTON)
        root.adoptedStyleSheets = [sheet]
        if (["inline", "page", "panel"].includes(this.getAttribute("mode") ?? "")) {
            this.open(locale)
            return
        }
        const button = document.createElement("button")
        button.part.add("button")
        button.lang = locale
        button.ariaLabel = LABELS[locale] ?? ""
        button.ariaExpanded = "false"
        button.textContent = "?"
        button.onclick = () => this.open(locale)
        root.append(button)
        this.button = button
    }

    /** The page's language if the widget has it, or else the viewer's, or English. */
    private locale(): string {
        const page = this.closest<HTMLElement>("[lang]")?.lang
        const wanted = page ? [page] : navigator.languages
        return wanted.map(one => one.slice(0, 2).toLowerCase()).find(one => LOCALES.includes(one)) ?? "en"
    }

    private open(locale: string): void {
        this.chat ??= this.load(locale)
        this.chat.then(
            chat => {
                delete this.button?.dataset["failed"]
                chat.show()
            },
            () => {
                // The next press tries again. A page that shows no button has to be loaded again.
                this.chat = null
                if (this.button) this.button.dataset["failed"] = ""
            },
        )
    }

    private async load(locale: string): Promise<Chat> {
        const [{ start }, words]: Loaded = await Promise.all([loadPart<Loaded[0]>("chat"), loadPart<Loaded[1]>(locale)])
        return start(this, { locale, words: words.default, button: this.button, loadPart })
    }
}

// A page may have the line twice.
if (!customElements.get("skerry-chat")) customElements.define("skerry-chat", SkerryChat)
