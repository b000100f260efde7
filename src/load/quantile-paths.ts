import { normalCdf } from '../core/distributions/normal.ts'
import { requireArgument } from '../core/errors.ts'
import { interpolateQuantile, requireLevels } from '../core/quantiles.ts'
import { createRandom } from '../core/random/random.ts'
import type { LoadAxis, LoadForecast } from './types.ts'

/** Quantiles of each step, without the courses behind them. */
export interface StepQuantiles {
  readonly axis: LoadAxis
  /** [count] */
  readonly mean: Float64Array
  /** Rising, between 0 and 1. */
  readonly levels: readonly number[]
  /** [levels] of [count] */
  readonly quantiles: readonly Float64Array[]
  /** Correlation of neighbouring steps, 0 to 1. */
  readonly persistence: number
  /** How many courses may be drawn. */
  readonly paths: number
  readonly seed: number
}

/** Courses drawn from quantiles; no parts. */
export type QuantilePaths = Pick<LoadForecast, 'axis' | 'mean' | 'quantile' | 'pathCount' | 'path'>

/** Share of the deviation that lasts over the whole range: the level being wrong. */
const LASTING = 0.5

/**
 * Courses whose steps have the given quantiles and hang together by a Gaussian copula: half of the
 * variance is one number a course (the level may be wrong throughout), half is autoregressive with the
 * given persistence. The same index gives the same course. Throws ERR_ARGUMENT on levels or numbers
 * that do not fit.
 */
export function quantilePaths(known: StepQuantiles): QuantilePaths {
  const { axis, mean, levels, quantiles, persistence, paths, seed } = known
  requireLevels(levels)
  requireArgument(
    persistence >= 0 && persistence < 1,
    `persistence: ${persistence} is not in [0, 1)`,
  )
  requireArgument(quantiles.length === levels.length, 'quantiles: not one list a level')
  const packed = packSteps(axis.count, quantiles)
  const at = (t: number, u: number) => interpolateQuantile(packed, t * levels.length, levels, u, 0)
  const fresh = Math.sqrt(1 - persistence * persistence)
  return {
    axis,
    mean,
    pathCount: paths,
    quantile: (level) => Float64Array.from({ length: axis.count }, (_, t) => at(t, level)),
    path(index, into) {
      const random = createRandom(`course ${seed} ${index}`)
      const level = Math.sqrt(LASTING) * random.normal()
      let moving = random.normal()
      for (let t = 0; t < axis.count; t++) {
        into[t] = at(t, normalCdf(level + Math.sqrt(1 - LASTING) * moving))
        moving = persistence * moving + fresh * random.normal()
      }
      return into
    },
  }
}

/** [count × levels], crossings sorted away. */
function packSteps(count: number, quantiles: readonly Float64Array[]): Float64Array {
  const packed = new Float64Array(count * quantiles.length)
  for (let t = 0; t < count; t++) {
    const sorted = quantiles.map((list) => list[t]!).sort((a, b) => a - b)
    packed.set(sorted, t * quantiles.length)
  }
  return packed
}
