import type { QuantileForecast } from '../../core/panel.ts'

/** Weights of members by segment (segments × members) for quantiles and for means. */
export interface BlendWeights {
  readonly quantiles: Float64Array
  readonly means: Float64Array
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
 * Forecasts with the numbers of the first put where a later one says nothing finite, so that one
 * member's fault does not reach the whole.
 */
export function patched<Part extends QuantileForecast | undefined>(
  forecasts: readonly Part[],
): readonly Part[] {
  const floor = forecasts[0]!
  const size = floor.levels.length
  return forecasts.map((forecast, m) => {
    if (m === 0 || forecast === undefined || allFinite(forecast)) return forecast
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
  return mean.every(Number.isFinite) && quantiles.every(Number.isFinite)
}
