import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'
import { packBytes } from './bytes.ts'
import {
  checkSituation,
  chooseBy,
  countBest,
  narrowFactor,
  shareOfBest,
  sharesOfCounts,
  withFloor,
} from './draw.ts'
import { dot, type Models, modelsOf, type Scores, type Sharing, scoresOf } from './models.ts'
import type { PosteriorOptions, PosteriorState } from './posterior.ts'
import type { Bandit, Outcome, Situation } from './types.ts'

export interface LinearOptions {
  readonly dimension: number
  /** One model for all actions or one for each. Default 'shared'. */
  readonly sharing?: Sharing
  /** Precision of the prior of every coefficient. Default 1. */
  readonly ridge?: number
  /** Default Infinity: nothing is forgotten. */
  readonly halfLifeMs?: number
  /** First guess of the standard deviation of a reward. Default 0.5, that of a coin. */
  readonly noise?: number
  /** Observations that this guess counts. Default 10; Infinity keeps it. */
  readonly noiseWeight?: number
  /** Probability shared alike among all actions, whatever was learned, in [0, 1]. Default 0. */
  readonly floor?: number
}

export interface UcbOptions extends LinearOptions {
  /** Standard deviations added to the mean. Default 1. */
  readonly width?: number
}

export interface ThompsonOptions extends LinearOptions {
  /** Draws counted for the probabilities. Default 128. */
  readonly draws?: number
  /** Factor on the standard deviation of what is drawn. Default 1. */
  readonly width?: number
}

export interface GreedyOptions extends LinearOptions {
  /** Probability of an action drawn from all alike. Default 0.1. */
  readonly epsilon?: number
}

/**
 * LinUCB: the action of the highest θ·x + width σ √(xᵀ A⁻¹ x); ties share. Source: Li, Chu, Langford
 * & Schapire 2010, algorithm 1 (`sharing: 'disjoint'`); Abbasi-Yadkori et al. 2011 for one model.
 */
export function linUcb(options: UcbOptions, saved?: SavedModels): Bandit {
  const width = options.width ?? 1
  return bandit('linear-ucb', options, { width }, saved, ({ means, deviations }) =>
    shareOfBest(means.map((mean, i) => mean + width * deviations[i]!)),
  )
}

/**
 * Linear Thompson sampling: θ drawn from N(μ, width² σ² A⁻¹), the best action under it. The
 * probabilities are shares of `draws` such draws, and the action is drawn from them. Source: Agrawal
 * & Goyal 2013, algorithm 1.
 */
export function linearThompson(options: ThompsonOptions, saved?: SavedModels): Bandit {
  const { draws = 128, width = 1 } = options
  requireArgument(draws >= 1, `draws is ${draws}: count at least one`)
  return bandit('linear-thompson', options, { draws, width }, saved, (scores, seed) => {
    const factor = narrowFactor(scores.factor, scores.means.length).map((v) => v * width)
    const counts = countBest(scores.means, factor, draws, createRandom(seed).split('draws'))
    return sharesOfCounts(counts, draws)
  })
}

/** The action of the highest expected reward, and with probability epsilon any of them. */
export function epsilonGreedy(options: GreedyOptions, saved?: SavedModels): Bandit {
  const { epsilon = 0.1 } = options
  requireArgument(epsilon >= 0 && epsilon <= 1, `epsilon is ${epsilon}: it lies in [0, 1]`)
  return bandit('epsilon-greedy', options, { epsilon }, saved, ({ means }) =>
    withFloor(shareOfBest(means), epsilon),
  )
}

/**
 * Thompson sampling for clicks (rewards in [0, 1]): logistic regression learned online. Each outcome
 * is one Newton step around the present mean m: weight p(1 − p), target m + (r − p) / (p(1 − p)) with
 * p = sigmoid(m), on the same posterior as the linear bandits, so that it forgets as they do. Source:
 * Chapelle & Li 2011, with the whole covariance in place of its diagonal.
 */
