import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Situation } from './types.ts'

/** What may be chosen together: each arm at one of its levels, under budgets. */
export interface SlateOptions {
  /** Counts that each arm may be asked for, by arm; 0 (not run) where it is among them. */
  readonly levels: readonly (readonly number[])[]
  /** What arm `arm` costs at `count`, one number a budget (milliseconds, candidates …). */
  readonly costs: (arm: number, count: number) => readonly number[]
  readonly budgets: readonly number[]
  /** Slates that are always there, first, whatever they cost: the default. */
  readonly keep: readonly (readonly number[])[]
  /** At most this many slates, ≥ 1. */
  readonly maximum: number
  readonly seed: string | number
}

/**
 * Slates (counts by arm) within the budgets, `keep` first, each once. Where all combinations are at
 * most `maximum`, all; else those that change one arm of the first kept slate, each arm alone, and
 * then combinations drawn at random. At least one arm runs in each.
 */
export function feasibleSlates(options: SlateOptions): Int32Array[] {
  const { levels, maximum, keep } = options
  requireArgument(maximum >= 1, `maximum is ${maximum}: allow at least one slate`)
  const found = new Map<string, Int32Array>()
  const add = (counts: readonly number[], isKept = false) => {
    if (found.size >= maximum && !isKept) return
    if (isKept || (counts.some((c) => c > 0) && isAffordable(options, counts))) {
      const key = counts.join()
      if (!found.has(key)) found.set(key, Int32Array.from(counts))
    }
  }
  for (const counts of keep) add(counts, true)
  const combinations = levels.reduce((product, { length }) => product * length, 1)
  if (combinations <= maximum) everyCombination(levels, add)
  else {
    for (const counts of neighbours(options)) add(counts)
    drawCombinations(options, () => found.size < maximum, add)
  }
  return [...found.values()]
}

function isAffordable({ costs, budgets }: SlateOptions, counts: readonly number[]): boolean {
  const spent = budgets.map(() => 0)
  counts.forEach((count, arm) => {
    if (count > 0) {
      costs(arm, count).forEach((cost, b) => {
        spent[b] = spent[b]! + cost
      })
    }
  })
  return budgets.every((budget, b) => spent[b]! <= budget * (1 + 1e-9))
}

function everyCombination(
  levels: readonly (readonly number[])[],
  add: (counts: readonly number[]) => void,
): void {
  const visit = (counts: readonly number[]): void => {
    const next = levels[counts.length]
    if (next === undefined) add(counts)
    else for (const count of next) visit([...counts, count])
  }
  visit([])
}

/** The first kept slate with one arm at another level, then each arm alone. */
function neighbours({ levels, keep }: SlateOptions): number[][] {
  const base = keep[0] ?? levels.map((counts) => counts[0] ?? 0)
  const changed = levels.flatMap((counts, arm) =>
    counts.map((count) => base.map((c, i) => (i === arm ? count : c))),
  )
  const alone = levels.flatMap((counts, arm) =>
    counts.map((count) => levels.map((_, i) => (i === arm ? count : 0))),
  )
  return [...changed, ...alone]
}

function drawCombinations(
  { levels, maximum, seed }: SlateOptions,
  isWanted: () => boolean,
  add: (counts: readonly number[]) => void,
): void {
  const random = createRandom(seed).split('slates')
  for (let draw = 0; draw < 4 * maximum && isWanted(); draw++) {
    add(levels.map((counts) => counts[random.int(counts.length)] ?? 0))
  }
}

/**
 * Slates as a situation: the features of a slate are the sum of those of its arms, so that a linear
 * bandit scores it by the sum of its arms' scores and learns from each arm's own credit
 * (`update` with the arm's row): the linear combinatorial semi-bandit. `rowOf` gives the features of
 * one arm in a slate. Source: Wen, Kveton & Ashkan 2015.
 */
export function slateSituation(
  slates: readonly Int32Array[],
  dimension: number,
  rowOf: (slate: Int32Array, arm: number) => Float64Array,
): Situation {
  const features = new Float64Array(slates.length * dimension)
  slates.forEach((slate, s) => {
    slate.forEach((count, arm) => {
      if (count <= 0) return
      const row = rowOf(slate, arm)
      for (let k = 0; k < dimension; k++) {
        features[s * dimension + k] = features[s * dimension + k]! + row[k]!
      }
    })
  })
  return { actions: Int32Array.from(slates, (_, s) => s), features }
}

/**
 * Credit of each arm for one reward: shared alike among the arms that brought the product, so that
 * credits sum to the reward. No arm: no credit.
 */
export function shareCredit(
  reward: number,
  broughtBy: readonly number[],
  credits: Float64Array,
): void {
  for (const arm of broughtBy) {
    if (arm >= 0 && arm < credits.length) credits[arm] = credits[arm]! + reward / broughtBy.length
  }
}
