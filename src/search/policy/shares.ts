import type { ArmShare } from '../feedback/events.ts'
import type { ArmOffer, RetrievalBudget } from './types.ts'

/** Share of an arm's cost that it takes however few candidates are asked for. */
const FIXED_COST = 0.5

/** Expected milliseconds of a call of `arm` for `count` candidates: half fixed, half by count. */
export function costOf(arm: ArmOffer, count: number): number {
  if (count <= 0) return 0
  const usual = Math.max(1, arm.defaultCount)
  return arm.costMs * (FIXED_COST + ((1 - FIXED_COST) * count) / usual)
}

/** Counts of each arm on offer as shares; arms with a count below 1 do not run. */
export function sharesOf(arms: readonly ArmOffer[], counts: readonly number[]): ArmShare[] {
  return arms.flatMap(({ name }, i) => (counts[i]! >= 1 ? [{ arm: name, count: counts[i]! }] : []))
}

/** Whether running the arms for these counts stays within the budget. */
export function isWithin(
  arms: readonly ArmOffer[],
  counts: readonly number[],
  budget: RetrievalBudget,
): boolean {
  let ms = 0
  let candidates = 0
  arms.forEach((arm, i) => {
    ms += costOf(arm, counts[i]!)
    candidates += counts[i]!
  })
  return ms <= budget.ms && candidates <= budget.candidates
}

/** Name of a combination: its arms and counts in the order of the offer. */
export function nameOf(shares: readonly ArmShare[]): string {
  return shares.map(({ arm, count }) => `${arm}:${count}`).join('+')
}

/**
 * Counts of the static default by arm: what each arm brings by default, scaled down alike to the
 * budget of candidates; where they take too long, arms are left out from the end of the offer, but
 * never the first that has a count.
 */
export function defaultCounts(arms: readonly ArmOffer[], budget: RetrievalBudget): number[] {
  const wanted = arms.map(({ defaultCount }) => Math.max(0, Math.floor(defaultCount)))
  if (wanted.length > 0 && !wanted.some((count) => count > 0)) wanted[0] = 1
  const first = wanted.findIndex((count) => count > 0)
  for (;;) {
    const counts = scaled(wanted, budget.candidates)
    const last = counts.findLastIndex((count) => count > 0)
    if (last <= first || isWithin(arms, counts, budget)) return counts
    wanted[last] = 0
  }
}

/** Counts whose sum is at most `total`, each at least 1 where it was, as near to proportional as that. */
function scaled(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0)
  if (sum <= total) return [...counts]
  return counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.floor((count * total) / sum))))
}
