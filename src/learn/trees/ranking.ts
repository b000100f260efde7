import type { Labels, Objective } from './objectives.ts'
import type { TreeObjective } from './types.ts'

type RankObjective = Extract<TreeObjective, { kind: 'lambdarank' | 'pairwise' }>

const DEFAULT_TRUNCATION = 30

/** Discount of place i (from 0): 1 / log2(i + 2). */
const discount = (place: number) => 1 / Math.log2(place + 2)

/** Gain of each grade: the table given, else 2^grade − 1. */
export function gainsOf(objective: TreeObjective): (grade: number) => number {
  const table = objective.kind === 'lambdarank' ? objective.gains : undefined
  return (grade) => (table === undefined ? 2 ** grade - 1 : table[grade]!)
}

/**
 * LambdaMART (Burges 2010, with LightGBM's normalization) or RankNet pairs. For a pair of a query
 * with grades y_i > y_j: ρ = 1/(1 + e^(s_i − s_j)); λ = ρ Δ is pulled up on i and down on j, hessian
 * ρ (1 − ρ) Δ on both. Δ = 1 for pairwise; for lambdarank |change of nDCG when i and j swap|.
 */
export function createRanking(objective: RankObjective, labels: Labels): Objective {
  const queries = createQueries(objective, labels)
  return {
    outputs: 1,
    treesPerRound: 1,
    start: () => Float64Array.of(0),
    gradients(scores, pairs) {
      for (const query of queries.list) {
        readQuery(queries, query, scores)
        pullPairs(queries, query)
        writeQuery(queries, query, pairs)
      }
      if (labels.weights !== undefined) weigh(pairs, labels.weights)
    },
  }
}

interface Query {
  readonly begin: number
  readonly size: number
  /** 1 / best DCG, 0 where no row has a gain. */
  readonly inverse: number
}

interface Queries {
  readonly list: readonly Query[]
  readonly truncation: number
  readonly normalize: boolean
  readonly isLambda: boolean
  /** Gain of each row's grade (the grade itself for pairwise). */
  readonly gains: Float64Array
  readonly discounts: Float64Array
  /** Rows by falling score as of the last round: the next sort starts nearly done. */
  readonly order: Uint32Array
  /** The query at hand, by place: score, e^(score − best), gain, pull, hessian. */
  readonly score: Float64Array
  readonly power: Float64Array
  readonly gain: Float64Array
  readonly pull: Float64Array
  readonly hessian: Float64Array
}

function createQueries(objective: RankObjective, labels: Labels): Queries {
  const isLambda = objective.kind === 'lambdarank'
  const groups = labels.groups!
  const longest = groups.reduce((a, b) => Math.max(a, b), 0)
  const truncation = isLambda ? (objective.truncation ?? DEFAULT_TRUNCATION) : longest
  const gainOf = isLambda ? gainsOf(objective) : (grade: number) => grade
  const list: Query[] = []
  let begin = 0
  for (const size of groups) {
    const best = isLambda ? bestDcg(labels.target, begin, size, truncation, gainOf) : 1
    list.push({ begin, size, inverse: best > 0 ? 1 / best : 0 })
    begin += size
  }
  const numbers = () => new Float64Array(longest)
  return {
    list,
    truncation,
    normalize: isLambda ? (objective.normalize ?? true) : false,
    isLambda,
    gains: labels.target.map(gainOf),
    discounts: numbers().map((_, i) => discount(i)),
    order: Uint32Array.from({ length: labels.rows }, (_, i) => i),
    score: numbers(),
    power: numbers(),
    gain: numbers(),
    pull: numbers(),
    hessian: numbers(),
  }
}

/** Best DCG of `size` rows from `begin` within the first `places`. */
export function bestDcg(
  target: Float64Array,
  begin: number,
  size: number,
  places: number,
  gain: (grade: number) => number,
): number {
  const grades = target
    .slice(begin, begin + size)
    .sort()
    .reverse()
  let sum = 0
  for (let i = 0; i < Math.min(size, places); i++) sum += gain(grades[i]!) * discount(i)
  return sum
}

