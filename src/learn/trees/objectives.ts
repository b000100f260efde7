import { createRanking } from './ranking.ts'
import { quantileOf, weightedQuantile } from './select.ts'
import type { TreeObjective } from './types.ts'

/** Rows to learn from, checked. */
export interface Labels {
  readonly rows: number
  readonly target: Float64Array
  readonly weights: Float64Array | undefined
  readonly groups: Int32Array | undefined
}

/** A loss, as boosting needs it. Scores are rows × outputs, row-major. */
export interface Objective {
  readonly outputs: number
  /** Trees of a round: one, or one an output. */
  readonly treesPerRound: number
  /** The best constant scores. */
  start(): Float64Array
  /** Writes (gradient, hessian) of every row for tree `tree` of round `round`. */
  gradients(scores: Float64Array, pairs: Float32Array, tree: number, round: number): void
  /** Levels whose residual quantiles replace the Newton steps in the leaves, one an output. */
  readonly renewLevels?: readonly number[]
}

/** The objective on given rows. */
export function createObjective(objective: TreeObjective, labels: Labels): Objective {
  switch (objective.kind) {
    case 'squared':
      return single(labels, (mean) => mean, squared(labels))
    case 'poisson':
      return single(labels, logOf, poisson(labels))
    case 'tweedie':
      return single(labels, logOf, tweedie(labels, objective.power))
    case 'logistic':
      return single(labels, logitOf, logistic(labels))
    case 'quantile':
      return quantile(labels, objective.levels, objective.shared ?? true)
    case 'lambdarank':
    case 'pairwise':
      return createRanking(objective, labels)
  }
}

type Gradients = Objective['gradients']

function single(labels: Labels, link: (mean: number) => number, gradients: Gradients): Objective {
  const start = () => Float64Array.of(link(weightedMean(labels)))
  return { outputs: 1, treesPerRound: 1, start, gradients }
}

function weightedMean({ target, weights }: Labels): number {
  let sum = 0
  let total = 0
  for (let i = 0; i < target.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    sum += weight * target[i]!
    total += weight
  }
  return sum / total
}

/** Logarithm of a mean that may be 0. */
const logOf = (mean: number) => Math.log(Math.max(mean, 1e-10))

function logitOf(mean: number): number {
  const p = Math.min(1 - 1e-10, Math.max(1e-10, mean))
  return Math.log(p / (1 - p))
}

/** ½ (s − y)²: g = s − y, h = 1. */
function squared({ target, weights }: Labels): Gradients {
  return (scores, pairs) => {
    for (let i = 0; i < target.length; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      pairs[2 * i] = weight * (scores[i]! - target[i]!)
      pairs[2 * i + 1] = weight
    }
  }
}

/** Damps Poisson steps, as the second derivative of exp grows along them (LightGBM's 0.7). */
const POISSON_STEP = Math.exp(0.7)

/** e^s − y s: g = e^s − y, h = e^(s + 0.7). */
function poisson({ target, weights }: Labels): Gradients {
  return (scores, pairs) => {
    for (let i = 0; i < target.length; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      const mean = Math.exp(scores[i]!)
      pairs[2 * i] = weight * (mean - target[i]!)
      pairs[2 * i + 1] = weight * mean * POISSON_STEP
    }
  }
}

/** −y e^((1−ρ)s)/(1−ρ) + e^((2−ρ)s)/(2−ρ), ρ the power (Jørgensen 1987). */
function tweedie({ target, weights }: Labels, power: number): Gradients {
  const [a, b] = [1 - power, 2 - power]
  return (scores, pairs) => {
    for (let i = 0; i < target.length; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      const mean = Math.exp(scores[i]!)
      const second = Math.exp(b * scores[i]!)
      const first = target[i]! * (second / mean)
      pairs[2 * i] = weight * (second - first)
      pairs[2 * i + 1] = weight * (b * second - a * first)
    }
  }
}

/** log(1 + e^s) − y s: g = p − y, h = p (1 − p). */
function logistic({ target, weights }: Labels): Gradients {
  return (scores, pairs) => {
    for (let i = 0; i < target.length; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      const p = 1 / (1 + Math.exp(-scores[i]!))
      pairs[2 * i] = weight * (p - target[i]!)
      pairs[2 * i + 1] = weight * p * (1 - p)
    }
  }
}

/** Pinball loss: g = 1 − τ above the target, −τ below it; the hessian stands for the weight. */
function quantile(labels: Labels, levels: readonly number[], shared: boolean): Objective {
  const outputs = levels.length
  const gradients = shared ? projected(labels, levels) : onePerLevel(labels, levels)
  return {
    outputs,
    treesPerRound: shared ? 1 : outputs,
    start: () => Float64Array.from(levels, (level) => quantileOfTarget(labels, level)),
    gradients,
    renewLevels: levels,
  }
}

function quantileOfTarget({ rows, target, weights }: Labels, level: number): number {
  if (weights === undefined) return quantileOf(target.slice(), rows, level)
  return weightedQuantile(target.slice(), weights.slice(), rows, level)
}

function onePerLevel({ target, weights }: Labels, levels: readonly number[]): Gradients {
  const outputs = levels.length
  return (scores, pairs, output) => {
    const level = levels[output]!
    for (let i = 0; i < target.length; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      const above = scores[i * outputs + output]! > target[i]!
      pairs[2 * i] = weight * (above ? 1 - level : -level)
      pairs[2 * i + 1] = weight
    }
  }
}

/**
 * One tree for all levels: its structure comes from a projection of the levels' gradients on one
 * direction, which changes from round to round (SketchBoost, Iosipoi & Vakhrushev 2022). Directions
 * are cosines over the levels: all together (location), lower against upper (spread), and so on.
 */
function projected({ target, weights }: Labels, levels: readonly number[]): Gradients {
  const outputs = levels.length
  return (scores, pairs, _tree, round) => {
    const direction = directionOf(outputs, round)
    for (let i = 0, s = 0; i < target.length; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      const y = target[i]!
      let g = 0
      for (let k = 0; k < outputs; k++, s++) {
        g += direction[k]! * (scores[s]! > y ? 1 - levels[k]! : -levels[k]!)
      }
      pairs[2 * i] = weight * g
      pairs[2 * i + 1] = weight
    }
  }
}

/** Location, spread, the middle against the tails, in turn. */
const DIRECTIONS = [0, 1, 2]

function directionOf(outputs: number, round: number): Float64Array {
  const order = Math.min(outputs - 1, DIRECTIONS[round % DIRECTIONS.length]!)
  return Float64Array.from({ length: outputs }, (_, k) =>
    Math.cos((Math.PI * order * (k + 0.5)) / outputs),
  )
}
