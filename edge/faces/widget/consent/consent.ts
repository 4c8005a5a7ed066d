// What an island asks its viewers to agree to: the tenant's signed sentences above *Send*, what is in force, and how it is
// taken back. Only chats of islands with purposes load it.
//
// *Send* asks and agrees in one tap. The quiet button asks without. No other button agrees to anything: they ask with what
// is in force.
import type { PopError } from "../../client/errors.ts"
import type {
    ConsentInForce,
    ConsentRequest,
    ConsentResponse,
    FastPathResponse,
    GivenPurpose,
    PersonalStep,
    PurposeDocument,
    PurposeList,
    ShownPurpose,
} from "../../client/generated.ts"
import type { Panel, Panelled } from "../chat/panel.ts"
import type { Both, Pop, Request } from "../chat/pop.ts"
import type { Tickets } from "../chat/tickets.ts"
import { standing } from "./standing.ts"
import STYLES from "./consent.css"

/** What the part is given of the chat. Its sends are replaced by some that agree. */
export interface Surroundings {
    readonly panel: Panel
    readonly pop: Pop
    readonly owner: Panelled
    readonly keep: Tickets["keep"]
}

export type StartConsent = (around: Surroundings, found: readonly ShownPurpose[]) => void

interface Body {
    readonly text: string
    consent?: string | undefined
    gives?: readonly GivenPurpose[] | undefined
}

type Change = Pick<ConsentRequest, "gives" | "takes_back">

/** The longest that a timer waits. */
const MAX_TIMER_MS = 2 ** 31 - 1
const ASKED = "agrees"

const asGiven = ({ purpose, version, locale }: PurposeDocument): GivenPurpose => ({ purpose, version, locale })