/** Longest query for which insertion beats a general sort. */
const SHORT = 256
/** e^−600 is still a number: ρ of rows that far below the best is a matter of indifference. */
const LOWEST = -600

/** Sorts the query by score and lays it out by place. */
function readQuery(queries: Queries, { begin, size }: Query, scores: Float64Array): void {
  const order = queries.order.subarray(begin, begin + size)
  if (size > SHORT) order.sort((a, b) => scores[b]! - scores[a]! || a - b)
  else insertionSort(order, scores)
  const best = scores[order[0]!]!
  for (let i = 0; i < size; i++) {
    const row = order[i]!
    queries.score[i] = scores[row]!
    queries.power[i] = Math.exp(Math.max(LOWEST, scores[row]! - best))
    queries.gain[i] = queries.gains[row]!
  }
  queries.pull.fill(0, 0, size)
  queries.hessian.fill(0, 0, size)
}

function insertionSort(order: Uint32Array, scores: Float64Array): void {
  for (let i = 1; i < order.length; i++) {
    const row = order[i]!
    const score = scores[row]!
    let j = i
    for (; j > 0 && scores[order[j - 1]!]! < score; j--) order[j] = order[j - 1]!
    order[j] = row
  }
}

/** Adds every pair's pull; then, where asked, scales the query to log2(1 + sum) / sum. */
function pullPairs(queries: Queries, query: Query): void {
  const { truncation, pull, hessian, normalize } = queries
  const { size } = query
  let total = 0
  for (let i = 0; i < Math.min(size - 1, truncation); i++) total += pullFrom(queries, query, i)
  if (!normalize || total <= 0) return
  const factor = Math.log2(1 + total) / total
  for (let i = 0; i < size; i++) {
    pull[i]! *= factor
    hessian[i]! *= factor
  }
}

/** Pairs of place i with all places after it; returns the sum of their pulls on both sides. */
function pullFrom(queries: Queries, { size, inverse }: Query, i: number): number {
  const { score, power, gain, pull, hessian, discounts, isLambda } = queries
  const isSpread = queries.normalize && score[0] !== score[size - 1]
  const [scoreI, powerI, gainI, discountI] = [score[i]!, power[i]!, gain[i]!, discounts[i]!]
  let pullI = 0
  let hessianI = 0
  let total = 0
  for (let j = i + 1; j < size; j++) {
    const swap = gainI - gain[j]!
    if (swap === 0) continue
    let change = 1
    if (isLambda) {
      change = Math.abs(swap) * (discountI - discounts[j]!) * inverse
      if (isSpread) change /= 0.01 + scoreI - score[j]!
    }
    // ρ = 1 / (1 + e^(s_high − s_low)) = e^s_low / (e^s_high + e^s_low), without another exp.
    const sum = powerI + power[j]!
    const rho = (swap > 0 ? power[j]! : powerI) / sum
    const pulled = rho * change
    const up = swap > 0 ? pulled : -pulled
    const bend = pulled * (1 - rho)
    pullI -= up
    pull[j]! += up
    hessianI += bend
    hessian[j]! += bend
    total += 2 * pulled
  }
  pull[i]! += pullI
  hessian[i]! += hessianI
  return total
}

function writeQuery(queries: Queries, { begin, size }: Query, pairs: Float32Array): void {
  for (let i = 0; i < size; i++) {
    const row = queries.order[begin + i]!
    pairs[2 * row] = queries.pull[i]!
    pairs[2 * row + 1] = queries.hessian[i]!
  }
}

function weigh(pairs: Float32Array, weights: Float64Array): void {
  for (let i = 0; i < weights.length; i++) {
    pairs[2 * i]! *= weights[i]!
    pairs[2 * i + 1]! *= weights[i]!
  }
}
