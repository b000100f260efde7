import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Forecaster } from '../forecaster.ts'

/** Truth of a made-up panel: the mean of series i in a bucket. */
export type Truth = (series: number, bucket: number) => number

/** Daily counts around a truth, with normal noise of a share of it; not below zero. */
export function panelAround(
  truth: Truth,
  series: number,
  length: number,
  noise: number,
  seed: string,
): Panel {
  const random = createRandom(seed)
  const values = new Float64Array(series * length)
  for (let i = 0; i < series; i++) {
    for (let t = 0; t < length; t++) {
      const mean = truth(i, t)
      values[i * length + t] = Math.max(0, mean * (1 + noise * random.normal()))
    }
  }
  return {
    ids: Array.from({ length: series }, (_, i) => `s${i}`),
    buckets: { frequency: 'D' },
    firstBucket: new Int32Array(series),
    offsets: Int32Array.from({ length: series + 1 }, (_, i) => i * length),
    values,
  }
}

const NORMAL: Readonly<Record<number, number>> = {
  0.05: -1.645,
  0.1: -1.282,
  0.25: -0.674,
  0.5: 0,
  0.75: 0.674,
  0.9: 1.282,
  0.95: 1.645,
}

/** A forecaster that knows the truth, times `bias`, with a spread of `noise` of it. */
export function oracle(name: string, truth: Truth, noise: number, bias = 1): Forecaster {
  return {
    name,
    fit: (panel) => ({
      predict: (origin, horizon, levels) => oracleForecast(panel, origin, horizon, levels),
    }),
  }

  function oracleForecast(
    { ids, buckets }: Panel,
    origin: number,
    horizon: number,
    levels: Float64Array,
  ): QuantileForecast {
    const mean = new Float64Array(ids.length * horizon)
    const quantiles = new Float64Array(mean.length * levels.length)
    for (let at = 0; at < mean.length; at++) {
      const series = Number(ids[Math.floor(at / horizon)]!.slice(1))
      const m = bias * truth(series, origin + (at % horizon))
      mean[at] = m
      levels.forEach((level, l) => {
        quantiles[at * levels.length + l] = Math.max(0, m * (1 + noise * (NORMAL[level] ?? 0)))
      })
    }
    return { ids, buckets, origin, horizon, levels, mean, quantiles }
  }
}
