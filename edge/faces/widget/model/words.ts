// Every word of the widget's own. `{…}` is replaced; a locale has all of them.
export interface Words {
    readonly title: string
    /** `{who}` is the shop or team. The first line, before anything is asked. */
    readonly automatic: string
    readonly question: string
    readonly send: string
    readonly person: string
    readonly close: string
    readonly you: string
    readonly answer: string
    /** `{who}` approved the answer, on `{date}`. */
    readonly approved: string
    readonly stale: string
    readonly language: string
    readonly pick: string
    readonly none: string
    readonly begin: string
    readonly back: string
    readonly waiting: string
    readonly later: string
    /** `{time}` is an amount with its unit. */
    readonly wait: string
    readonly place: string
    readonly sent: string
    readonly taken: string
    readonly resolved: string
    readonly dropped: string
    readonly solved: string
    readonly reply: string
    readonly unbelieved: string
    readonly unanswered: string
    readonly unheard: string
    /** `{ago}` is how long ago. Answers that can be read without a connection. */
    readonly meanwhile: string
    readonly again: string
    readonly limited: string
    readonly write: string
    readonly ignored: string
    readonly helpful: string
    readonly yes: string
    readonly no: string
    readonly thanks: string
    readonly wrong: string
    readonly restored: string
    /** Above the sentences that *Send* agrees to. */
    readonly agrees: string
    readonly without: string
    /** Above those that are agreed to, until `{date}`. */
    readonly agreed: string
    readonly revoke: string
    readonly revoked: string
    readonly unrevoked: string
    readonly renewed: string
    readonly unstored: string
    /** Above those that no question needs. */
    readonly also: string
    readonly agree: string
}
