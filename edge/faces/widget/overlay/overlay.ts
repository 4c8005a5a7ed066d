// The overlay of a stream: the answer that was approved last, for ten seconds, on a page that is transparent otherwise.
import type { ListedAnswer, SnippetDocument } from "../../client/generated.ts"
import { shown } from "../../shared/words.ts"
import type { StartChat } from "../chat/chat.ts"
import { verifierOf } from "../chat/ed25519.ts"
import { element, markdown, words } from "../chat/nodes.ts"
import { fill } from "../chat/panel.ts"
import { popAt } from "../chat/pop.ts"
import { pause } from "../model/waits.ts"
import STYLES from "./overlay.css"

const NOBODY = { session: "", consent: "" }
const SHOWN_MS = 10_000
/** Sooner by chance. */
const POLL_MS = 10_000

/** Without `pop`, it asks the PoP that serves its page, `overlay/TENANT/ISLAND`. */
export const start: StartChat = (host, { locale, words: say, loadPart }) => {
    const read = (name: string) => host.getAttribute(name) ?? ""
    const url = new URL(read("pop") || "../..", location.href).href
    const pop = popAt(url, read("island"), read("key").split(/\s+/), NOBODY, verifierOf(loadPart))
    const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" })
    const root = host.shadowRoot as ShadowRoot
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES)
    root.adoptedStyleSheets.push(sheet)
    /** The document that was shown last. */
    let last = ""
    let isRunning = false

    function paint(question: string, { answer, approved_by: by, approved_at: at }: SnippetDocument): void {
        const tick = element("span", "tick", "\u2713")
        tick.ariaHidden = "true"
        const line = fill(say.approved, { who: shown(by), date: dates.format(Date.parse(at)) })
        const verified = element("div", "answer", ...markdown(answer), element("p", "approved", tick, line))
        const card = element("section", "overlay", words("p", "question", question), verified)
        card.lang = locale
        card.role = "region"
        card.ariaLabel = say.title
        root.querySelector("section")?.remove()
        root.append(card)
        setTimeout(() => card.remove(), SHOWN_MS)
    }

    async function look(): Promise<void> {
        const { answers } = await pop.list(locale)
        // Of those that were approved at one time, the author's last.
        const newest = answers.reduce((one, other) => (approvedAt(other) >= approvedAt(one) ? other : one))
        const { snippet, question, signed } = newest
        if (signed.document === last) return
        paint(question, await pop.open(signed, snippet))
        last = signed.document
    }

    async function run(): Promise<void> {
        isRunning = true
        while (host.isConnected) {
            // Without a PoP, or with one that lies, nothing is shown.
            await look().catch(() => undefined)
            await pause(POLL_MS)
        }
        isRunning = false
    }

    const resume = () => {
        if (!isRunning) void run()
    }
    resume()
    return { show: resume, resume }
}

/** When an answer says that it was approved. Only the one that is shown is verified. */
function approvedAt({ signed }: ListedAnswer): number {
    return Date.parse((JSON.parse(signed.document) as SnippetDocument).approved_at)
}
