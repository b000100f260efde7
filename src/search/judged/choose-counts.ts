import type { Arm } from '../arms/arm.ts'
import type { JudgedQuery } from './judged-query.ts'
import type { CountedArm } from './retrieve.ts'

export interface CountChoice {
  readonly arms: readonly CountedArm[]
  /** Share of the right documents in the union, over the queries it was chosen on. */
  readonly recall: number
  /** Mean size of the union on these. */
  readonly size: number
}

export interface CountOptions {
  /** Candidates a query at most, on average. */
  readonly budget: number
  readonly now: number
  readonly seed: number
}

/** Candidates are added so many at a time. */
const STEP = 10
const DEEPEST = 150
/** More queries than this say no more. */
const MOST_QUERIES = 400

/**
 * How many candidates to draw from each arm: step by step, that arm is asked for more which brings
 * most of the right documents not yet there for each document it adds, until the budget is spent.
 * What is left of it goes to the arms by turns, since unseen queries need more than these.
 */
export function chooseCounts(
  arms: readonly Arm[],
  judged: readonly JudgedQuery[],
  { budget, now, seed }: CountOptions,
): CountChoice {
  const every = Math.max(1, Math.ceil(judged.length / MOST_QUERIES))
  const sample = judged.filter((_, q) => q % every === 0)
  const states = sample.map((one) => stateOf(one, arms, now, seed))
  const counts = arms.map(() => 0)
  let size = 0
  while (size < budget) {
    const offers = arms.map((_, a) => offerOf(states, a, counts[a]!))
    const best = offers.reduce((top, offer, a) => (offer.value > offers[top]!.value ? a : top), 0)
    const next = offers[best]!.value > 0 ? best : shallowest(counts, offers)
    if (next < 0) break
    counts[next]! += STEP
    for (const state of states) take(state, next, counts[next]!)
    size = states.reduce((sum, { seen }) => sum + seen.size, 0) / Math.max(1, states.length)
  }
  const right = states.reduce((sum, state) => sum + state.right.size, 0)
  const found = states.reduce(
    (sum, { seen, right: of }) => sum + [...of].filter((d) => seen.has(d)).length,
    0,
  )
  return {
    arms: arms.map((arm, a) => ({ arm, count: counts[a]! })),
    recall: right > 0 ? found / right : Number.NaN,
    size,
  }
}

interface State {
  readonly right: ReadonlySet<number>
  readonly lists: readonly Int32Array[]
  readonly seen: Set<number>
}

function stateOf(
  { query, docs, grades }: JudgedQuery,
  arms: readonly Arm[],
  now: number,
  seed: number,
): State {
  return {
    right: new Set(docs.filter((_, i) => grades[i]! > 0)),
    lists: arms.map((arm) => arm.retrieve({ query, count: DEEPEST, now, seed }).docs),
    seen: new Set(),
  }
}

/** Right documents that the next step of an arm brings, for each document it adds. */
function offerOf(states: readonly State[], a: number, count: number) {
  let right = 0
  let added = 0
  for (const { lists, seen, right: wanted } of states) {
    for (const doc of lists[a]!.subarray(count, count + STEP)) {
      if (seen.has(doc)) continue
      added++
      // Each query counts alike, however many right documents it has.
      if (wanted.has(doc)) right += 1 / wanted.size
    }
  }
  return { added, value: added > 0 ? right / added : 0 }
}

/** The arm asked for least that still has something to add; −1 where none has. */
function shallowest(
  counts: readonly number[],
  offers: readonly { readonly added: number }[],
): number {
  let least = -1
  offers.forEach(({ added }, a) => {
    if (added > 0 && (least < 0 || counts[a]! < counts[least]!)) least = a
  })
  return least
}

function take({ lists, seen }: State, a: number, count: number): void {
  for (const doc of lists[a]!.subarray(count - STEP, count)) seen.add(doc)
}