export const start: StartConsent = ({ panel, pop, owner, keep }, found) => {
    const { say, field, tell, words, root, element, button } = panel
    const { send: ask } = owner
    const { send, island } = pop
    const form = field.parentElement as HTMLElement
    const box = element("div", "consent")
    const dates = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" })
    const missing: PersonalStep[] = []
    let believed: readonly PurposeDocument[] = []
    let inForce: readonly ConsentInForce[] = []
    let now = standing([], [], [], 0)
    let timer = 0
    let painted = ""

    /** Those that the tenant signed. The others are not shown, and so nobody agrees to them. */
    async function believe(list: readonly ShownPurpose[]): Promise<void> {
        const opened = list.map(one => pop.open<PurposeDocument>(one, one.purpose, "purpose", "text").catch(() => []))
        believed = (await Promise.all(opened)).flat()
        paint()
    }

    const sentence = ({ text, locale: lang }: PurposeDocument) => Object.assign(words("p", "sentence", text), { lang })

    function paint(): void {
        now = standing(believed, inForce, missing, Date.now())
        const { given, asked, more, until } = now
        clearTimeout(timer)
        if (given[0]) timer = setTimeout(paint, Math.min(until - Date.now(), MAX_TIMER_MS))
        // The same once more would be read aloud again.
        const next = JSON.stringify(now)
        if (next === painted) return
        painted = next
        const hadFocus = box.matches(":focus-within")
        box.replaceChildren()
        if (given[0]) {
            const lead = element("p", "lead", say.agreed.replace("{date}", dates.format(until)))
            box.append(lead, ...given.map(sentence), button("revoke", say.revoke, revoke))
        }
        if (asked[0]) {
            const above = element("div", "", element("p", "lead", say.agrees), ...asked.map(sentence))
            above.id = ASKED
            box.append(above, button("without", say.without, without))
        }
        if (more[0]) {
            const rest = more.flatMap(one => [sentence(one), button("agree", say.agree, () => void change({ gives: [asGiven(one)] }, "", say.unstored))])
            box.append(element("details", "", element("summary", "", say.also), ...rest))
        }
        box.hidden = !box.firstChild
        if (hadFocus) field.focus()
    }

    function without(): void {
        ask(field.value.trim())
        field.focus()
    }

    function take({ in_force: found, token }: Pick<ConsentResponse, "in_force"> & Partial<ConsentResponse>): void {
        // What is no list ends here, and leaves what was known.
        inForce = found.filter(Boolean)
        pop.consent = token ?? ""
        // Without a token, only what is kept of tickets.
        keep(pop.consent ? true : undefined)
        paint()
    }

    const end = () => take({ in_force: [] })

    /** Give or take back, and show what is in force then. */
    async function renew(wanted: Change = {}): Promise<void> {
        await pop.begin()
        const post = (token: string) => pop.post<ConsentResponse>("/v1/consent", { island, ...wanted, token })
        const found = await post(pop.consent).catch((error: PopError) => {
            // Without a good token, what this PoP knows.
            if (error.reason !== "token_invalid") throw error
            return post("")
        })
        take(found)
    }

    /** Show what is in force now; nothing if the PoP refuses to say it. */
    const look = () =>
        renew().catch(({ family }: PopError) => {
            if (family === "refused") end()
        })

    async function change(wanted: Change, done: string, failed: string): Promise<void> {
        try {
            await renew(wanted)
            tell(done)
        } catch (error) {
            // The session is over, and all consent with it.
            const isOver = (error as Partial<PopError>).reason === "session_invalid"
            if (isOver) end()
            tell((isOver && done) || failed)
        }
        field.focus()
    }

    const revoke = () => void change({ takes_back: [...new Set(inForce.map(one => one.purpose))] }, say.revoked, say.unrevoked)

    async function agree(request: Request, body: Body): Promise<Both | null> {
        try {
            const found = (await send({ ...request, path: "/v1/fastpath" })) as Both & FastPathResponse
            take(found.consent)
            // Said after the answer is shown, which empties the line.
            if (now.asked[0] && !found.consent.record) setTimeout(tell, 0, say.unstored)
            return found
        } catch (error) {
            const { family, reason = "", retryAfterS } = error as Partial<PopError>
            if (reason === "contradictory" || reason === "not_found") {
                // Another text is in force by now. Nothing was asked.
                const { purposes } = await pop.get<PurposeList>(`/v1/islands/${island}/purposes?locale=${root.lang}`)
                await believe(purposes)
                field.value ||= body.text
                tell(believed.length < purposes.length ? say.unbelieved : say.renewed)
                return null
            }
            if (!reason.startsWith("island_")) {
                // The chat says that it cannot be verified. What the tap agreed to is stored all the same, which no PoP's
                // refusal says.
                if (family !== "unreachable" && retryAfterS == null) void look()
                throw error
            }
            // Nobody agrees to anything there, but people may take the question.
            body.gives = undefined
            return send(request)
        }
    }

    pop.send = async request => {
        const body = request.body as Body
        // The same at each try: it is one request.
        if (!("consent" in body) && !request.path.startsWith("/v1/trees")) body.consent = pop.consent || undefined
        try {
            if (body.gives) return await agree(request, body)
            const found = await send(request)
            const left = found?.consent_missing ?? []
            missing.push(...left)
            paint()
            if (left[0] && now.given[0]) await look()
            return found
        } catch (error) {
            if ((error as Partial<PopError>).reason === "session_invalid") {
                delete body.consent
                end()
            }
            throw error
        }
    }

    owner.send = text => {
        const gives = now.asked.map(asGiven)
        ask(text, gives[0] && gives)
    }

    const shadow = root.getRootNode() as ShadowRoot
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES)
    shadow.adoptedStyleSheets.push(sheet)
    box.ariaLive = "polite"
    for (const one of [field, form.querySelector("[part=send]")]) one?.setAttribute("aria-describedby", ASKED)
    form.before(box)
    believe(found).catch(() => undefined)
    if (pop.consent) void look()
}
