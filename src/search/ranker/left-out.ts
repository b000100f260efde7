import { meanOfDefined } from '../evaluate/evaluate-run.ts'
import { queryNdcg } from './query-ndcg.ts'
import { groupStarts, queriesWhere, type RankRows } from './table.ts'

/** Scores of every row by models that did not see its query, and what they earn. */
export interface LeftOut {
  readonly scores: Float64Array
  /** Mean nDCG of the queries. */
  readonly ndcg: number
}

/** Scores of every row by a model trained on the other folds. */
export function leaveOut(
  rows: RankRows,
  fold: Int32Array,
  at: number,
  scoresOf: (inner: RankRows, held: RankRows) => Float64Array,
): LeftOut {
  const scores = new Float64Array(rows.rows)
  const folds = fold.reduce((most, f) => Math.max(most, f + 1), 0)
  for (let f = 0; f < folds; f++) {
    const inner = queriesWhere(rows, (q) => fold[q] !== f).rows
    const held = queriesWhere(rows, (q) => fold[q] === f)
    const own = scoresOf(inner, held.rows)
    held.places.forEach((row, i) => {
      scores[row] = own[i]!
    })
  }
  return { scores, ndcg: meanOfDefined(queryNdcg(scores, rows, at)) }
}

/** Standard deviation of scores within queries; 1 where they do not differ. */
export function spreadOf(scores: Float64Array, { groups }: Pick<RankRows, 'groups'>): number {
  const starts = groupStarts(groups)
  let squares = 0
  groups.forEach((size, g) => {
    const own = scores.subarray(starts[g]!, starts[g]! + size)
    const mean = own.reduce((a, b) => a + b, 0) / size
    for (const score of own) squares += (score - mean) ** 2
  })
  return Math.sqrt(squares / Math.max(1, scores.length)) || 1
}
