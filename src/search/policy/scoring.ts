import { bandits } from '../../learn/index.ts'
import type { ArmShare, PolicySight } from '../feedback/events.ts'
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

/** Expected reward of each combination, less its price: a joint normal N(means, F Fᵀ + diag(own²)). */
export interface ChoiceScores {
  readonly means: Float64Array
  /** choices × rank. */
  readonly factor: Float64Array
  readonly rank: number
  /** Standard deviation that each choice has on its own, beside the factor. */
  readonly own: Float64Array
}

export interface Scorer {
  readonly models: ArmModels
  /** What each arm does on a query beside its model. */
  readonly effects: Effects
  /** What each combination does beside the sum of its arms. */
  readonly wholes: Effects
  /** Standard deviation of a search's reward. */
  noise(): number
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
 * A combination's score is the sum of its arms' expected credits, model plus effect of the query, and
 * what it does as a whole beside that sum, less its price. Combinations share arms, so their scores move together: each arm has its own columns. An
 * arm's rows differ by level and company alone, so three directions span them.
 */
export function scoreChoices(scorer: Scorer, request: ScoreRequest): ChoiceScores {
  const { choices, arms, prices } = request
  const rank = BLOCK * arms.length
  const factor = new Float64Array(choices.length * rank)
  const own = new Float64Array(choices.length)
  const means = Float64Array.from(choices, (choice, c) => {
    const effect = scorer.wholes.of(choice.name, request.query, request.at)
    own[c] = scorer.noise() * Math.sqrt(effect.variance)
    return effect.mean - priceOf(choice, prices)
  })
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
  return { means, factor, rank, own }
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
export function spreadBetween({ factor, rank, own }: ChoiceScores, a: number, b: number): number {
  let sum = a === b ? 0 : own[a]! ** 2 + own[b]! ** 2
  for (let k = 0; k < rank; k++) sum += (factor[a * rank + k]! - factor[b * rank + k]!) ** 2
  return Math.sqrt(sum)
}

/** Standard deviation of each score. */
export function deviationsOf({ factor, rank, means, own }: ChoiceScores): Float64Array {
  return means.map((_, c) => {
    let sum = own[c]! ** 2
    for (let k = 0; k < rank; k++) sum += factor[c * rank + k]! ** 2
    return Math.sqrt(sum)
  })
}

/** What a search with these shares did. */
export interface SearchOutcome {
  readonly choice: string
  readonly shares: readonly ArmShare[]
  readonly reward: number
  /** By share. */
  readonly credits: Float64Array
}

/**
 * Learns what a search earned: each arm from its own credit, in its model and in the effect of the
 * query; the combination from what the whole earned beyond what was expected of its arms.
 */
export function learnOutcome(
  scorer: Scorer,
  { choice, shares, reward, credits }: SearchOutcome,
  sight: PolicySight,
  query: QueryWords,
  at: number,
): void {
  const { models, effects, wholes } = scorer
  let expected = 0
  let spread = 0
  shares.forEach(({ arm, count }, i) => {
    const row = armRow(sight, arm)
    row[LEVEL] = levelOf(sight, arm, count)
    row[COMPANY] = companyOf(shares.length)
    const model = models.of(arm)
    model.forget(at)
    const effect = effects.of(arm, query, at)
    const white = model.whiten(row, 1)
    const predicted = dot(row, model.mean())
    expected += predicted + effect.mean
    spread += (model.noise() / scorer.noise()) ** 2 * (dot(white, white) + effect.variance)
    effects.learn(arm, query, credits[i]! - predicted, dot(white, white), at)
    model.observe(row, credits[i]! - effect.mean, 1 / (1 + effect.variance), at)
  })
  wholes.learn(choice, query, reward - expected, spread, at)
}
