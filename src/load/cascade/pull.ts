import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { endOfAxis, historyBefore } from '../axis.ts'
import { pastWindows } from '../choice/windows.ts'
import { forecastByMix } from '../choose.ts'
import type { LoadContext, LoadForecast } from '../types.ts'
import type { MadeGrain } from './cascade.ts'
import { coarserHistory } from './coarser.ts'
import { pullPrior } from './knobs.ts'

/** Past stretches on which the grains are compared. */
const WINDOWS = 2

/**
 * How much a coarse grain follows its own forecast rather than the sums of the finer: v_sum / (v_own +
 * v_sum), with the mean squared relative errors that both had on the same coarse steps of past
 * windows, and a prior of one half worth some steps.
 */
export function measurePull(
  coarse: MadeGrain,
  fine: MadeGrain,
  context: LoadContext,
  knobs: KnobSettings = {},
): number {
  const factor = coarse.history.axis.stepMs / fine.history.axis.stepMs
  const horizon = Math.max(1, Math.min(coarse.count, Math.floor(fine.count / factor)))
  const { values, axis } = coarse.history
  let own = 0
  let sum = 0
  let steps = 0
  for (const window of pastWindows(axis.count, 0, horizon, WINDOWS)) {
    const startMs = axis.startMs + window.start * axis.stepMs
    const a = pastForecast(coarse, startMs, window.count, context)
    const b = pastForecast(fine, startMs, window.count * factor, context)
    if (a === undefined || b === undefined) continue
    const sums = coarserHistory({ group: {}, axis: b.axis, values: b.mean }, factor)
    for (let k = 0; k < window.count; k++) {
      const actual = values[window.start + k]!
      if (!(actual > 0) || k >= sums.axis.count) continue
      own += (a.mean[k]! / actual - 1) ** 2
      sum += (sums.values[k]! / actual - 1) ** 2
      steps++
    }
  }
  if (steps === 0) return 0.5
  const prior = (readKnob(pullPrior, knobs) * (own + sum)) / (2 * steps)
  return own + sum > 0 ? (sum + prior) / (own + sum + 2 * prior) : 0.5
}

/** What a grain's chosen forecasters would have said at a past instant; undefined where they cannot. */
function pastForecast(
  made: MadeGrain,
  startMs: number,
  count: number,
  context: LoadContext,
): LoadForecast | undefined {
  const known = historyBefore(made.history, startMs)
  if (known.axis.count < 2 || endOfAxis(known.axis) > startMs) return undefined
  try {
    return forecastByMix(known, context, { startMs, count }, made.fit.decision, made.choose)
      .forecast
  } catch {
    // A grain that has nothing to say of its past steers nothing.
    return undefined
  }
}
