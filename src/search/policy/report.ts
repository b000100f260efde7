import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { capOf, defaultRewardOf, type GuardState, gainOf, isRetreated } from './guard.ts'
import * as knobs from './knobs.ts'
import type { PolicyReport } from './types.ts'

/** How the policy stands against the default, as of the last search that it learned from. */
export function reportOf(name: string, guard: GuardState, settings: KnobSettings): PolicyReport {
  const retreated = isRetreated(guard, guard.at, settings)
  const cap = Number.isNaN(guard.at) ? 0 : capOf(guard, guard.at, settings)
  return {
    name,
    learned: guard.learned,
    state: retreated
      ? 'retreated'
      : cap === 0
        ? 'default'
        : guard.isProven
          ? 'proven'
          : 'exploring',
    exploredCap: cap,
    gain: gainOf(guard),
    defaultReward: defaultRewardOf(guard),
    notes: notesOf(guard, settings, retreated),
  }
}

function notesOf(guard: GuardState, settings: KnobSettings, retreated: boolean): string[] {
  const first = readKnob(knobs.learnFirst, settings)
  const { mean, interval } = gainOf(guard)
  return [
    ...(retreated
      ? [
          `The policy retreated to the default on ${new Date(guard.retreatedAt).toISOString().slice(0, 10)}: its searches earned less than is tolerated. It tries again after ${readKnob(knobs.retreatDays, settings)} days.`,
        ]
      : []),
    ...(guard.retreats > (retreated ? 1 : 0)
      ? [`It has retreated ${guard.retreats} times in all.`]
      : []),
    ...(readKnob(knobs.exploredCap, settings) === 0
      ? ['Learning is switched off: search.policy-explored-cap is 0.']
      : []),
    ...(guard.learned < first
      ? [
          `It watches the default for ${first - guard.learned} more searches before it tries anything else.`,
        ]
      : []),
    ...(guard.isProven
      ? [
          `It is proven better than the default: by ${mean.toFixed(4)} a search, at least ${interval[0].toFixed(4)} when it was last sure.`,
        ]
      : []),
  ]
}
