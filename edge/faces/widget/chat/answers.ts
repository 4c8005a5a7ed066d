// A response as entries of the conversation. What is painted as an answer is the verified document's own text.
import type { AnswerList, AskResponse, Provenance, TreeRoot } from "../../client/generated.ts"
import { shown } from "../../shared/words.ts"
import { ago, language } from "../model/amounts.ts"
import { button, choice, element, markdown, words } from "./nodes.ts"
import { type Choice, fill, type Panel } from "./panel.ts"
import type { Both, Pop } from "./pop.ts"

/** What the viewer may do about a response. */
export interface Acts {
    choose(response: AskResponse, snippet: string | null, question: string): void
    step(tree: string, step: object): void
    ask(text: string): void
}

export interface Answers {
    /** `response` is verified, and is the one to `asked`. */
    show(response: Both, asked: string): void
    /** The trees that the viewer may begin with. */
    roots(trees: readonly TreeRoot[]): void
    /** Fetch what can be read without a connection. */
    prepare(): void
    /** Offer that list, until there is a response again. Each answer is verified when it is picked. */
    offline(): void
}

/** With the language, which is filled in from the document where a response leaves it out. */
type Approval = Required<Pick<Provenance, "locale" | "approved_by" | "approved_at">>

const aside = (text: string) => element("p", "aside", text)

export function answersIn(panel: Panel, pop: Pop, locale: string, acts: Acts): Answers {
    const { say, field, add, said } = panel
    // Made before the first answer: it takes some milliseconds.
    const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" })
    let list: Promise<AnswerList> | undefined
    let offered: HTMLElement | undefined

    /** All words in this entry are verified, or the widget's own. */
    function approved(answer: string, approval: Approval, isStale: boolean, ...more: readonly HTMLElement[]): void {
        const { locale: given, approved_by: by, approved_at: at } = approval
        const line = fill(say.approved, { who: shown(by), date: dates.format(Date.parse(at)) })
        const tick = element("span", "tick", "\u2713")
        tick.ariaHidden = "true"
        add(
            "answer",
            element("p", "name", say.answer),
            ...markdown(answer),
            ...(given.split("-")[0] === locale ? [] : [aside(fill(say.language, { language: language(given, locale) }))]),
            ...(isStale ? [aside(say.stale)] : []),
            element("p", "approved", tick, line),
            ...more,
        )
    }

    function rating(receipt: string): HTMLElement {
        const rate = element("p", "rating", `${say.helpful} `)
        const rates = (label: string, helpful: boolean) =>
            button("rate", label, () => {
                rate.replaceChildren(say.thanks)
                field.focus()
                pop.post("/v1/feedback", { receipt, helpful }).catch(() => undefined)
            })
        rate.append(rates(say.yes, true), " ", rates(say.no, false))
        return rate
    }

    const root = ({ tree, say: label }: TreeRoot): Choice => [label, () => acts.step(tree, {})]

    function offer(response: Both, asked: string): void {
        const { options = [], trees = [], none_of_these: canRefuse, ticket } = response
        const pick = (label: string, snippet: string | null): Choice => [label, () => acts.choose(response, snippet, asked)]
        const picks = options.map(({ snippet, question }): Choice => {
            return canRefuse ? pick(question, snippet) : [question, () => acts.ask(question)]
        })
        const roots = trees.map(root)
        const all = response.show_first === "trees" ? [...roots, ...picks] : [...picks, ...roots]
        // With a ticket, people have the question: there is nothing to refuse.
        if (canRefuse && !ticket) all.push(pick(say.none, null))
        panel.choices(ticket ? say.waiting : say.pick, all)
    }

    function treeStep(response: Both): void {
        const { tree, token, asks, labels, can_go_back: canGoBack } = response
        const entry = add("step", words("p", "text", response.say))
        if (asks) entry.append(valueForm(response))
        const choices = labels.map((label, choice): Choice => [label, () => acts.step(tree, { token, choice })])
        if (canGoBack) choices.push([say.back, () => acts.step(tree, { token, back: true })])
        panel.choices(say.begin, choices, entry)
    }

    function valueForm({ tree, token, asks, is_wrong_value: isWrong }: Both): HTMLElement {
        const { hint = "", name = "", personal } = asks ?? {}
        const input = element("input", "value")
        input.autocomplete = "off"
        input.dir = "auto"
        input.ariaLabel = hint || name
        const send = () => {
            const { value } = input
            if (!value) return
            // What is personal is not shown again.
            said(personal ? "\u2022\u2022\u2022" : value)
            form.remove()
            field.focus()
            acts.step(tree, { token, value })
        }
        input.onkeydown = event => {
            if (event.key === "Enter" && !event.isComposing) send()
        }
        const form = element("div", "step-form", words("p", "aside", hint), input, button("send", say.send, send))
        if (isWrong) form.prepend(aside(say.wrong))
        return form
    }

    function readings({ at, answers }: AnswerList): void {
        if (offered?.isConnected) return
        const fetched = fill(say.meanwhile, { ago: ago(Date.now() - Date.parse(at), locale) })
        const each = answers.map(({ snippet, question, signed }) => {
            const read = () => {
                said(question)
                pop.open(signed, snippet).then(
                    found => approved(found.answer, found, true),
                    () => add("failed", say.unbelieved),
                )
            }
            return choice(question, read)
        })
        offered = add("offer", element("details", "list", element("summary", "", fetched), ...each))
    }

    return {
        show(response, asked) {
            const { answer, provenance, notice, receipt, more = [] } = response
            const isStale = response.state === "stale"
            offered?.remove()
            if (notice) add("notice", words("p", "text", notice))
            if (answer && provenance) approved(answer, provenance as Approval, isStale, ...(receipt ? [rating(receipt)] : []))
            for (const part of more) {
                // Its words are not signed: they stay outside the entry with the tick.
                add("asked", words("strong", "", part.question))
                approved(part.answer, part.provenance as Approval, isStale)
            }
            if (response.tree && response.token) treeStep(response)
            else offer(response, asked)
            if (response.outcome === "ignore") add("ignored", say.ignored)
        },

        roots(trees) {
            panel.choices(say.begin, trees.map(root))
        },

        prepare() {
            list = pop.list(locale)
            list.catch(() => undefined)
        },

        offline() {
            // A PoP that lies about the list, or that had none, changes nothing else.
            list?.then(readings).catch(() => undefined)
        },
    }
}
