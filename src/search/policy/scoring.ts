import { bandits } from '../../learn/index.ts'
import type { PolicySight } from '../feedback/events.ts'
import {
  ARM_DIMENSION,
  type ArmModels,
  armRow,
  COMPANY,
  companyOf,
  LEVEL,
  levelOf,
} from './arm-models.ts'
import type { NamedChoice } from './choices.ts'
import type { Effects, QueryWords } from './effects.ts'
import type { ArmOffer } from './types.ts'

/** Expected reward of each combination, less what it costs, as a joint normal N(means, F Fᵀ). */
export interface ChoiceScores {
  readonly means: Float64Array
  /** choices × rank. */
  readonly factor: Float64Array
  readonly rank: number
}

export interface Scorer {
  readonly models: ArmModels
  readonly effects: Effects
}

/** What milliseconds and candidates cost, in reward a unit. */
export interface Prices {
  readonly ms: number
  readonly candidate: number
}

export interface ScoreRequest {
  readonly choices: readonly NamedChoice[]
  readonly arms: readonly ArmOffer[]
  readonly sight: PolicySight
  readonly query: QueryWords
  readonly at: number
  readonly prices: Prices
}

/** Columns of an arm in the factor: its row, what level and company add, and the query's effect. */
const BLOCK = 4

/**
 * A combination's score is the sum of its arms' expected credits, model plus effect of the query, less
 * its price. Combinations share arms, so their scores move together: each arm has its own columns. An
 * arm's rows differ by level and company alone, so three directions span them.
 */
export function scoreChoices(scorer: Scorer, request: ScoreRequest): ChoiceScores {
  const { choices, arms, prices } = request
  const rank = BLOCK * arms.length
  const means = Float64Array.from(choices, (choice) => -priceOf(choice, prices))
  const factor = new Float64Array(choices.length * rank)
  arms.forEach((arm, a) => {
    const part = partOf(scorer, arm.name, request)
    choices.forEach(({ counts, shares }, c) => {
      const count = counts[a]!
      if (count <= 0) return
      const level = levelOf(request.sight, arm.name, count)
      const company = companyOf(shares.length)
      const { slopes, directions, noise, effect } = part
      means[c] = means[c]! + slopes[0] + level * slopes[1] + company * slopes[2] + effect.mean
      const to = c * rank + a * BLOCK
      for (let k = 0; k < 3; k++) {
        const along = directions[k]! + level * directions[3 + k]! + company * directions[6 + k]!
        factor[to + k] = noise * along
      }
      factor[to + 3] = noise * Math.sqrt(effect.variance)
    })
  })
  return { means, factor, rank }
}

/** Expected credit of an arm by level and company, and the factor of its three directions. */
function partOf({ models, effects }: Scorer, name: string, request: ScoreRequest) {
  const model = models.of(name)
  const mean = model.mean()
  const row = armRow(request.sight, name)
  const rows = new Float64Array(3 * ARM_DIMENSION)
  rows.set(row)
  rows[ARM_DIMENSION + LEVEL] = 1
  rows[2 * ARM_DIMENSION + COMPANY] = 1
  return {
    slopes: [dot(row, mean), mean[LEVEL]!, mean[COMPANY]!] as const,
    directions: bandits.narrowFactor(model.whiten(rows, 3), 3),
    noise: model.noise(),
    effect: effects.of(name, request.query, request.at),
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function priceOf({ ms, candidates }: NamedChoice, prices: Prices): number {
  return ms * prices.ms + candidates * prices.candidate
}

/** Standard deviation of score `a` − score `b`. */
export function spreadBetween({ factor, rank }: ChoiceScores, a: number, b: number): number {
  let sum = 0
  for (let k = 0; k < rank; k++) sum += (factor[a * rank + k]! - factor[b * rank + k]!) ** 2
  return Math.sqrt(sum)
}

/** Standard deviation of each score. */
export function deviationsOf({ factor, rank, means }: ChoiceScores): Float64Array {
  return means.map((_, c) => {
    let sum = 0
    for (let k = 0; k < rank; k++) sum += factor[c * rank + k]! ** 2
    return Math.sqrt(sum)
  })
}

/** What an arm of a record did. */
export interface ArmCredit {
  readonly arm: string
  readonly count: number
  /** Arms that ran. */
  readonly arms: number
  readonly credit: number
}

/** Learns what an arm of a record earned, in its model and in the effect of the query. */
export function learnCredit(
  { models, effects }: Scorer,
  { arm, count, arms, credit }: ArmCredit,
  sight: PolicySight,
  query: QueryWords,
  at: number,
): void {
  const row = armRow(sight, arm)
  row[LEVEL] = levelOf(sight, arm, count)
  row[COMPANY] = companyOf(arms)
  const model = models.of(arm)
  model.forget(at)
  const effect = effects.of(arm, query, at)
  const white = model.whiten(row, 1)
  effects.learn(arm, query, credit - dot(row, model.mean()), dot(white, white), at)
  model.observe(row, credit - effect.mean, 1 / (1 + effect.variance), at)
}
