// Who is signed in, and what an element needs of every model: to hear of changes.
import { Api, ProblemError } from "../../shared/api.ts"
import type { AgentSelf } from "../../shared/generated.ts"
import { forgetAll, forgetToken, keepFor, keepToken, keptToken } from "../../shared/session.ts"
import { MESSAGES } from "../messages.ts"

const TELL_MS = 40
const TICK_MS = 1_000
const SIGN_IN_AGAIN_MS = 2_000

export abstract class SessionModel {
    me: AgentSelf | null = null
    isSignedIn = false
    notice = ""
    problem = ""

    /** Ends what the signed-in person began. */
    protected ending = new AbortController()
    private api: Api | null = null
    private listeners = new Set<() => void>()
    private telling = 0

    /** Somebody has signed in. `signal` ends with that. */
    protected abstract begun(api: Api, signal: AbortSignal): void
    /** Nobody is signed in any more: nothing of the person may stay. */
    protected abstract ended(): void

    /** Call `listener` after changes, once for many. Returns what ends it. */
    watch(listener: () => void): () => void {
        this.listeners.add(listener)
        return () => this.listeners.delete(listener)
    }

    /** Tell of changes soon. Not in an animation frame: a hidden tab has none. */
    tell(): void {
        if (this.telling !== 0) return
        this.telling = window.setTimeout(() => {
            this.telling = 0
            for (const listener of this.listeners) listener()
        }, TELL_MS)
    }

    protected tellNow(): void {
        for (const listener of this.listeners) listener()
    }

    // Signing in and out

    start(): void {
        window.setInterval(() => this.tell(), TICK_MS)
        const token = keptToken()
        if (token !== null) void this.signIn(token)
    }

    async signIn(token: string): Promise<void> {
        const api = new Api(token)
        this.problem = ""
        let me: AgentSelf
        try {
            me = await api.get<AgentSelf>("/v1/me")
        } catch (error) {
            // Somebody signed in meanwhile, with another token.
            if (this.isSignedIn) return
            // Unreachable for a moment: the token that this tab has is good still.
            if (keptToken() === token && error instanceof ProblemError && !error.refusesToken) {
                this.problem = MESSAGES.tryingAgain
                window.setTimeout(() => {
                    if (!this.isSignedIn && keptToken() === token) void this.signIn(token)
                }, SIGN_IN_AGAIN_MS)
            } else this.refuse(error)
            this.tell()
            return
        }
        // Enter was pressed twice.
        if (this.isSignedIn) return
        this.me = me
        keepFor(`${me.tenant}/${me.name}`)
        keepToken(token)
        this.api = api
        this.isSignedIn = true
        this.notice = ""
        this.ending = new AbortController()
        this.begun(api, this.ending.signal)
        this.tellNow()
    }

    signOut(): void {
        this.end()
        forgetAll()
        this.problem = ""
        this.tell()
    }

    protected refuse(error: unknown): void {
        if (error instanceof ProblemError && error.refusesToken) {
            this.end()
            forgetToken()
            this.problem = error.status === 403 ? MESSAGES.tokenOfPop : MESSAGES.tokenRefused
        } else this.problem = MESSAGES.unreachable
        this.tell()
    }

    private end(): void {
        this.ending.abort()
        this.isSignedIn = false
        this.api = null
        this.me = null
        this.ended()
    }

    // Requests

    /** A document that a view shows. Throws `ProblemError`. */
    async read<T>(path: string): Promise<T> {
        return this.required().get<T>(path, this.ending.signal)
    }

    /**
     * Do something at the desk. All requests of one action are made with the token of the person who began it; what `work`
     * returns is done to the page, unless that person is signed out by then. True if it was done.
     */
    protected async doing(work: (api: Api) => Promise<() => void>): Promise<boolean> {
        const { signal } = this.ending
        this.problem = ""
        try {
            const show = await work(this.required())
            if (!signal.aborted) show()
            return !signal.aborted
        } catch (error) {
            if (signal.aborted) return false
            if (error instanceof ProblemError && error.refusesToken) this.refuse(error)
            else if (error instanceof ProblemError && error.status === 0) this.problem = MESSAGES.notSent
            else if (error instanceof ProblemError) this.problem = MESSAGES.refused(error.message)
            else if (!(error instanceof DOMException)) throw error
            return false
        } finally {
            this.tell()
        }
    }

    protected required(): Api {
        if (this.api === null) throw new DOMException("nobody is signed in", "AbortError")
        return this.api
    }
}
