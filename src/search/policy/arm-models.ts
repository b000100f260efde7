import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { bandits } from '../../learn/index.ts'
import type { PolicySight } from '../feedback/events.ts'
import { ARM_FEATURES, CONTEXT_FEATURES } from './features.ts'
import { halfLifeDays } from './knobs.ts'

/** One, level, company. */
const OWN_FEATURES = 3
const CONTEXT_FROM = OWN_FEATURES
const ARM_FROM = CONTEXT_FROM + CONTEXT_FEATURES.length
/** The first of an arm's features is its usual count, which the level is made from. */
const PROBE_FEATURES = ARM_FEATURES.length - 1

/** Features of an arm within a combination. */
export const ARM_DIMENSION = ARM_FROM + PROBE_FEATURES

/** Coefficients are small where rewards lie in [0, 1]: prior standard deviation σ / √ridge. */
const RIDGE = 4

const DAY_MS = 86_400_000

/** Places of the two features that depend on the combination: how many candidates, and with whom. */
export const LEVEL = 1
export const COMPANY = 2

/** log2 of the count over the arm's usual count, in [−4, 4]; 0 where that is not known. */
export function levelOf(sight: PolicySight, arm: string, count: number): number {
  const usual = finite(sight.arms[arm]?.[0])
  return usual >= 1 && count >= 1 ? Math.max(-4, Math.min(4, Math.log2(count / usual))) : 0
}

/** 1 − 1/arms: arms that find the same share its credit; company says how many may. */
export function companyOf(arms: number): number {
  return 1 - 1 / Math.max(1, arms)
}

/** Row of an arm at its usual count, alone: one, level 0, company 0, the context, and its probe. */
export function armRow(sight: PolicySight, arm: string): Float64Array {
  const row = new Float64Array(ARM_DIMENSION)
  row[0] = 1
  for (let i = 0; i < CONTEXT_FEATURES.length; i++) row[CONTEXT_FROM + i] = finite(sight.context[i])
  const own = sight.arms[arm]
  for (let i = 0; i < PROBE_FEATURES; i++) row[ARM_FROM + i] = finite(own?.[i + 1])
  return row
}

const finite = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : 0

/** A posterior of the credit of each arm; made as arms first come up. */
export interface ArmModels {
  of(arm: string): bandits.LinearPosterior
  known(): readonly (readonly [arm: string, model: bandits.LinearPosterior])[]
}

export function armModels(
  settings: KnobSettings = {},
  saved: ReadonlyMap<string, bandits.PosteriorState> = new Map(),
): ArmModels {
  const options: bandits.PosteriorOptions = {
    dimension: ARM_DIMENSION,
    ridge: RIDGE,
    halfLifeMs: readKnob(halfLifeDays, settings) * DAY_MS,
    noise: 0.3,
    noiseWeight: 20,
  }
  const models = new Map<string, bandits.LinearPosterior>()
  for (const [arm, state] of saved) models.set(arm, bandits.linearPosterior(options, state))
  return {
    of(arm) {
      const known = models.get(arm)
      if (known !== undefined) return known
      const made = bandits.linearPosterior(options)
      models.set(arm, made)
      return made
    },
    known: () => [...models].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}
