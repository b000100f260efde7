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
  const groups = labels.groups!
  const longest = groups.reduce((a, b) => Math.max(a, b), 0)
  const context = createContext(objective, labels, longest)
  return {
    outputs: 1,
    treesPerRound: 1,
    start: () => Float64Array.of(0),
    gradients(scores, pairs) {
      pairs.fill(0)
      let begin = 0
      for (const size of groups) {
        addQuery(context, scores, pairs, begin, size)
        begin += size
      }
      if (labels.weights !== undefined) weigh(pairs, labels.weights)
    },
  }
}

interface Context {
  readonly target: Float64Array
  readonly truncation: number
  readonly normalize: boolean
  readonly lambda: boolean
  readonly gain: (grade: number) => number
  readonly discounts: Float64Array
  readonly order: Uint32Array
}

function createContext(objective: RankObjective, labels: Labels, longest: number): Context {
  const isLambda = objective.kind === 'lambdarank'
  return {
    target: labels.target,
    truncation: isLambda ? (objective.truncation ?? DEFAULT_TRUNCATION) : longest,
    normalize: isLambda ? (objective.normalize ?? true) : false,
    lambda: isLambda,
    gain: gainsOf(objective),
    discounts: Float64Array.from({ length: longest }, (_, i) => discount(i)),
    order: new Uint32Array(longest),
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

function addQuery(
  context: Context,
  scores: Float64Array,
  pairs: Float32Array,
  begin: number,
  size: number,
): void {
  const { target, truncation, gain, discounts } = context
  const order = sortByScore(context.order, scores, begin, size)
  const best = context.lambda ? bestDcg(target, begin, size, truncation, gain) : 1
  const inverse = best > 0 ? 1 / best : 0
  const spread = scores[order[0]!]! !== scores[order[size - 1]!]!
  let total = 0
  for (let i = 0; i < Math.min(size - 1, truncation); i++) {
    for (let j = i + 1; j < size; j++) {
      const [first, second] = [order[i]!, order[j]!]
      if (target[first] === target[second]) continue
      const [high, low] = target[first]! > target[second]! ? [first, second] : [second, first]
      const gap = scores[high]! - scores[low]!
      let change = 1
      if (context.lambda) {
        const swap = gain(target[high]!) - gain(target[low]!)
        change = swap * Math.abs(discounts[i]! - discounts[j]!) * inverse
        if (context.normalize && spread) change /= 0.01 + Math.abs(gap)
      }
      total += 2 * addPair(pairs, high, low, gap, change)
    }
  }
  if (context.normalize && total > 0) scaleQuery(pairs, begin, size, Math.log2(1 + total) / total)
}

/** Adds a pair's pull and returns its size. */
function addPair(
  pairs: Float32Array,
  high: number,
  low: number,
  gap: number,
  change: number,
): number {
  const rho = 1 / (1 + Math.exp(gap))
  const pull = rho * change
  const hessian = rho * (1 - rho) * change
  pairs[2 * high]! -= pull
  pairs[2 * high + 1]! += hessian
  pairs[2 * low]! += pull
  pairs[2 * low + 1]! += hessian
  return pull
}

/** Rows of a query by falling score; equal ones keep their order. */
function sortByScore(
  order: Uint32Array,
  scores: Float64Array,
  begin: number,
  size: number,
): Uint32Array {
  const own = order.subarray(0, size)
  for (let i = 0; i < size; i++) own[i] = begin + i
  return own.sort((a, b) => scores[b]! - scores[a]! || a - b)
}

function scaleQuery(pairs: Float32Array, begin: number, size: number, factor: number): void {
  for (let i = 2 * begin; i < 2 * (begin + size); i++) pairs[i]! *= factor
}

function weigh(pairs: Float32Array, weights: Float64Array): void {
  for (let i = 0; i < weights.length; i++) {
    pairs[2 * i]! *= weights[i]!
    pairs[2 * i + 1]! *= weights[i]!
  }
}