export function logisticThompson(options: ThompsonOptions, saved?: SavedModels): Bandit {
  const { draws = 128, width = 1 } = options
  requireArgument(draws >= 1, `draws is ${draws}: count at least one`)
  const fixed = { ...options, noise: 1, noiseWeight: Infinity }
  const base = bandit(
    'logistic-thompson',
    fixed,
    { draws, width },
    saved,
    (scores, seed) => {
      const factor = narrowFactor(scores.factor, scores.means.length).map((v) => v * width)
      const counts = countBest(scores.means, factor, draws, createRandom(seed).split('draws'))
      return sharesOfCounts(counts, draws)
    },
    newtonStep,
  )
  return { ...base, estimate: (situation) => onProbabilities(base.estimate(situation)) }
}

/** What a saved linear bandit holds: a posterior by action (action 0 where it is shared). */
export type SavedModels = ReadonlyMap<number, PosteriorState>

type ProbabilitiesOf = (scores: Scores, seed: string | number) => Float64Array
type Learn = (models: Models, outcome: Outcome) => void

function bandit(
  kind: string,
  options: LinearOptions,
  extras: Readonly<Record<string, number>>,
  saved: SavedModels | undefined,
  probabilitiesOf: ProbabilitiesOf,
  learn: Learn = observeReward,
): Bandit {
  const { dimension, sharing = 'shared', floor = 0 } = options
  requireArgument(floor >= 0 && floor <= 1, `floor is ${floor}: it lies in [0, 1]`)
  const posterior = posteriorOptions(options)
  const models = modelsOf(sharing, posterior, saved)
  const score = (situation: Situation) => {
    checkSituation(situation, dimension)
    return scoresOf(models, sharing, situation, dimension)
  }
  const probabilities = (situation: Situation, seed: string | number) =>
    withFloor(probabilitiesOf(score(situation), seed), floor)
  return {
    name: kind,
    dimension,
    probabilities,
    choose: (situation, seed) => chooseBy(situation, probabilities(situation, seed), seed),
    estimate: (situation) => score(situation),
    update: (outcome) => learn(models, outcome),
    forget: (at) => {
      for (const [, model] of models.known()) model.forget(at)
    },
    save: () => saveModels(kind, { ...options, ...extras, dimension, sharing, floor }, models),
  }
}

function posteriorOptions(options: LinearOptions): PosteriorOptions {
  const { dimension, ridge = 1, halfLifeMs = Infinity, noise = 0.5, noiseWeight = 10 } = options
  return { dimension, ridge, halfLifeMs, noise, noiseWeight }
}

function observeReward(models: Models, { action, features, reward, at }: Outcome): void {
  models.of(action).observe(features, reward, 1, at)
}

/** Scores beyond this are as sure as clicks ever are; it keeps p(1 − p) away from zero. */
const SURE = 8

function newtonStep(models: Models, { action, features, reward, at }: Outcome): void {
  requireArgument(reward >= 0 && reward <= 1, `reward is ${reward}: clicks lie in [0, 1]`)
  const model = models.of(action)
  model.forget(at)
  requireArgument(
    features.length === model.options.dimension,
    `an observation of ${features.length} features, not ${model.options.dimension}`,
  )
  const score = Math.min(SURE, Math.max(-SURE, dot(features, model.mean())))
  const p = sigmoid(score)
  const weight = p * (1 - p)
  model.observe(features, score + (reward - p) / weight, weight, at)
}

/** E sigmoid(N(m, s²)) ≈ sigmoid(m / √(1 + π s²/8)) (MacKay 1992), and its spread to first order. */
function onProbabilities({ means, deviations }: { means: Float64Array; deviations: Float64Array }) {
  const chances = means.map((mean, i) =>
    sigmoid(mean / Math.sqrt(1 + (Math.PI * deviations[i]! ** 2) / 8)),
  )
  return {
    means: chances,
    deviations: deviations.map((s, i) => s * chances[i]! * (1 - chances[i]!)),
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

function saveModels(kind: string, options: LinearOptions, models: Models): Uint8Array {
  const known = models.known()
  const arrays = known.flatMap(([, model]) => {
    const { precision, moment, factor, scalars } = model.state()
    return [precision, moment, factor, scalars]
  })
  // JSON has no Infinity: what is infinite is left to the default or written as a word.
  const words = Object.fromEntries(
    Object.entries(options).map(([k, v]) => [k, v === Infinity ? 'Infinity' : v]),
  )
  return packBytes({ kind, options: words, actions: known.map(([action]) => action) }, arrays)
}
