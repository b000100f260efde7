import type { QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { reconcile } from '../../learn/index.ts'
import type { NodeErrors } from './errors.ts'
import { marginSampler } from './margin-samples.ts'

/** How sample paths are drawn. */
export interface PathOptions {
  readonly samples: number
  readonly seed: string | number
}

/** Sample paths of the aggregates: what their members add up to, and what they are on their own. */
export interface SumPaths {
  readonly samples: number
  /** aggregates × horizon × samples. */
  readonly sums: Float64Array
  /** The same of the aggregates' own forecasts; undefined where they were not asked for. */
  readonly own: Float64Array | undefined
}

/**
 * Draws sample paths of all bottom series, with the margins of their quantiles and the order of past
 * errors, and adds them up by aggregate. One series is drawn at a time, so memory is that of the
 * aggregates. `aggregates` are forecast on their own as well where it is given.
 */
export function drawSums(
  hierarchy: reconcile.Hierarchy,
  bottom: QuantileForecast,
  aggregates: QuantileForecast | undefined,
  past: NodeErrors,
  { samples, seed }: PathOptions,
): SumPaths {
  const { horizon } = bottom
  const plan = reconcile.planPaths(past.windows, horizon, samples, `paths/${seed}`)
  const random = createRandom(`paths/${seed}`)
  const draw = pathDrawer(bottom, samples)
  const ranks = new Int32Array(horizon * samples)
  const rankOf = (node: number) =>
    reconcile.pathRanks(plan, past.errors, node * past.points, random.split(node), ranks)
  const sums = new Float64Array(hierarchy.aggregates * horizon * samples)
  const owners = ownersOf(hierarchy)
  for (let i = 0; i < hierarchy.bottom; i++) {
    if (owners[i]!.length === 0) continue
    rankOf(hierarchy.aggregates + i)
    draw(bottom, i, ranks, sums, owners[i]!)
  }
  if (aggregates === undefined) return { samples, sums, own: undefined }
  const own = new Float64Array(sums.length)
  for (let a = 0; a < hierarchy.aggregates; a++) {
    rankOf(a)
    draw(aggregates, a, ranks, own, [a])
  }
  return { samples, sums, own }
}

/** The aggregates that each bottom series belongs to. */
function ownersOf({ bottom, aggregates, start, member }: reconcile.Hierarchy): number[][] {
  const owners: number[][] = Array.from({ length: bottom }, () => [])
  for (let a = 0; a < aggregates; a++) {
    for (let k = start[a]!; k < start[a + 1]!; k++) owners[member[k]!]!.push(a)
  }
  return owners
}

/** Adds the path of series `i` of a forecast, by the ranks, to those of the nodes `to` of `into`. */
function pathDrawer({ horizon, levels }: QuantileForecast, samples: number) {
  const sample = marginSampler(levels, samples)
  const values = new Float64Array(samples)
  return (
    { mean, quantiles }: QuantileForecast,
    i: number,
    ranks: Int32Array,
    into: Float64Array,
    to: readonly number[],
  ): void => {
    for (let h = 0; h < horizon; h++) {
      const at = i * horizon + h
      if (mean[at] === 0 && quantiles[(at + 1) * levels.length - 1] === 0) continue
      sample(quantiles, at * levels.length, mean[at]!, values)
      for (const node of to) {
        const from = (node * horizon + h) * samples
        for (let s = 0; s < samples; s++) into[from + s]! += values[ranks[h * samples + s]!]!
      }
    }
  }
}
