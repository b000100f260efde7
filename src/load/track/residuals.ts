import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import type { LoadForecast } from '../types.ts'
import { falseAlarms } from './knobs.ts'

/** A forecast as tracking needs it; `quantile_paths` and forecasters give it. */
export type TrackedForecast = Pick<
  LoadForecast,
  'axis' | 'mean' | 'quantile' | 'pathCount' | 'path'
>

/** Two statistics of the deviation of load from its forecast, minute by minute. */
export interface Deviation {
  /**
   * Standardised deviation of the last minutes, exponentially weighted (EWMA chart; Roberts 1959): how far
   * above and how far below, 0 at the least. A CUSUM was tried: a level that is off all day, as levels
   * are, adds up to more than any sudden doubling.
   */
  readonly above: number
  readonly below: number
  /** Change of the deviation against the last minutes, in its own standard deviations, signed. */
  readonly edge: number
}

/** Follows one course of load. */
export interface DeviationMeter {
  /** The deviation with step t's load; NaN leaves it as it was. */
  read(t: number, load: number): Deviation
}

/** What a forecast says of deviations: middle and spread of the logarithm, and how it moves. */
export interface NullModel {
  readonly forecast: TrackedForecast
  /** [courses × count] the courses of the forecast. */
  readonly courses: Float32Array
  /** [count] log of the median. */
  readonly middle: Float64Array
  /** [count] standard deviation of the log. */
  readonly spread: Float64Array
  /** Typical size of the change of the deviation from one step to the next few. */
  readonly edgeSize: number
  /** Bounds that courses of the forecast itself pass as rarely as the knob says. */
  readonly bounds: { readonly above: number; readonly below: number; readonly edge: number }
  readonly days: number
}

/** No single minute counts for more than this: one bad minute is an edge, not a level. */
const MOST_A_MINUTE = 8
/** Share of the newest minute in the weighted deviation. */
const BAND_SHARE = 0.12
const EDGE_MEMORY = 0.35
const LEAST_SPREAD = 0.01
/** Share of the false alarms that each of the three bounds may raise. */
const BOUNDS = 3
const NORMAL_90 = 1.2816

/** log(load + 1): one request more or less never matters. */
export function logLoad(load: number): number {
  return Math.log(Math.max(0, load) + 1)
}

/**
 * Learns from the courses of the forecast itself how far nothing unusual strays, and sets bounds that a
 * day of them passes with the chance that the knob load.track-false-alarms allows: minutes hang
 * together, so that no table of independent minutes would be right.
 */
export function learnNull(forecast: TrackedForecast, settings: KnobSettings = {}): NullModel {
  const { axis, pathCount } = forecast
  const middle = forecast.quantile(0.5).map(logLoad)
  const high = forecast.quantile(0.9)
  const low = forecast.quantile(0.1)
  const spread = middle.map((_, t) =>
    Math.max(LEAST_SPREAD, (logLoad(high[t]!) - logLoad(low[t]!)) / (2 * NORMAL_90)),
  )
  const days = (axis.count * axis.stepMs) / 86_400_000
  const rate = readKnob(falseAlarms, settings)
  const chance = 1 - Math.exp((-rate * days) / BOUNDS)
  const courses = new Float32Array(pathCount * axis.count)
  const path = new Float64Array(axis.count)
  for (let i = 0; i < pathCount; i++) courses.set(forecast.path(i, path), i * axis.count)
  const bounds = { above: 0, below: 0, edge: 0 }
  const loose = { forecast, courses, middle, spread, edgeSize: 1, bounds, days }
  const sizes: number[] = []
  walkCourses(loose, Math.min(pathCount, 60), (_, t, { edge }) => {
    if (t > 10) sizes.push(Math.abs(edge))
  })
  // The median size of a normal deviation is 0.6745 of its standard deviation.
  const edgeSize = Math.max(1e-6, sortedQuantile(Float64Array.from(sizes).sort(), 0.5) / 0.6745)
  const sized = { ...loose, edgeSize }
  const tops = {
    above: new Float64Array(pathCount),
    below: new Float64Array(pathCount),
    edge: new Float64Array(pathCount),
  }
  walkCourses(sized, pathCount, (i, _, { above, below, edge }) => {
    tops.above[i] = Math.max(tops.above[i]!, above)
    tops.below[i] = Math.max(tops.below[i]!, below)
    tops.edge[i] = Math.max(tops.edge[i]!, Math.abs(edge))
  })
  const bound = (list: Float64Array) =>
    Math.max(1e-9, sortedQuantile(list.sort(), 1 - Math.min(0.9, chance)))
  return {
    ...sized,
    bounds: {
      above: bound(tops.above),
      below: bound(tops.below),
      edge: Math.max(4, bound(tops.edge)),
    },
  }
}

/** Meters the first `count` courses of a forecast as if they were load. */
function walkCourses(
  model: NullModel,
  count: number,
  each: (course: number, t: number, deviation: Deviation) => void,
): void {
  const steps = model.forecast.axis.count
  for (let i = 0; i < count; i++) {
    const meter = createMeter(model)
    for (let t = 0; t < steps; t++) each(i, t, meter.read(t, model.courses[i * steps + t]!))
  }
}

/** Typical sizes of this many last changes stand against the forecast's own. */
const RECENT = 240

/** A meter at the start of the forecast. */
export function createMeter({ middle, spread, edgeSize }: NullModel): DeviationMeter {
  let band = 0
  let slow = Number.NaN
  const recent: number[] = []
  let size = edgeSize
  let last: Deviation = { above: 0, below: 0, edge: 0 }
  return {
    read(t, load) {
      if (Number.isNaN(load)) return last
      const deviation = logLoad(load) - middle[t]!
      const z = Math.max(-MOST_A_MINUTE, Math.min(MOST_A_MINUTE, deviation / spread[t]!))
      band += BAND_SHARE * (z - band)
      const change = Number.isNaN(slow) ? 0 : deviation - slow
      slow = Number.isNaN(slow) ? deviation : slow + EDGE_MEMORY * change
      recent.push(Math.abs(change))
      if (recent.length > RECENT) recent.shift()
      // Load that is noisier than its forecast knew must not raise an alarm a minute.
      if (recent.length % 30 === 0 || recent.length === RECENT) {
        if (t % 30 === 0) size = Math.max(edgeSize, middleOf(recent) / 0.6745)
      }
      last = { above: Math.max(0, band), below: Math.max(0, -band), edge: change / size }
      return last
    },
  }
}

function middleOf(values: readonly number[]): number {
  return sortedQuantile(Float64Array.from(values).sort(), 0.5)
}
