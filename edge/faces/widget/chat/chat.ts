// The conversation: what is sent, what comes back, and what the viewer sees of it.
import { type Ed25519, webCrypto } from "../../client/belief.ts"
import { PopError } from "../../client/errors.ts"
import { pause } from "../../client/exchange.ts"
import type { AskResponse, TreeResponse } from "../../client/generated.ts"
import { duration } from "../model/amounts.ts"
import { SessionStore } from "../model/session_store.ts"
import type { Words } from "../model/words.ts"
import { Answers } from "./answers.ts"
import { button } from "./nodes.ts"
import { fill, Panel } from "./panel.ts"
import { Pop, type Request } from "./pop.ts"
import { Tickets } from "./tickets.ts"
import STYLES from "./panel.css"

export interface Setting {
    readonly locale: string
    readonly words: Words
    /** The button that opens the chat; null if it is always open. */
    readonly button: HTMLButtonElement | null
    readonly loadPart: (name: string) => Promise<{ readonly verify: Ed25519 }>
}

export type StartChat = (host: HTMLElement, setting: Setting) => Chat

const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 30_000
/** Of a `Retry-After`, which a proxy may make too long. */
const MAX_RETRY_AFTER_S = 3_600

export const start: StartChat = (host, setting) => new Chat(host, setting)

export type { Chat }

class Chat {
    private readonly panel: Panel
    private readonly pop: Pop
    private readonly tickets: Tickets
    private readonly answers: Answers
    /** The last question, for a person's button that is pressed without a new one. */
    private asked = ""
    /** Ends when there is a response to all that was sent. One request after the other: replies keep their order. */
    private last: Promise<void> = Promise.resolve()

    constructor(
        host: HTMLElement,
        private readonly setting: Setting,
    ) {
        const read = (name: string) => host.getAttribute(name) ?? ""
        const { words, locale } = setting
        const island = read("island")
        const store = new SessionStore(`skerry-chat ${island} ${read("pop")}`)
        const kept = store.read()
        this.panel = new Panel(words, read("name") || (island.split("/")[0] ?? ""), locale, setting.button !== null, this)
        const keys = read("key").split(/\s+/).filter(Boolean)
        this.pop = new Pop(read("pop"), island, keys, kept.session, verifierOf(setting))
        this.tickets = new Tickets(this.panel, this.pop, locale, store)
        this.answers = new Answers(this.panel, this.pop, locale, {
            choose: (response, snippet, question) => this.choose(response, snippet, question),
            step: (tree, step) => this.step(tree, step),
            ask: text => this.ask(text),
        })
        const root = host.shadowRoot as ShadowRoot
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(STYLES)
        root.adoptedStyleSheets.push(sheet)
        root.append(this.panel.root)
        for (const [ticket, token] of kept.tickets) this.tickets.follow(ticket, token, words.restored)
        this.pop
            .trees()
            .then(found => this.answers.roots(found.trees))
            .catch(() => undefined)
    }

    show(): void {
        const { button: opener } = this.setting
        if (!opener) return
        this.panel.root.hidden = false
        opener.ariaExpanded = "true"
        opener.hidden = true
        this.panel.field.focus()
    }

    close(): void {
        const { button: opener } = this.setting
        if (!opener) return
        this.panel.root.hidden = true
        opener.ariaExpanded = "false"
        opener.hidden = false
        opener.focus()
    }

    send(text: string): void {
        if (text) this.ask(text)
        else this.panel.tell(this.setting.words.write)
    }

    person(text: string): void {
        const question = text || this.asked
        if (question) {
            this.ask(question, "person")
            return
        }
        this.panel.tell(this.setting.words.write)
        this.panel.field.focus()
    }

    private ask(text: string, want = "answer"): void {
        this.asked = text
        this.panel.field.value = ""
        this.panel.said(want === "person" ? `${text}\n(${this.setting.words.person})` : text)
        this.request("/v1/ask", { island: this.pop.island, text, want }, text)
    }

    private choose(response: AskResponse, snippet: string | null, question: string): void {
        const offered = response.ticket
        this.request("/v1/choice", { receipt: response.receipt, snippet, text: question }, question, taken => {
            if (taken.reason !== "solved_waiting" || !offered) return
            this.tickets.forget(offered)
            this.panel.tell(this.setting.words.solved)
        })
    }

    private step(tree: string, step: object): void {
        this.request(`/v1/trees/${this.pop.island}/${encodeURIComponent(tree)}`, step, "")
    }

    private request(
        path: string,
        body: object,
        question: string,
        then: (taken: AskResponse & TreeResponse) => void = () => undefined,
    ): void {
        const { locale, words } = this.setting
        const request = { path, body: { ...body, channel: "widget", locale }, key: crypto.randomUUID(), question }
        const take = (found: (AskResponse & TreeResponse) | null) => {
            if (!found) return
            this.panel.tell("")
            this.answers.show(found, question)
            if (found.ticket) this.tickets.took(found, words.sent)
            then(found)
        }
        // A response that no PoP writes ends as one that cannot be verified.
        this.last = this.last
            .then(() => this.deliver(request))
            .then(take)
            .catch(() => this.fail(words.unbelieved))
    }

    /** The verified response; null if there will be none. Without a connection it is tried for as long as it takes. */
    private async deliver(request: Request): Promise<(AskResponse & TreeResponse) | null> {
        const { words, locale } = this.setting
        let isRenewed = false
        for (let failures = 0; ; ) {
            try {
                return await this.pop.send(request)
            } catch (error) {
                if (!(error instanceof PopError)) throw error
                if (error.reason === "session_invalid" && !isRenewed) {
                    isRenewed = true
                    this.pop.session = ""
                } else if (error.family !== "unreachable") {
                    const isLie = /^(signature|hash|metadata)_/.test(error.reason)
                    const time = duration(error.retryAfterS ?? 1, locale)
                    const limited = fill(words.limited, { time })
                    this.fail(error.family === "limited" ? limited : isLie ? words.unbelieved : words.unanswered)
                    return null
                } else {
                    await this.connection(failures++, error.retryAfterS ?? 0)
                }
            }
        }
    }

    private fail(text: string): void {
        this.panel.tell("")
        this.panel.add("failed", text)
    }

    /** Wait until there may be a connection again, or the viewer wants it tried. */
    private async connection(failures: number, retryAfterS: number): Promise<void> {
        const { unheard, again } = this.setting.words
        const ending = new AbortController()
        const pressed = new Promise<void>(resolve => {
            this.panel.tell(`${unheard} `, button("again", again, resolve))
            addEventListener("online", () => resolve(), { signal: ending.signal })
        })
        const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.5 + Math.random() / 2)
        await Promise.race([pressed, pause(Math.max(delay, Math.min(retryAfterS, MAX_RETRY_AFTER_S) * 1_000))])
        ending.abort()
    }
}

/** WebCrypto's Ed25519, or that of the part which only browsers without it load. */
function verifierOf({ loadPart }: Setting): Ed25519 {
    return async (key, signature, message) => {
        try {
            return await webCrypto(key, signature, message)
        } catch (error) {
            if ((error as DOMException).name !== "NotSupportedError") throw error
            return (await loadPart("verifier")).verify(key, signature, message)
        }
    }
}
