import type { Arm } from '../../src/search/arms/door.ts'
import { ndcgAt, recallAt } from '../../src/search/evaluate/door.ts'
import type { SearchIndex } from '../../src/search/index/door.ts'
import { cpuSeconds } from '../figure.ts'
import type { JudgedQuery } from './sets.ts'

export const DEPTH = 100

/** What every arm brought for a query, best first. */
export interface Answered {
  readonly query: JudgedQuery
  /** Product ids by arm name. */
  readonly found: ReadonlyMap<string, readonly string[]>
}

/** Runs arms, and keeps what they took. */
export class ArmRunner {
  readonly answered: Answered[] = []
  /** CPU seconds by arm name. */
  readonly spent = new Map<string, number>()

  run(index: SearchIndex, arms: readonly Arm[], queries: readonly JudgedQuery[]): void {
    const analyzed = queries.map(({ text }) => index.analyze(text))
    const found = queries.map(() => new Map<string, readonly string[]>())
    for (const arm of arms) {
      const since = process.cpuUsage()
      const answers = analyzed.map((query) =>
        arm.retrieve({ query, count: DEPTH, now: 0, seed: 1 }),
      )
      this.spent.set(arm.name, (this.spent.get(arm.name) ?? 0) + cpuSeconds(since))
      for (const [q, { docs }] of answers.entries()) {
        found[q]!.set(
          arm.name,
          Array.from(docs, (doc) => index.idOf(doc)!),
        )
      }
    }
    for (const [q, query] of queries.entries()) this.answered.push({ query, found: found[q]! })
  }

  /** CPU milliseconds a query. */
  milliseconds(arm: string): number {
    return (1000 * (this.spent.get(arm) ?? Number.NaN)) / this.answered.length
  }
}

const ranking = ({ grades }: JudgedQuery, ids: readonly string[]) => ({
  grades: ids.map((id) => grades.get(id) ?? 0),
  judged: [...grades.values()],
})

/** Recall of the first k, by query. */
export const recalls = (answered: readonly Answered[], list: ListOf, k: number) =>
  answered.map((one) => recallAt(ranking(one.query, list(one)), k))

/** nDCG of the first ten, by query. */
export const gains = (answered: readonly Answered[], list: ListOf) =>
  answered.map((one) => ndcgAt(ranking(one.query, list(one)), 10))

/** The list of a query that is measured. */
export type ListOf = (answered: Answered) => readonly string[]

export const listOf =
  (arm: string): ListOf =>
  ({ found }) =>
    found.get(arm) ?? []

/** The first `each` of several arms together, each product once: what a ranking model is given. */
export const unionOf =
  (arms: readonly string[], each: number): ListOf =>
  ({ found }) => [...new Set(arms.flatMap((arm) => (found.get(arm) ?? []).slice(0, each)))]

/** Reciprocal rank fusion, Σ 1 / (60 + rank): the plain way to one list (Cormack et al. 2009). */
export const fusionOf =
  (arms: readonly string[]): ListOf =>
  ({ found }) => {
    const scores = new Map<string, number>()
    for (const arm of arms) {
      for (const [i, id] of (found.get(arm) ?? []).entries()) {
        scores.set(id, (scores.get(id) ?? 0) + 1 / (61 + i))
      }
    }
    return [...scores].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id)
  }
