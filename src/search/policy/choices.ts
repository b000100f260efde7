import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { bandits } from '../../learn/index.ts'
import type { ArmShare } from '../feedback/events.ts'
import { maximumChoices, trialCount } from './knobs.ts'
import { costOf, defaultCounts, nameOf, sharesOf } from './shares.ts'
import type { ArmOffer, RetrievalBudget } from './types.ts'

/** A named combination of arms and counts. */
export interface NamedChoice {
  readonly name: string
  readonly shares: readonly ArmShare[]
  /** By arm of the offer, 0 where it does not run. */
  readonly counts: Int32Array
  /** Expected milliseconds, and candidates. */
  readonly ms: number
  readonly candidates: number
}

/** Counts tried of each arm, over its usual count. */
const LEVELS = [0, 0.5, 1, 2]

/**
 * The combinations that a policy chooses among, the default first (named 'default'): one arm left
 * out, halved or doubled; one arm alone; then others within the budget, the same for the same offer.
 */
export function choicesFor(
  arms: readonly ArmOffer[],
  budget: RetrievalBudget,
  settings: KnobSettings = {},
): readonly NamedChoice[] {
  if (arms.length === 0) return []
  const trial = readKnob(trialCount, settings)
  const usual = arms.map((arm) => usualCount(arm, trial))
  const slates = bandits.feasibleSlates({
    levels: usual.map((count) => [
      ...new Set(LEVELS.map((level) => Math.ceil(level * Math.min(count, budget.candidates)))),
    ]),
    costs: (arm, count) => [costOf(arms[arm]!, count), count],
    budgets: [budget.ms, budget.candidates],
    keep: [defaultCounts(arms, budget)],
    maximum: readKnob(maximumChoices, settings),
    seed: 'choices',
  })
  return slates.map((counts, i) => {
    const shares = sharesOf(arms, [...counts])
    return {
      name: i === 0 ? 'default' : nameOf(shares),
      shares,
      counts,
      ms: arms.reduce((sum, arm, a) => sum + costOf(arm, counts[a]!), 0),
      candidates: counts.reduce((a, b) => a + b, 0),
    }
  })
}

/** The count at which an arm is judged: its default, or that of a trial where it has none. */
export function usualCount(arm: ArmOffer, trial: number): number {
  return arm.defaultCount >= 1 ? Math.floor(arm.defaultCount) : trial
}
