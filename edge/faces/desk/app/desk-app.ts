// The page: who is signed in, which view is shown, and what keys do.
import { LitElement, html } from "lit"
import type { PropertyValues, TemplateResult } from "lit"
import { applySettings, hasSingleKeys } from "../../shared/settings.ts"
import { controls } from "../../shared/styles.ts"
import { now, span } from "../../shared/times.ts"
import { plain } from "../../shared/words.ts"
import "../board/board-view.ts"
import "../drafts/draft-dialog.ts"
import "../drafts/drafts-view.ts"
import "../help/key-help.ts"
import { MESSAGES } from "../messages.ts"
import { Desk } from "../model/desk.ts"
import type { View } from "../model/queue-reader.ts"
import { Watching } from "../model/watching.ts"
import "../queue/lane-bar.ts"
import "../queue/queue-list.ts"
import "../reply/reply-box.ts"
import "../sign-in/sign-in.ts"
import "../ticket/ticket-view.ts"
import { appStyles } from "./app-styles.ts"
import { actOf, isField } from "./keys.ts"
import type { Act } from "./keys.ts"

const VIEWS: readonly View[] = ["open", "answered", "drafts", "board"]
const NARROW = matchMedia("(max-width: 700px)")
const ENDS: ReadonlySet<Act> = new Set<Act>(["send", "send-resolve", "resolve"])
const NOTICE_MS = 6_000
/** A connection that is there again sooner is worth no word. */
const LOST_MS = 1_500

class SkerryDesk extends LitElement {
    static override styles = [controls, appStyles]

    readonly desk = new Desk()
    /** In the dock: true while the ticket is shown in place of the list. */
    private isInTicket = false
    /** Keys that were pressed before their ticket was read: a fast typist loses none. */
    private early: { readonly row: string; readonly acts: Act[] } = { row: "", acts: [] }
    private noticeTimer = 0
    private noticeShown = ""

    constructor() {
        super()
        new Watching(this, () => this.onChange())
    }

    override connectedCallback(): void {
        super.connectedCallback()
        applySettings()
        NARROW.addEventListener("change", this.onWidth)
        document.addEventListener("keydown", this.onKey)
        this.onWidth()
        this.desk.start()
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback()
        NARROW.removeEventListener("change", this.onWidth)
        document.removeEventListener("keydown", this.onKey)
    }

    private readonly onWidth = (): void => {
        this.toggleAttribute("dock", NARROW.matches || new URLSearchParams(location.search).has("dock"))
        this.requestUpdate()
    }

    private get isDock(): boolean {
        return this.hasAttribute("dock")
    }

    private onChange(): void {
        const { desk } = this
        this.doEarly()
        if (desk.notice !== this.noticeShown) {
            this.noticeShown = desk.notice
            window.clearTimeout(this.noticeTimer)
            this.noticeTimer = window.setTimeout(() => {
                desk.notice = ""
                desk.tell()
            }, NOTICE_MS)
        }
        const waiting = desk.isSignedIn ? desk.queue.list("").reduce((sum, row) => sum + row.count, 0) : 0
        document.title = waiting > 0 ? `(${waiting}) ${MESSAGES.title}` : MESSAGES.title
    }

    protected override updated(changed: PropertyValues): void {
        super.updated(changed)
        if (this.desk.row === "" && this.isInTicket) {
            this.isInTicket = false
            this.requestUpdate()
        }
    }

    // Keys

    private readonly onKey = (event: KeyboardEvent): void => {
        const target = event.composedPath()[0]
        if (!this.desk.isSignedIn || this.hasDialog) return
        const act = actOf(event, isField(target), hasSingleKeys())
        if (act === null) return
        event.preventDefault()
        // The ticket may be here since this moment: what was pressed before this key acts before it.
        this.doEarly()
        this.do(act, target)
    }

    private get hasDialog(): boolean {
        const hosts = ["skerry-help", "skerry-draft"] as const
        const inside = hosts.some(name => this.renderRoot.querySelector(name)?.renderRoot.querySelector("dialog")?.open)
        return inside || this.renderRoot.querySelector("dialog")?.open === true
    }

    private do(act: Act, target: unknown): void {
        const { desk } = this
        if (act === "help") return this.renderRoot.querySelector("skerry-help")?.show()
        if (act === "leave") return this.leave(target)
        if (desk.view !== "open" && desk.view !== "answered") return
        if (act === "next" || act === "before") return this.move(act === "next" ? 1 : -1)
        if (act === "edit") return this.edit()
        if (desk.opened === null) return this.keepEarly(act)
        if (act === "claim") void desk.claim()
        else if (act === "release") void desk.release()
        else if (act === "resolve") this.askResolve()
        else if (act === "send" || act === "send-resolve") void this.send(act === "send-resolve", target)
        else desk.insert(Number(act.slice(-1)))
    }

    /** Send by a key. What comes next is not written yet, so keys act again. */
    private async send(resolve: boolean, target: unknown): Promise<void> {
        const { row } = this.desk
        await this.desk.send({ resolve })
        if (this.desk.row === row || !isField(target)) return
        ;(target as HTMLElement).blur()
        if (!this.isDock) this.renderRoot.querySelector<HTMLElement>("skerry-queue")?.focus()
    }

    private keepEarly(act: Act): void {
        const { row } = this.desk
        if (row === "") return
        if (this.early.row !== row) this.early = { row, acts: [] }
        // Pressed twice for the question before: nobody has seen this one, and what was once begun here is not to be sent.
        // Who has written here since has seen it in the list.
        if (this.early.acts.length === 0 && ENDS.has(act) && !this.desk.hasBegunToWrite) return
        this.early.acts.push(act)
    }

