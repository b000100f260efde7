import { normalCdf } from '../../core/distributions/normal.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import {
  exploredCap,
  halfLifeDays,
  learnFirst,
  provenCap,
  retreatDays,
  tolerance,
} from './knobs.ts'

/** What the guard has seen, forgotten by half-life; saved as it is. */
export interface GuardState {
  /** Searches learned from, all in all. */
  readonly learned: number
  /** Searches remembered. */
  readonly searches: number
  /** Σ r / p and Σ 1 / p of the searches that the default answered. */
  readonly defaultReward: number
  readonly defaultWeight: number
  /** Σ r². */
  readonly rewardSquares: number
  /** Σ z and Σ z²: what searches earned beyond the default, and its spread. */
  readonly gain: number
  readonly gainSquares: number
  readonly isProven: boolean
  /** Epoch ms of the retreat that holds, or NaN. */
  readonly retreatedAt: number
  readonly retreats: number
  /** Epoch ms up to which it has forgotten. */
  readonly at: number
}

export const FRESH_GUARD: GuardState = {
  learned: 0,
  searches: 0,
  defaultReward: 0,
  defaultWeight: 0,
  rewardSquares: 0,
  gain: 0,
  gainSquares: 0,
  isProven: false,
  retreatedAt: Number.NaN,
  retreats: 0,
  at: Number.NaN,
}

const DAY_MS = 86_400_000
/** Chance that a bound which holds at all times is wrong. */
const ERROR = 0.05
/** Variance (in squared rewards) at which the bound is tightest. */
const TUNED_AT = 100

/** Reward a search of the default, by inverse propensity, self-normalized. */
export function defaultRewardOf({ defaultReward, defaultWeight }: GuardState): number {
  return defaultWeight > 0 ? defaultReward / defaultWeight : 0
}

/** Standard deviation of a reward, at least 0.01; 0.3 before anything is known. */
export function rewardNoise({
  rewardSquares,
  searches,
  defaultReward,
  defaultWeight,
}: GuardState): number {
  const FIRST = 20
  const mean = defaultWeight > 0 ? defaultReward / defaultWeight : 0
  const variance = rewardSquares - searches * mean * mean
  return Math.sqrt(Math.max(1e-4, (FIRST * 0.09 + Math.max(0, variance)) / (FIRST + searches)))
}

/**
 * The state after a search that earned `reward`. z = (r − b)(1 − [default] / p) has the mean of what
 * the searches earn beyond the default, whatever the policy did (b, the default's reward so far, only
 * takes variance away). It retreats when even the upper bound of the mean of z lies below minus the
 * tolerated share of the default's reward, and counts as proven when the lower bound is above zero.
 */
export function observeSearch(
  state: GuardState,
  search: {
    readonly reward: number
    readonly isDefault: boolean
    readonly defaultPropensity: number
  },
  at: number,
  settings: KnobSettings = {},
): GuardState {
  const { reward, isDefault, defaultPropensity } = search
  const kept = forgetTo(state, at, settings)
  const weight = isDefault ? 1 / Math.max(defaultPropensity, 1e-6) : 0
  const z = (reward - defaultRewardOf(kept)) * (1 - weight)
  const next = {
    ...kept,
    learned: kept.learned + 1,
    searches: kept.searches + 1,
    defaultReward: kept.defaultReward + weight * reward,
    defaultWeight: kept.defaultWeight + weight,
    rewardSquares: kept.rewardSquares + reward * reward,
    gain: kept.gain + z,
    gainSquares: kept.gainSquares + z * z,
  }
  const { mean, interval } = gainOf(next)
  const floor = -readKnob(tolerance, settings) * defaultRewardOf(next)
  const isProven = interval[0] > 0 || (kept.isProven && mean > 0)
  if (Number.isNaN(next.retreatedAt) && interval[1] < floor) {
    return { ...next, isProven: false, retreatedAt: at, retreats: next.retreats + 1 }
  }
  return { ...next, isProven }
}

/**
 * Mean of z with an interval that holds at all times at once: |Σ z| ≤ √((V + ρ)(ln((V + ρ)/ρ) +
 * 2 ln(1/α))), V = Σ z² (normal mixture: Robbins 1970; Howard et al. 2021; with the empirical
 * variance, Waudby-Smith et al. 2021). Forgetting makes it approximate over many half-lives.
 */
export function gainOf({ gain, gainSquares, searches }: GuardState): {
  readonly mean: number
  readonly interval: readonly [number, number]
} {
  if (searches === 0) return { mean: 0, interval: [-1, 1] }
  const spread = gainSquares + TUNED_AT
  const bound = Math.sqrt(spread * (Math.log(spread / TUNED_AT) + 2 * Math.log(2 / ERROR)))
  return { mean: gain / searches, interval: [(gain - bound) / searches, (gain + bound) / searches] }
}

/**
 * What may still be lost in one search: the tolerated share of what the default earned in all, and
 * what was gained beyond it, less its standard error (conservative bandits: Wu et al. 2016; Kazerouni
 * et al. 2017, with the realized reward in place of its lower bound).
 */
export function allowanceOf(state: GuardState, settings: KnobSettings = {}): number {
  const earned = defaultRewardOf(state) * state.searches
  return readKnob(tolerance, settings) * earned + state.gain - Math.sqrt(state.gainSquares)
}

/**
 * Largest share of searches that may leave the default at `now`: from the cap before to the cap after it
 * is proven better, as it becomes sure (by how many standard errors the gain is above zero).
 */
export function capOf(state: GuardState, now: number, settings: KnobSettings = {}): number {
  if (state.learned < readKnob(learnFirst, settings) || isRetreated(state, now, settings)) return 0
  const cap = readKnob(exploredCap, settings)
  if (cap === 0) return 0
  const errors = state.gain / Math.sqrt(Math.max(state.gainSquares, 1e-12))
  const sure = state.gainSquares > 0 ? Math.max(0, 2 * normalCdf(errors) - 1) : 0
  return cap + sure * Math.max(0, readKnob(provenCap, settings) - cap)
}

export function isRetreated(
  { retreatedAt }: GuardState,
  now: number,
  settings: KnobSettings = {},
): boolean {
  return !Number.isNaN(retreatedAt) && now < retreatedAt + readKnob(retreatDays, settings) * DAY_MS
}

/** Forgets up to `at`; a retreat that is over begins its count of gains anew. */
function forgetTo(state: GuardState, at: number, settings: KnobSettings): GuardState {
  const isOver = !Number.isNaN(state.retreatedAt) && !isRetreated(state, at, settings)
  const from = isOver ? { ...state, gain: 0, gainSquares: 0, retreatedAt: Number.NaN } : state
  if (!(at > from.at)) return Number.isNaN(from.at) ? { ...from, at } : from
  const kept = 2 ** ((from.at - at) / (readKnob(halfLifeDays, settings) * DAY_MS))
  return {
    ...from,
    searches: from.searches * kept,
    defaultReward: from.defaultReward * kept,
    defaultWeight: from.defaultWeight * kept,
    rewardSquares: from.rewardSquares * kept,
    gain: from.gain * kept,
    gainSquares: from.gainSquares * kept * kept,
    at,
  }
}
