// The conversation: what is sent, what comes back, and what the viewer sees of it.
import type { PopError } from "../../client/errors.ts"
import type { AskResponse, GivenPurpose, PurposeList, TreeList } from "../../client/generated.ts"
import { duration } from "../model/amounts.ts"
import { readKept } from "../model/kept.ts"
import { pause } from "../model/waits.ts"
import type { Words } from "../model/words.ts"
import { answersIn } from "./answers.ts"
import type { StartConsent } from "../consent/consent.ts"
import { type LoadVerifier, verifierOf } from "./ed25519.ts"
import { button } from "./nodes.ts"
import { type Panelled, fill, makePanel } from "./panel.ts"
import { type Both, popAt, type Request } from "./pop.ts"
import { ticketsIn } from "./tickets.ts"
import STYLES from "./panel.css"

export interface Setting {
    readonly locale: string
    readonly words: Words
    /** The button that opens the chat; null if it is always open. */
    readonly button: HTMLButtonElement | null
    readonly loadPart: LoadVerifier & ((name: "consent") => Promise<{ readonly start: StartConsent }>)
}

export interface Chat {
    /** Open it, where a button does so. */
    show(): void
    /** The element is back in a page. */
    resume(): void
}

export type StartChat = (host: HTMLElement, setting: Setting) => Chat

const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 30_000
/** After the first 503 with a shorter `Retry-After`, the question is sent again without a word. */
const MAX_QUIET_S = 5

const ignore = () => undefined

/** The chat of an element that has a shadow root. */
export const start: StartChat = (host, setting) => {
    const { words, locale, button: opener } = setting
    const read = (name: string) => host.getAttribute(name) ?? ""
    const island = read("island")
    const key = `skerry-chat ${island} ${read("pop")}`
    const kept = readKept(key)
    const verify = verifierOf(setting.loadPart)
    /** The last question, for a person's button that is pressed without a new one. */
    let asked = ""
    /** Ends when there is a response to all that was sent. One request after the other: replies keep their order. */
    let last: Promise<void> = Promise.resolve()

    const name = read("name") || (island.split("/")[0] as string)
    const owner: Panelled = {
        send: (text, gives) => put(text, text, "answer", gives),
        person: text => put(text || asked, `${text || asked}\n(${words.person})`, "person"),
        close: () => set(false),
    }
    const panel = makePanel(words, name, locale, opener !== null, owner)
    const pop = popAt(read("pop"), island, read("key").split(/\s+/), kept, verify)
    const tickets = ticketsIn(panel, pop, locale, key)
    const answers = answersIn(panel, pop, locale, { choose, step, ask })
    const { root, field, tell } = panel

    const shadow = host.shadowRoot as ShadowRoot
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES)
    shadow.adoptedStyleSheets.push(sheet)
    shadow.append(root)
    for (const [ticket, token] of kept.tickets) tickets.follow(ticket, token, words.restored)
    pop.get<TreeList>(`/v1/trees/${island}`)
        .then(({ trees }) => answers.roots(trees))
        .catch(ignore)
    pop.get<PurposeList>(`/v1/islands/${island}/purposes?locale=${locale}`)
        .then(async ({ purposes }) => {
            if (purposes[0]) (await setting.loadPart("consent")).start({ panel, pop, owner, keep: tickets.keep }, purposes)
        })
        .catch(ignore)
    // What the first answer would wait for; the list afterwards, so that nothing waits for it.
    const prepare = () => {
        pop.begin().finally(answers.prepare).catch(ignore)
        verify(new Uint8Array(32), new Uint8Array(64), new Uint8Array()).catch(ignore)
    }
    field.addEventListener("focus", prepare, { once: true })

    function set(isOpen: boolean): void {
        if (!opener) return
        root.hidden = !isOpen
        opener.hidden = isOpen
        if (isOpen) field.focus()
        else opener.focus()
    }

    function put(text: string, said: string, want: string, gives?: readonly GivenPurpose[]): void {
        if (text) {
            panel.said(said)
            ask(text, want, gives)
        } else {
            tell(words.write)
            field.focus()
        }
    }

    function ask(text: string, want = "answer", gives?: readonly GivenPurpose[]): void {
        asked = text
        field.value = ""
        request("/v1/ask", { island, text, want, gives }, text)
    }

    /** `question` as it was asked. */
    function choose({ receipt, ticket }: AskResponse, snippet: string | null, question: string): void {
        request("/v1/choice", { receipt, snippet, text: question }, question, taken => {
            if (taken.reason !== "solved_waiting" || !ticket) return
            tickets.forget(ticket)
            tell(words.solved)
        })
    }

    function step(tree: string, step: object): void {
        request(`/v1/trees/${island}/${encodeURIComponent(tree)}`, step, "")
    }

    function request(path: string, body: object, question: string, then: (taken: Both) => void = ignore): void {
        const request = { path, body: { ...body, channel: "widget", locale }, key: crypto.randomUUID() }
        const take = (found: Both | null) => {
            if (!found) return
            tell("")
            answers.show(found, question)
            tickets.took(found)
            then(found)
        }
        // A response that no PoP writes ends as one that cannot be verified.
        last = last
            .then(() => deliver(request))
            .then(take)
            .catch(() => fail(words.unbelieved))
    }

    /** The verified response; null if there will be none. Without a connection it is tried for as long as it takes. */
    async function deliver(request: Request): Promise<Both | null> {
        let isRenewed = false
        for (let failures = 0; ; ) {
            try {
                return await pop.send(request)
            } catch (error) {
                const { family, reason, retryAfterS } = error as Partial<PopError>
                if (reason === "session_invalid" && !isRenewed) {
                    isRenewed = true
                    pop.session = ""
                } else if (family !== "unreachable") {
                    // Only what a PoP says has this amount.
                    const isOfPop = retryAfterS != null
                    const limited = fill(words.limited, { time: duration(retryAfterS || 1, locale) })
                    fail(family === "limited" ? limited : isOfPop ? words.unanswered : words.unbelieved)
                    return null
                } else {
                    await connection(failures++, retryAfterS ?? 0)
                }
            }
        }
    }

    function fail(text: string): void {
        tell("")
        panel.add("failed", text)
    }

    /** Wait until there may be a connection again, or the viewer wants it tried. */
    async function connection(failures: number, retryAfterS: number): Promise<void> {
        // A pause may be half as long, and must not be shorter than the PoP wants.
        const later = pause(Math.max(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures), retryAfterS * 2_000))
        if (!failures && retryAfterS && retryAfterS <= MAX_QUIET_S) return later
        const pressed = new Promise<unknown>(resolve => {
            tell(`${words.unheard} `, button("again", words.again, () => resolve(null)))
            addEventListener("online", resolve, { once: true })
        })
        answers.offline()
        await Promise.race([pressed, later])
    }

    return { show: () => set(true), resume: tickets.resume }
}