    private doEarly(): void {
        const { early, desk } = this
        if (early.acts.length === 0 || (early.row === desk.row && desk.opened === null)) return
        this.early = { row: "", acts: [] }
        if (early.row === desk.row) for (const act of early.acts) this.do(act, null)
    }

    private move(by: number): void {
        this.desk.move(by)
        if (!this.isDock) this.renderRoot.querySelector<HTMLElement>("skerry-queue")?.focus()
    }

    private edit(): void {
        this.renderRoot.querySelector<HTMLElement>("skerry-reply")?.focus()
    }

    /** Esc: out of a field first, then back to the list. */
    private leave(target: unknown): void {
        if (isField(target)) (target as HTMLElement).blur()
        this.showList()
    }

    private showList(): void {
        this.isInTicket = false
        this.requestUpdate()
        void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("skerry-queue")?.focus())
    }

    private showTicket(): void {
        if (!this.isDock) return
        this.isInTicket = true
        this.requestUpdate()
        void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".back button")?.focus())
    }

    // Dialogs

    private askResolve(): void {
        if (this.desk.isOthers || this.desk.opened === null) return
        if (this.desk.view === "answered" || this.desk.opened.about.reply !== "") void this.desk.resolve()
        else this.renderRoot.querySelector<HTMLDialogElement>("dialog")?.showModal()
    }

    private readonly resolve = (): void => {
        this.renderRoot.querySelector<HTMLDialogElement>("dialog")?.close()
        void this.desk.resolve()
    }

    private askExample(number: number): void {
        const ticket = this.desk.opened?.ticket
        if (!ticket) return
        const snippet = ticket.candidates[number - 1]?.snippet ?? ""
        void this.renderRoot.querySelector("skerry-draft")?.ask("example", plain(ticket.text), snippet)
    }

    // Drawing

    protected override render(): TemplateResult {
        const { desk } = this
        if (!desk.isSignedIn) return html`<skerry-sign-in .desk=${desk}></skerry-sign-in>`
        return html`${this.top()} ${this.connection()}
            <main
                @open-row=${() => this.showTicket()}
                @insert-answer=${(event: CustomEvent<number>) => desk.insert(event.detail)}
                @add-example=${(event: CustomEvent<number>) => this.askExample(event.detail)}
                @ask-resolve=${() => this.askResolve()}
                @make-incident=${() => this.renderRoot.querySelector("skerry-draft")?.ask("incident", desk.text)}
            >
                ${this.view()}
            </main>
            <skerry-draft .desk=${desk}></skerry-draft>
            <skerry-help></skerry-help>
            <dialog aria-labelledby="sure">
                <h2 id="sure">${MESSAGES.resolveSure}</h2>
                <p>${MESSAGES.resolveSureText}</p>
                <form method="dialog" class="bar">
                    <button type="button" class="main" @click=${this.resolve}>${MESSAGES.resolve}</button>
                    <button>${MESSAGES.cancel}</button>
                </form>
            </dialog>`
    }

    private top(): TemplateResult {
        const { desk } = this
        return html`<header class="top">
            <h1>${MESSAGES.title}</h1>
            <nav class="views" aria-label=${MESSAGES.viewsLabel}>
                ${VIEWS.map(
                    view =>
                        html`<button aria-current=${desk.view === view ? "page" : "false"} @click=${() => desk.show(view)}>
                            ${MESSAGES.views[view]}
                        </button>`,
                )}
            </nav>
            <span class="grow said" role="status">${desk.notice}</span>
            <bdi class="quiet who">${desk.me ? MESSAGES.signedInAs(desk.me.name, desk.me.tenant, desk.me.lane) : ""}</bdi>
            <button aria-label=${MESSAGES.help} @click=${() => this.do("help", null)}><kbd class="alone">?</kbd></button>
            <button class="plain" @click=${() => desk.signOut()}>${MESSAGES.signOut}</button>
        </header>`
    }

    private connection(): TemplateResult {
        const { desk } = this
        const isLost = desk.connection === "lost" && now() - desk.lostAt >= LOST_MS
        const words = isLost
            ? MESSAGES.lost(span((now() - desk.lostAt) / 1000))
            : desk.connection === "connecting" && !desk.isRead
              ? MESSAGES.connecting
              : ""
        return html`<div class="lost soon" role="region" aria-label=${MESSAGES.connection} ?hidden=${words === ""}>${words}</div>
            <div class="unseen" role="status">${isLost ? MESSAGES.lostShort : ""}</div>`
    }

    private view(): TemplateResult {
        const { desk } = this
        if (desk.view === "drafts") return html`<skerry-drafts .desk=${desk}></skerry-drafts>`
        if (desk.view === "board") return html`<skerry-board .desk=${desk}></skerry-board>`
        const isTicket = this.isDock && this.isInTicket
        return html`<div class="side" ?hidden=${isTicket}>
                <skerry-lanes .desk=${desk} ?dock=${this.isDock} ?hidden=${desk.view !== "open"}></skerry-lanes>
                <skerry-queue .desk=${desk}></skerry-queue>
            </div>
            <div class="ticket" ?hidden=${this.isDock && !isTicket}>
                ${isTicket
                    ? html`<div class="back"><button @click=${() => this.showList()}>${MESSAGES.back}<kbd>Esc</kbd></button></div>`
                    : ""}
                <skerry-ticket .desk=${desk}></skerry-ticket>
                <skerry-reply .desk=${desk} ?hidden=${desk.row === ""}></skerry-reply>
            </div>`
    }
}

customElements.define("skerry-desk", SkerryDesk)
