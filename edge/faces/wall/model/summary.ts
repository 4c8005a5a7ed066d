// What a wall shows of a board. Pure. A PoP that is silent adds nothing and is named; what is not known is null, never 0.
import type { Board, BoardIsland, BoardPop, ChannelFigures, IslandAtPop } from "../../shared/generated.ts"

export interface PerMinute {
    readonly all: number
    readonly answered: number
    readonly offered: number
    readonly handedOver: number
    readonly chatter: number
}

export interface Range {
    readonly least: number
    readonly most: number
}

/** PoPs that have the same revision in the same state. */
export interface Group {
    readonly revision: number | null
    readonly state: IslandAtPop["state"]
    readonly rolloutPercent: number | null
    readonly isBehind: boolean
    readonly pops: readonly string[]
}

export interface IslandRow {
    /** Without the tenant: a wall shows one. */
    readonly name: string
    readonly threshold: Range | null
    readonly share: Range | null
    readonly wanted: BoardIsland | null
    readonly groups: readonly Group[]
}

export interface Question {
    readonly island: string
    readonly exemplar: string
    readonly count: number
    readonly perMinute: number
}

export interface Hole {
    readonly pop: string
    /** For how long it is silent; null if it reports, and has no rate yet. */
    readonly ageS: number | null
}

export function ageS(board: Board, since: string): number {
    return Math.max(0, (Date.parse(board.at) - Date.parse(since)) / 1000)
}

/** PoPs that are in no rate: those that are silent, the longest first, and those from which too little came since a start. */
export function holes(board: Board): readonly Hole[] {
    const silent = board.pops.flatMap(one => (one.silent_since === null ? [] : [{ pop: one.pop, ageS: ageS(board, one.silent_since) }]))
    const isNew = (one: BoardPop): boolean => one.silent_since === null && one.per_minute === null
    const young = board.pops.filter(isNew).map(one => ({ pop: one.pop, ageS: null }))
    return [...silent.sort((one, other) => other.ageS - one.ageS), ...young]
}

export function reporting(board: Board): readonly BoardPop[] {
    return board.pops.filter(one => one.silent_since === null && one.figures !== null)
}

/** The sum over all PoPs that report; null if none has a rate yet. */
export function perMinute(board: Board): PerMinute | null {
    const rates = reporting(board).flatMap(one => (one.per_minute === null ? [] : [one.per_minute]))
    if (rates.length === 0) return null
    const of = (outcome: string): number => rates.reduce((sum, rate) => sum + (rate[outcome] ?? 0), 0)
    const all = rates.flatMap(rate => Object.values(rate)).reduce((sum, rate) => sum + rate, 0)
    return { all, answered: of("answer"), offered: of("clarify"), handedOver: of("escalate"), chatter: of("ignore") }
}

/** Islands: what is published, and what was asked. Those with a PoP that is behind first, then by name. */
export function islands(board: Board): readonly IslandRow[] {
    const figures = new Map<string, ChannelFigures[]>()
    for (const one of reporting(board).flatMap(pop => pop.figures?.islands ?? []))
        figures.set(one.island, [...(figures.get(one.island) ?? []), one])
    const published = new Map((board.fleet?.islands ?? []).map(one => [one.island, one]))
    const names = [...new Set([...figures.keys(), ...published.keys()])].sort()
    const rows = names.map(name => {
        const asked = figures.get(name) ?? []
        const wanted = published.get(name) ?? null
        return {
            name: name.slice(name.indexOf("/") + 1),
            threshold: range(asked.map(one => one.threshold)),
            share: range(asked.map(one => one.answerable_share)),
            wanted,
            groups: wanted === null ? [] : groups(wanted),
        }
    })
    const isBehind = (row: IslandRow): number => Number(row.groups.some(one => one.isBehind))
    return rows.sort((one, other) => isBehind(other) - isBehind(one))
}

/** Open questions of all PoPs, those that are asked most now first; null if no PoP reports. */
export function questions(board: Board): readonly Question[] | null {
    if (reporting(board).length === 0) return null
    const found = new Map<string, Question>()
    for (const one of reporting(board).flatMap(pop => pop.figures?.open_questions ?? [])) {
        const key = `${one.island} ${one.exemplar}`
        const before = found.get(key)
        found.set(key, {
            island: one.island,
            exemplar: one.exemplar,
            count: one.count + (before?.count ?? 0),
            perMinute: one.per_minute + (before?.perMinute ?? 0),
        })
    }
    return [...found.values()].sort((one, other) => other.perMinute - one.perMinute || other.count - one.count)
}

/** Snippets with an incident on any PoP, by island and name; null if no PoP reports. */
export function incidents(board: Board): readonly string[] | null {
    if (reporting(board).length === 0) return null
    const found = reporting(board).flatMap(pop => pop.figures?.incidents ?? [])
    return [...new Set(found.map(one => `${one.snippet} (${one.island.slice(one.island.indexOf("/") + 1)})`))].sort()
}

function range(values: readonly (number | null)[]): Range | null {
    const known = values.filter(one => one !== null)
    return known.length === 0 ? null : { least: Math.min(...known), most: Math.max(...known) }
}

function groups(island: BoardIsland): readonly Group[] {
    const found = new Map<string, Group>()
    for (const one of island.pops) {
        const key = `${one.revision} ${one.state} ${one.rollout_percent}`
        const pops = [...(found.get(key)?.pops ?? []), one.pop]
        const isBehind = pops.some(pop => island.lagging.includes(pop))
        found.set(key, { revision: one.revision, state: one.state, rolloutPercent: one.rollout_percent, isBehind, pops })
    }
    const known = new Set(island.pops.map(one => one.pop))
    const never = island.lagging.filter(pop => !known.has(pop))
    const all = [...found.values()].sort((one, other) => (other.revision ?? 0) - (one.revision ?? 0))
    if (never.length > 0) all.push({ revision: null, state: "never_loaded", rolloutPercent: null, isBehind: true, pops: never })
    return all
}
