// A program that is written against the generated types. It is compiled and never run.
import type { operations as Desk } from "./desk"
import type { components as Parts, operations as Pop } from "./pop"
import type { operations as Publisher } from "./publisher"

type Json<Operation, Status extends number> = Operation extends {
    responses: Record<Status, { content: { "application/json": infer Body } }>
}
    ? Body
    : never

const question: Pop["ask"]["requestBody"]["content"]["application/json"] = {
    island: "northwind/hoodie-drop",
    text: "when does it ship?",
}

// @ts-expect-error: an outcome is one of four words
const outcome: Parts["schemas"]["AskResponse"]["outcome"] = "shrug"

// @ts-expect-error: a question names its island
const nowhere: typeof question = { text: "when does it ship?" }

export function words(answer: Json<Pop["ask"], 200>, queue: Json<Desk["getQueue"], 200>): string[] {
    return [answer.island, answer.answer ?? "", ...queue.rows.map((row) => row.text)]
}

export function why(problem: Pop["ask"]["responses"][404]["content"]["application/problem+json"]): string {
    return problem.reason
}

export function lagging(fleet: Json<Publisher["getFleet"], 200>): string[] {
    return fleet.islands.flatMap((island) => island.lagging.map((lag) => lag.pop))
}

export const used = [question, outcome, nowhere]
