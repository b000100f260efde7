import { buildForecastNet, QUANTILES } from './models/forecast-net.ts'
import { spacedForks } from './models/shape.ts'
import type { PreparedSet } from './series/prepare.ts'
import { createForkView, plainForecast, viewFork } from './series/reference.ts'
import { createWindowWriter } from './series/windows.ts'
import type { TrainedNet } from './training/train.ts'

/** Quantiles of every series from any origin. */
export interface NetForecast {
  /**
   * Quantiles of series `i` in the steps [origin, origin + horizon) at the net's levels, into
   * `into` (series × horizon × levels), in the data's own units. Reads nothing from `origin` on.
   */
  predict(origin: number, into: Float64Array): void
}

/** Samples at once. */
const BATCH = 128

/** Runs a trained net over `prepared`; only the steps that the last hidden state sees are computed. */
export function createNetForecast(prepared: PreparedSet, trained: TrainedNet): NetForecast {
  const { shape, squeeze, parameters } = trained
  const plan = spacedForks(shape, 1, 1)
  const count = prepared.set.firstStep.length
  const batch = Math.max(1, Math.min(BATCH, count))
  const net = buildForecastNet(shape, plan, { batch, seed: 0, parts: 1, predictOnly: true })
  net.restoreParameters(parameters)
  const writer = createWindowWriter(prepared, shape, plan, net, squeeze)
  const size = shape.horizon * shape.levels.length
  return {
    predict(origin, into) {
      for (let from = 0; from < count; from += batch) {
        const samples = Math.min(batch, count - from)
        for (let s = 0; s < samples; s++) {
          writer.write(s, from + s, origin - prepared.set.firstStep[from + s]!)
        }
        net.forward(samples)
        const quantiles = net.output(QUANTILES)
        for (let s = 0; s < samples; s++) {
          const scale = writer.scales[s]!
          const at = (from + s) * size
          for (let k = 0; k < size; k++) into[at + k] = quantiles[s * size + k]! * scale
        }
      }
    },
  }
}

/** The plain forecasts of series i that the net corrects, `horizon` steps from `origin` on. */
export function plainForecasts(
  prepared: PreparedSet,
  i: number,
  origin: number,
  horizon: number,
): Float64Array {
  const view = createForkView(prepared)
  viewFork(prepared, view, i, origin - prepared.set.firstStep[i]!)
  return Float64Array.from({ length: horizon }, (_, k) => plainForecast(prepared, view, k + 1))
}
