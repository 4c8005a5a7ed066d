// The real widget with the author's island, light and dark.
import { LABELS } from "../widget/loader/labels.ts"
import { group, make } from "./make.ts"
import { MESSAGES as SAY } from "./messages.ts"
import type { Scheme } from "./model/theme.ts"

export interface Host {
    readonly scheme: Scheme
    readonly chat: HTMLElement
}

interface Known {
    readonly island: string
    /** The tenant's public keys, with spaces between them. */
    readonly keys: string
}

const SCHEMES: readonly Scheme[] = ["light", "dark"]
const LOCALES = Object.keys(LABELS)

export class Previews {
    readonly root: HTMLElement
    private readonly chooser = make("select", { id: "island" })
    private readonly language = make("select", { id: "language" })
    private readonly question = make("input", { id: "question", autocomplete: "off", maxLength: 2_000, dir: "auto" })
    private readonly place = make("div", { className: "previews" })
    private readonly note = make("p", { className: "note", role: "status" })
    private hosts: readonly Host[] = []
    private isPlanned = false

    /** `measured` is called when there may be something else to measure. */
    constructor(private readonly measured: (hosts: readonly Host[]) => void) {
        const ask = make("form", { className: "row" }, labelled(this.question, SAY.question), make("button", { textContent: SAY.ask }))
        ask.onsubmit = event => {
            event.preventDefault()
            this.ask(this.question.value.trim())
        }
        this.language.append(...LOCALES.map(value => make("option", { value, lang: value, textContent: nameOf(value) })))
        this.language.value = "en"
        const island = make("div", { className: "row" }, labelled(this.chooser, SAY.island), labelled(this.language, SAY.language))
        this.root = group(SAY.preview, island, ask, this.note, this.place)
        this.root.className = "preview"
    }

    /** Ask the PoP for its islands, and show the first one, or that of `?island=`. `told` gets the line for a page. */
    async load(told: (line: string) => void): Promise<void> {
        let known: readonly Known[]
        let integrity: string
        try {
            const [islands, keys, manifest] = await Promise.all([read("/v1/islands"), read("/.well-known/skerry-keys"), read("manifest.json")])
            known = knownOf(islands as never, keys as never)
            integrity = String((manifest as Record<string, unknown>)["skerry.js"])
        } catch {
            this.note.textContent = SAY.unreachable
            return
        }
        if (known.length === 0) this.note.textContent = SAY.noIsland
        const show = () => {
            const chosen = known.find(one => one.island === this.chooser.value)
            if (!chosen) return
            this.show(chosen)
            told(lineOf(chosen, integrity))
        }
        this.chooser.append(...known.map(({ island }) => make("option", { value: island, textContent: island })))
        const wanted = new URLSearchParams(location.search).get("island")
        if (known.some(one => one.island === wanted)) this.chooser.value = wanted ?? ""
        this.chooser.onchange = this.language.onchange = show
        show()
    }

    /** Soon, and once for all that changes until then. */
    measure(): void {
        if (this.isPlanned) return
        this.isPlanned = true
        requestAnimationFrame(() => {
            this.isPlanned = false
            this.measured(this.hosts)
        })
    }

    private show({ island, keys }: Known): void {
        this.hosts = SCHEMES.map(scheme => {
            const chat = document.createElement("skerry-chat")
            const attributes = { island, pop: location.origin, key: keys, mode: "inline", theme: scheme, lang: this.language.value }
            for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value)
            return { scheme, chat }
        })
        const titled = this.hosts.map(({ scheme, chat }) => {
            return make("div", { className: scheme }, make("h3", { textContent: SAY[scheme] }), chat)
        })
        this.place.replaceChildren(...titled)
        void customElements.whenDefined("skerry-chat").then(() => {
            const watch = new MutationObserver(() => {
                // Two regions with one name could not be told apart.
                for (const { scheme, chat } of this.hosts) {
                    const panel = chat.shadowRoot?.querySelector("[part=panel]")
                    if (panel) panel.ariaLabel = `${SAY.preview}, ${SAY[scheme].toLowerCase()}`
                }
                this.measure()
            })
            for (const { chat } of this.hosts) {
                if (chat.shadowRoot) watch.observe(chat.shadowRoot, { childList: true, subtree: true })
            }
            this.measure()
        })
    }

    private ask(text: string): void {
        if (!text) return
        for (const { chat } of this.hosts) {
            const field = chat.shadowRoot?.querySelector<HTMLTextAreaElement>("[part=field]")
            if (!field) continue
            field.value = text
            chat.shadowRoot?.querySelector<HTMLButtonElement>("[part=form] [part=send]")?.click()
        }
        this.question.value = ""
    }
}

/** A language in its own words. */
function nameOf(locale: string): string {
    return new Intl.DisplayNames(locale, { type: "language" }).of(locale) ?? locale
}

function labelled(field: HTMLElement, text: string): HTMLElement {
    return make("div", { className: "field" }, make("label", { htmlFor: field.id, textContent: text }), field)
}

async function read(path: string): Promise<unknown> {
    const response = await fetch(path)
    if (!response.ok) throw new Error(path)
    return response.json()
}

function knownOf(
    { islands }: { readonly islands: readonly { readonly island: string; readonly state: string }[] },
    { tenants }: { readonly tenants: readonly { readonly tenant: string; readonly keys: readonly { readonly ed25519: string }[] }[] },
): readonly Known[] {
    const keys = new Map(tenants.map(one => [one.tenant, one.keys.map(key => key.ed25519).join(" ")]))
    return islands
        .filter(one => one.state === "fresh" || one.state === "stale")
        .map(({ island }) => ({ island, keys: keys.get(island.split("/")[0] ?? "") ?? "" }))
}

/** The line as `widget.md` has it. */
function lineOf({ island, keys }: Known, integrity: string): string {
    const { origin } = location
    return (
        `<script type="module" src="${origin}/widget/skerry.js" integrity="${integrity}" crossorigin></script>\n` +
        `<skerry-chat island="${island}" pop="${origin}" key="${keys}"></skerry-chat>`
    )
}
