// A response as entries of the conversation. What is painted as an answer is the verified document's own text.
import type { AskResponse, Provenance, TreeResponse, TreeRoot } from "../../client/generated.ts"
import { shown } from "../../shared/words.ts"
import { date, language } from "../model/amounts.ts"
import { button, element, markdown, words } from "./nodes.ts"
import { fill, type Panel } from "./panel.ts"
import type { Pop } from "./pop.ts"

export interface Acts {
    /** `question` as it was asked. */
    choose(response: AskResponse, snippet: string | null, question: string): void
    step(tree: string, step: object): void
    ask(text: string): void
}

type Both = AskResponse & TreeResponse

const aside = (text: string) => element("p", "aside", text)

export class Answers {
    constructor(
        private readonly panel: Panel,
        private readonly pop: Pop,
        private readonly locale: string,
        private readonly acts: Acts,
    ) {}

    /** `response` is verified, and is the one to `asked`. */
    show(response: Both, asked: string): void {
        const { say } = this.panel
        const { answer, provenance, notice, more = [] } = response
        if (notice) this.panel.add("notice", words("p", "text", notice))
        if (answer && provenance) {
            const entry = this.answer(answer, provenance, response)
            if (response.receipt) this.rating(entry, response.receipt)
        }
        for (const part of more) {
            // Its words are not signed: they stay outside the entry with the tick.
            this.panel.add("asked", words("strong", "", part.question))
            this.answer(part.answer, part.provenance, response)
        }
        if (response.tree && response.token) this.treeStep(response)
        else if (response.options?.length || response.trees?.length) this.offer(response, asked)
        if (response.outcome === "ignore") this.panel.add("ignored", say.ignored)
    }

    /** The trees that the viewer may begin with. */
    roots(trees: readonly TreeRoot[]): void {
        if (trees.length) this.panel.choices(this.panel.say.begin, trees.map(root => this.root(root)))
    }

    private root({ tree, say }: TreeRoot): readonly [string, () => void] {
        return [say, () => (this.panel.said(say), this.acts.step(tree, {}))]
    }

    /** All words in this entry are verified, or the widget's own. */
    private answer(answer: string, provenance: Provenance, response: Both): HTMLElement {
        const { say } = this.panel
        const { locale } = this
        const given = provenance.locale ?? locale
        const approved = fill(say.approved, {
            who: shown(provenance.approved_by),
            date: date(provenance.approved_at, locale),
        })
        const tick = element("span", "tick", "\u2713")
        tick.ariaHidden = "true"
        return this.panel.add(
            "answer",
            element("span", "name", say.answer),
            ...markdown(answer),
            ...(given.split("-")[0] === locale ? [] : [aside(fill(say.language, { language: language(given, locale) }))]),
            ...(response.state === "stale" ? [aside(say.stale)] : []),
            element("p", "approved", tick, approved),
        )
    }

    private rating(entry: HTMLElement, receipt: string): void {
        const { say } = this.panel
        const rate = element("p", "rating", `${say.helpful} `)
        for (const [label, helpful] of [[say.yes, true], [say.no, false]] as const) {
            const press = () => {
                rate.replaceChildren(say.thanks)
                this.panel.field.focus()
                this.pop.feedback(receipt, helpful).catch(() => undefined)
            }
            rate.append(button("rate", label, press))
        }
        entry.append(rate)
        this.panel.reveal(rate)
    }

    private offer(response: Both, asked: string): void {
        const { say } = this.panel
        const { options = [], trees = [], none_of_these: canRefuse } = response
        const picks = options.map(({ snippet, question }) => {
            const pick = () => (this.panel.said(question), this.acts.choose(response, snippet, asked))
            return [question, canRefuse ? pick : () => this.acts.ask(question)] as const
        })
        const roots = trees.map(root => this.root(root))
        const all = response.show_first === "trees" ? [...roots, ...picks] : [...picks, ...roots]
        // With a ticket, people have the question: there is nothing to refuse.
        if (canRefuse && !response.ticket) {
            all.push([say.none, () => (this.panel.said(say.none), this.acts.choose(response, null, asked))])
        }
        this.panel.choices(response.ticket ? say.waiting : say.pick, all)
    }

    private treeStep(response: Both): void {
        const { tree, token, asks, labels, can_go_back: canGoBack } = response
        const { say } = this.panel
        const entry = this.panel.add("step", words("p", "text", response.say))
        if (asks) this.value(entry, response)
        const choices = labels.map((label, choice) => {
            return [label, () => (this.panel.said(label), this.acts.step(tree, { token, choice }))] as const
        })
        const back = [say.back, () => this.acts.step(tree, { token, back: true })] as const
        if (choices.length || canGoBack) this.panel.choices(say.begin, canGoBack ? [...choices, back] : choices, entry)
    }

    private value(entry: HTMLElement, { tree, token, asks, is_wrong_value: isWrong }: Both): void {
        if (!asks) return
        const { say } = this.panel
        const field = element("input", "value")
        field.autocomplete = "off"
        field.dir = "auto"
        field.ariaLabel = asks.hint || asks.name
        const form = element("form", "step-form", words("p", "aside", asks.hint), field, element("button", "send", say.send))
        if (isWrong) form.prepend(aside(say.wrong))
        form.onsubmit = event => {
            event.preventDefault()
            if (!field.value) return
            // What is personal is not shown again.
            this.panel.said(asks.personal ? "\u2022\u2022\u2022" : field.value)
            form.remove()
            this.panel.field.focus()
            this.acts.step(tree, { token, value: field.value })
        }
        entry.append(form)
    }
}
