import type { QuantileForecast } from '../../core/panel.ts'

/**
 * The weighted mean of members' means and quantiles, level by level: row segment[i] of `weights`
 * (segments × members) for series i. Members of no weight anywhere may be absent.
 */
export function blend(
  forecasts: readonly (QuantileForecast | undefined)[],
  weights: Float64Array,
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
      const w = weights[segment[i]! * members + m]!
      if (w === 0) continue
      for (let k = i * horizon; k < (i + 1) * horizon; k++) mean[k]! += w * forecast.mean[k]!
      for (let k = i * step; k < (i + 1) * step; k++) quantiles[k]! += w * forecast.quantiles[k]!
    }
  })
  return { ...shape, mean, quantiles }
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
