import { requireArgument } from '../../core/errors.ts'
import type { Metric } from './metric.ts'

/** Grades by query id and document id. */
export type Judgments = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Document ids by query id, best first. */
export type Run = ReadonlyMap<string, readonly string[]>

/** Values of metrics, query by query. */
export interface Evaluation {
  /** The judged queries, sorted by id. */
  readonly queryIds: readonly string[]
  /** By metric name, a value a query in the order of queryIds; NaN where it is not defined. */
  readonly values: ReadonlyMap<string, Float64Array>
  /** Mean over the queries where it is defined. */
  readonly means: ReadonlyMap<string, number>
  /** Judged queries that the run says nothing of; they count as an empty ranking. */
  readonly unanswered: readonly string[]
}

/**
 * Measures a run against judgments. Documents without a judgment count as not relevant; queries of
 * the run without a judgment are passed over. Throws ERR_ARGUMENT when a ranking names a document twice.
 */
export function evaluateRun(
  judgments: Judgments,
  run: Run,
  metrics: readonly Metric[],
): Evaluation {
  const queryIds = [...judgments.keys()].sort()
  const values = new Map(metrics.map(({ name }) => [name, new Float64Array(queryIds.length)]))
  queryIds.forEach((queryId, q) => {
    const grades = judgments.get(queryId)!
    const ranked = run.get(queryId) ?? []
    const once = new Set(ranked).size === ranked.length
    requireArgument(once, `the ranking of query ${queryId} names a document twice`)
    const ranking = {
      grades: ranked.map((id) => grades.get(id) ?? 0),
      judged: [...grades.values()],
    }
    for (const metric of metrics) values.get(metric.name)![q] = metric.of(ranking)
  })
  return {
    queryIds,
    values,
    means: new Map([...values].map(([name, of]) => [name, meanOfDefined(of)])),
    unanswered: queryIds.filter((queryId) => !run.has(queryId)),
  }
}

/** Mean of the numbers that are not NaN; NaN where there is none. */
export function meanOfDefined(values: ArrayLike<number>): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    sum += values[i]!
    count++
  }
  return count > 0 ? sum / count : Number.NaN
}
