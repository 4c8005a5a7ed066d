// The calls of the table of cases, by the TypeScript client. `calls.py` has the same by the Python one.
//
// Bundled by esbuild with the client in it. Reads a line {url, case, keys, bounds} and prints a line with what the call
// gave back, or the family and reason of its error; and again, until there is no further line.
import { createInterface } from "node:readline"
import { PopClient, PopError, verifyAnswer } from "../../edge/faces/client/client.ts"

const CALLS = {
    ask: (pop, question) => pop.ask(question),
    choose: async (pop, question, { pick }) => {
        const offer = await pop.ask(question)
        return pop.choose(question, offer, pick === 0 ? null : offer.options[pick - 1].snippet)
    },
    session: async (pop, question) => {
        const { session, event } = await pop.session(question.island)
        return { ...(await pop.ask(question, session)), event }
    },
    snippet: (pop, question, { snippet }) => pop.snippet(question.island, snippet),
    islands: async pop => ({ islands: (await pop.islands()).map(one => one.island) }),
    trees: async (pop, question) => ({ trees: (await pop.trees(question.island)).trees.map(one => one.tree) }),
    tree: async (pop, question, { presses }) => {
        let response = await pop.tree(question.island, "my-order")
        for (const choice of presses) {
            response = await pop.tree(question.island, "my-order", { token: response.token, choice })
        }
        return response
    },
    feedback: async (pop, question, { receipt }) => {
        return pop.feedback({ receipt: receipt ?? (await pop.ask(question)).receipt, helpful: true })
    },
    agree: async (pop, question, { locale }) => {
        const { island } = question
        const { session } = await pop.session(island)
        const [shown] = (await pop.purposes(island, locale)).purposes
        const gives = [{ purpose: shown.purpose, version: shown.version, locale: shown.locale }]
        const tapped = await pop.fastpath(question, gives, session)
        const ended = await pop.takeBack(island, [shown.purpose], session, tapped.consent.token ?? "")
        const given = await pop.giveConsent(island, gives, session)
        const now = await pop.consents(island, session, given.token ?? "")
        const names = one => one.in_force.map(({ purpose }) => purpose)
        return {
            purpose: shown.purpose, answer: tapped.answer, tapped: names(tapped.consent), ended: names(ended),
            given: typeof given.record === "string", now: names(now),
        }
    },
    verify: (_pop, _question, { signed, key, now }) => verifyAnswer(signed, [key], now),
    follow: async (pop, question, { token }) => {
        const asked = await pop.ask(question)
        const kinds = []
        let reply = ""
        for await (const event of pop.follow(asked.ticket, token ?? asked.ticket_token)) {
            kinds.push(event.kind)
            reply = event.status?.reply ?? reply
        }
        return { kinds, last: kinds.at(-1), reply }
    },
}

async function outcomeOf(url, one, keys, bounds) {
    const pop = new PopClient(url, { bounds, ...(keys === null ? {} : { keys }) })
    const question = { island: one.island, text: one.text ?? "do gulls dream of pelargonium" }
    try {
        return await CALLS[one.call](pop, question, one)
    } catch (error) {
        if (!(error instanceof PopError)) throw error
        return { family: error.family, reason: error.reason }
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    const { url, case: one, keys, bounds } = JSON.parse(line)
    process.stdout.write(`${JSON.stringify(await outcomeOf(url, one, keys, bounds))}\n`)
}
