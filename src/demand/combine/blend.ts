import type { QuantileForecast } from '../../core/panel.ts'
import { MEANS, NOTHING, QUANTILES, type Wanted } from '../wanted.ts'

/** Weights of members by segment (segments × members) for quantiles and for means. */
export interface BlendWeights {
  readonly quantiles: Float64Array
  readonly means: Float64Array
}

/**
 * The weights among the members that are there: what an absent one would weigh goes to the first, so
 * that rows still sum to one. A series may come into a segment that had no series when members were
 * fitted.
 */
export function weightsOfPresent(
  { quantiles, means }: BlendWeights,
  present: readonly boolean[],
): BlendWeights {
  if (present.every(Boolean)) return { quantiles, means }
  const kept = (weights: Float64Array) => {
    const moved = weights.slice()
    for (let at = 0; at < moved.length; at++) {
      const m = at % present.length
      if (present[m]) continue
      moved[at - m]! += moved[at]!
      moved[at] = 0
    }
    return moved
  }
  return { quantiles: kept(quantiles), means: kept(means) }
}

/** What the blend reads of member `m`, by series. */
export function wantedOf(
  { quantiles, means }: BlendWeights,
  members: number,
  m: number,
  segment: Int32Array,
): Wanted {
  return Uint8Array.from(segment, (s) => {
    const place = s * members + m
    return quantiles[place] !== 0 ? QUANTILES : means[place] !== 0 ? MEANS : NOTHING
  })
}

/**
 * The weighted mean of members' means, and of their quantiles level by level: row segment[i] of the
 * weights for series i. Members of no weight anywhere may be absent.
 */
export function blend(
  forecasts: readonly (QuantileForecast | undefined)[],
  weights: BlendWeights,
  segment: Int32Array,
): QuantileForecast {
  const members = forecasts.length
  const shape = forecasts.find((forecast) => forecast !== undefined)!
  const { horizon, levels } = shape
  const mean = new Float64Array(shape.mean.length)
  const quantiles = new Float64Array(shape.quantiles.length)
  const step = horizon * levels.length
  forecasts.forEach((forecast, m) => {
    if (forecast === undefined) return
    for (let i = 0; i < segment.length; i++) {
      const place = segment[i]! * members + m
      addScaled(mean, forecast.mean, weights.means[place]!, i * horizon, (i + 1) * horizon)
      addScaled(quantiles, forecast.quantiles, weights.quantiles[place]!, i * step, (i + 1) * step)
    }
  })
  return { ...shape, mean, quantiles }
}

function addScaled(
  sum: Float64Array,
  values: Float64Array,
  w: number,
  from: number,
  to: number,
): void {
  if (w === 0) return
  for (let k = from; k < to; k++) sum[k]! += w * values[k]!
}

/** Means and quantiles times `factor`, in place. */
export function scaleForecast(forecast: QuantileForecast, factor: number): void {
  if (factor === 1) return
  const { mean, quantiles } = forecast
  for (let k = 0; k < mean.length; k++) mean[k]! *= factor
  for (let k = 0; k < quantiles.length; k++) quantiles[k]! *= factor
}

/**
 * Forecasts with the numbers of the floor put where one after the first says nothing finite, so that
 * one member's fault does not reach the whole. The floor, by default the first, is asked for only then.
 */
export function patched<Part extends QuantileForecast | undefined>(
  forecasts: readonly Part[],
  floorOf: () => QuantileForecast = () => forecasts[0]!,
): readonly Part[] {
  return forecasts.map((forecast, m) => {
    if (m === 0 || forecast === undefined || allFinite(forecast)) return forecast
    const floor = floorOf()
    const size = floor.levels.length
    const mean = forecast.mean.slice()
    const quantiles = forecast.quantiles.slice()
    for (let at = 0; at < mean.length; at++) {
      const own = quantiles.subarray(at * size, (at + 1) * size)
      if (Number.isFinite(mean[at]!) && own.every(Number.isFinite)) continue
      mean[at] = floor.mean[at]!
      own.set(floor.quantiles.subarray(at * size, (at + 1) * size))
    }
    return { ...forecast, mean, quantiles }
  })
}

function allFinite({ mean, quantiles }: QuantileForecast): boolean {
  return areFinite(mean) && areFinite(quantiles)
}

/** Zero times a number is not zero where the number is not finite. */
function areFinite(values: Float64Array): boolean {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += 0 * values[k]!
  return sum === 0
}
