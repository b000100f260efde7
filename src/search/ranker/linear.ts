import { minimizeSmooth } from './lbfgs.ts'
import { groupStarts, type RankRows, type RankTable } from './table.ts'

/** A weighted sum of standardized columns; a missing value counts as the mean. */
export interface LinearRanker {
  readonly means: Float64Array
  /** Weight over standard deviation; 0 for columns that never differ within a query. */
  readonly slopes: Float64Array
}

export interface LinearOptions {
  /** Pull of the weights to 0 (ridge), per query. */
  readonly ridge: number
  readonly steps?: number
}

/**
 * Learns weights by the cross entropy of the gains and the softmax of the scores, query by query
 * (a bound on nDCG: Bruch, Wang, Bendersky & Najork 2019), plus ridge / 2 × |w|². Convex: one answer.
 * Columns with a direction keep its sign.
 */
export function trainLinear(rows: RankRows, options: LinearOptions): LinearRanker {
  const { means, deviations } = spreadWithin(rows)
  const lists = standardLists(rows, means, deviations)
  const width = rows.columns.length
  const loss = (w: Float64Array, gradient: Float64Array) => {
    let value = 0
    gradient.fill(0)
    for (const list of lists) value += addList(list, width, w, gradient)
    const n = Math.max(1, lists.length)
    for (let c = 0; c < width; c++) {
      gradient[c] = gradient[c]! / n + options.ridge * w[c]!
      value += (n * options.ridge * w[c]! ** 2) / 2
    }
    return value / n
  }
  const weights = minimizeSmooth(loss, new Float64Array(width), { steps: options.steps ?? 60 })
  const slopes = weights.map((weight, c) => {
    const isAgainst = weight * rows.directions[c]! < 0
    return isAgainst || deviations[c] === 0 ? 0 : weight / deviations[c]!
  })
  return { means, slopes }
}

/** Scores of a table whose columns are those of the training, in their order. */
export function linearScores({ means, slopes }: LinearRanker, table: RankTable): Float64Array {
  const scores = new Float64Array(table.rows)
  slopes.forEach((slope, c) => {
    if (slope === 0) return
    const column = table.columns[c]!
    for (let row = 0; row < table.rows; row++) {
      const value = column[row]!
      if (!Number.isNaN(value)) scores[row]! += slope * (value - means[c]!)
    }
  })
  return scores
}

/** Mean of each column, and its standard deviation within queries: what differs only between them is 0. */
function spreadWithin(rows: RankRows) {
  const starts = groupStarts(rows.groups)
  const means = new Float64Array(rows.columns.length)
  const deviations = new Float64Array(rows.columns.length)
  rows.columns.forEach((column, c) => {
    let total = 0
    let squares = 0
    let present = 0
    for (let g = 0; g < rows.groups.length; g++) {
      let sum = 0
      let count = 0
      for (let row = starts[g]!; row < starts[g + 1]!; row++) {
        if (Number.isNaN(column[row]!)) continue
        sum += column[row]!
        count++
      }
      for (let row = starts[g]!; row < starts[g + 1]!; row++) {
        if (!Number.isNaN(column[row]!)) squares += (column[row]! - sum / count) ** 2
      }
      total += sum
      present += count
    }
    means[c] = present > 0 ? total / present : 0
    const deviation = present > 0 ? Math.sqrt(squares / present) : 0
    deviations[c] = deviation > 1e-9 * (1 + Math.abs(means[c]!)) ? deviation : 0
  })
  return { means, deviations }
}

/** A query whose grades differ: standardized values (row-major) and the shares of its gains. */
interface StandardList {
  readonly values: Float32Array
  readonly shares: Float64Array
  readonly weight: number
}

/** Values further out than this many deviations tell no more. */
const FURTHEST = 5

function standardLists(
  rows: RankRows,
  means: Float64Array,
  deviations: Float64Array,
): readonly StandardList[] {
  const starts = groupStarts(rows.groups)
  const width = rows.columns.length
  const lists: StandardList[] = []
  for (let g = 0; g < rows.groups.length; g++) {
    const from = starts[g]!
    const size = rows.groups[g]!
    const gains = rows.grades.slice(from, from + size).map((grade) => 2 ** grade - 1)
    const total = gains.reduce((a, b) => a + b, 0)
    if (total === 0 || gains.every((gain) => gain === gains[0])) continue
    const values = new Float32Array(size * width)
    rows.columns.forEach((column, c) => {
      if (deviations[c] === 0) return
      for (let i = 0; i < size; i++) {
        const value = (column[from + i]! - means[c]!) / deviations[c]!
        values[i * width + c] = Number.isNaN(value)
          ? 0
          : Math.max(-FURTHEST, Math.min(FURTHEST, value))
      }
    })
    const weight = rows.weights?.[from] ?? 1
    lists.push({ values, shares: gains.map((gain) => gain / total), weight })
  }
  return lists
}

/** Adds the gradient of one query's cross entropy; returns the loss. */
function addList(
  { values, shares, weight }: StandardList,
  width: number,
  w: Float64Array,
  gradient: Float64Array,
): number {
  const size = shares.length
  const scores = new Float64Array(size)
  let best = -Infinity
  for (let i = 0; i < size; i++) {
    let score = 0
    for (let c = 0; c < width; c++) score += values[i * width + c]! * w[c]!
    scores[i] = score
    if (score > best) best = score
  }
  let sum = 0
  for (let i = 0; i < size; i++) sum += Math.exp(scores[i]! - best)
  const level = best + Math.log(sum)
  let loss = 0
  for (let i = 0; i < size; i++) {
    loss += shares[i]! * (level - scores[i]!)
    const pull = weight * (Math.exp(scores[i]! - level) - shares[i]!)
    for (let c = 0; c < width; c++) gradient[c]! += pull * values[i * width + c]!
  }
  return weight * loss
}
