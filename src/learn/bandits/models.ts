import {
  type LinearPosterior,
  linearPosterior,
  type PosteriorOptions,
  type PosteriorState,
} from './posterior.ts'
import type { Situation } from './types.ts'

/** One posterior over the features for all actions, or one for each ("disjoint", Li et al. 2010). */
export type Sharing = 'shared' | 'disjoint'

/** The posteriors of a linear bandit. */
export interface Models {
  of(action: number): LinearPosterior
  known(): readonly (readonly [action: number, posterior: LinearPosterior])[]
}

/** Posteriors that are made as actions first come up. */
export function modelsOf(
  sharing: Sharing,
  options: PosteriorOptions,
  saved: ReadonlyMap<number, PosteriorState> = new Map(),
): Models {
  const posteriors = new Map<number, LinearPosterior>()
  for (const [action, state] of saved) posteriors.set(action, linearPosterior(options, state))
  return {
    of(action) {
      const key = sharing === 'shared' ? 0 : action
      const known = posteriors.get(key)
      if (known !== undefined) return known
      const made = linearPosterior(options)
      posteriors.set(key, made)
      return made
    },
    known: () => [...posteriors].sort(([a], [b]) => a - b),
  }
}

/** Scores of the rows of a situation as a joint normal: N(means, F Fᵀ). */
export interface Scores {
  readonly means: Float64Array
  /** Standard deviation of each mean. */
  readonly deviations: Float64Array
  /** rows × rank. */
  readonly factor: Float64Array
}

/** Posterior of the linear scores of a situation; rows of separate models are independent. */
export function scoresOf(
  models: Models,
  sharing: Sharing,
  situation: Situation,
  dimension: number,
): Scores {
  const rows = situation.actions.length
  const means = new Float64Array(rows)
  const deviations = new Float64Array(rows)
  const factor = new Float64Array(rows * (sharing === 'shared' ? dimension : rows))
  const rank = factor.length / rows
  const whitened = sharing === 'shared' ? models.of(0).whiten(situation.features, rows) : undefined
  for (let i = 0; i < rows; i++) {
    const model = models.of(situation.actions[i]!)
    const row = situation.features.subarray(i * dimension, (i + 1) * dimension)
    const half = whitened?.subarray(i * dimension, (i + 1) * dimension) ?? model.whiten(row, 1)
    const noise = model.noise()
    means[i] = dot(row, model.mean())
    deviations[i] = noise * Math.sqrt(dot(half, half))
    if (whitened === undefined) factor[i * rank + i] = deviations[i]!
    else for (let k = 0; k < rank; k++) factor[i * rank + k] = noise * half[k]!
  }
  return { means, deviations, factor }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
