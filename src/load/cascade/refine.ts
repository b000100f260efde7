import { requireArgument } from '../../core/errors.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import { joinHistories, requireLoad, stepsAhead } from '../axis.ts'
import type {
  FittedLoad,
  ForecastRange,
  LoadContext,
  LoadForecast,
  LoadForecaster,
  LoadHistory,
  LoadPart,
} from '../types.ts'
import { alignDown, alignUp, coarserHistory } from './coarser.ts'
import { learnWithin, phaseOf, type Within } from './within.ts'

/**
 * A forecaster of short steps out of one of long steps: `inner` forecasts steps `factor` times as long,
 * and each of its courses is spread over the short steps as load was spread on past days at that time of
 * day. Short steps add up to long ones exactly, course by course, and the cost is that of the long
 * steps: this is how a thousand services get minutes for months.
 */
export function refined(inner: LoadForecaster, factor: number): LoadForecaster {
  return {
    name: `${inner.name} spread over ${factor}`,
    suits(history, context) {
      const coarse = coarserHistory(history, factor)
      return (
        coarse.axis.count > 0 && inner.suits(coarse, { ...context, ...seasonOf(context, factor) })
      )
    },
    fit(history, context) {
      requireLoad(history, context)
      const coarse = coarserHistory(history, factor)
      requireArgument(coarse.axis.count > 0, `refined: ${history.axis.count} steps are too few`)
      const fit = inner.fit(coarse, { ...context, ...seasonOf(context, factor) })
      return refinedFit(history, fit, coarse, factor)
    },
  }
}

function seasonOf({ season }: LoadContext, factor: number): { season?: number } {
  return season === undefined || season % factor !== 0 ? {} : { season: season / factor }
}

function refinedFit(
  history: LoadHistory,
  inner: FittedLoad,
  coarse: LoadHistory,
  factor: number,
): FittedLoad {
  const within = learnWithin(history, coarse, factor)
  return {
    notes: [...inner.notes, `steps within ${factor} of them follow past days at that time of day`],
    leftOut: inner.leftOut,
    forecast: (range) => refinedForecast(history, range, inner, within),
    extend(further) {
      const longer = joinHistories(history, further)
      const coarser = coarserHistory(longer, factor)
      const fresh = Math.round((coarser.axis.startMs - coarse.axis.startMs) / coarse.axis.stepMs)
      requireArgument(fresh === 0, 'refined: the further steps begin before the history')
      if (coarser.axis.count === coarse.axis.count) {
        return refinedFit(longer, inner, coarse, factor)
      }
      return refinedFit(longer, inner.extend(tail(coarser, coarse.axis.count)), coarser, factor)
    },
  }
}

function tail(history: LoadHistory, from: number): LoadHistory {
  const { startMs, stepMs, count } = history.axis
  const axis = { startMs: startMs + from * stepMs, stepMs, count: count - from }
  return { group: history.group, axis, values: history.values.subarray(from) }
}

/** Where a range lies among long steps. */
interface Lay {
  readonly within: Within
  /** Short steps of the first long one that lie before the range. */
  readonly skip: number
  readonly count: number
  /** Which long step of the day the first is. */
  readonly phase: number
}

function refinedForecast(
  { axis }: LoadHistory,
  range: ForecastRange,
  inner: FittedLoad,
  within: Within,
): LoadForecast {
  stepsAhead(axis, range)
  const { factor, perDay } = within
  const longMs = axis.stepMs * factor
  const startMs = alignDown(range.startMs, longMs)
  const endMs = alignUp(range.startMs + range.count * axis.stepMs, longMs)
  const coarse = inner.forecast({ startMs, count: Math.round((endMs - startMs) / longMs) })
  const skip = Math.round((range.startMs - startMs) / axis.stepMs)
  const lay = { within, skip, count: range.count, phase: phaseOf(startMs, longMs, 0, perDay) }
  const mean = spread(lay, coarse.mean, () => -1, new Float64Array(range.count))
  const scratch = new Float64Array(coarse.axis.count)
  let sorted: readonly Float32Array[] | undefined
  return {
    axis: { startMs: range.startMs, stepMs: axis.stepMs, count: range.count },
    mean,
    pathCount: coarse.pathCount,
    quantile(level) {
      requireArgument(level > 0 && level < 1, `quantile: ${level} is not between 0 and 1`)
      sorted ??= sortedCourses(coarse)
      return refinedQuantile(lay, sorted, level)
    },
    path(index, into) {
      coarse.path(index, scratch)
      return spread(lay, scratch, (day) => index * 31 + day * 17, into)
    },
    parts: () => refinedParts(lay, coarse),
  }
}

/**
 * Spreads long steps over the short ones of the range: straight course (as in within.ts) × row, scaled to
 * the long step.
 * `pick` names the past day of a day of the range whose rows are taken; below 0 the mean row.
 */
function spread(
  { within, skip, count, phase }: Lay,
  coarse: Float64Array,
  pick: (day: number) => number,
  into: Float64Array,
): Float64Array {
  const { factor, perDay, rows, start, ratios, mean } = within
  const shares = Float64Array.from({ length: factor }, (_, j) => (j + 0.5) / factor - 0.5)
  const half = factor >> 1
  const load = new Float64Array(factor)
  for (let b = 0, at = -skip; b < coarse.length; b++, at += factor) {
    const p = (phase + b) % perDay
    const day = pick(Math.floor((phase + b) / perDay))
    const table = day < 0 ? mean : ratios
    const row = (day < 0 ? p : start[p]! + (day % rows[p]!)) * factor
    const own = coarse[b]!
    const rise = b > 0 ? own - coarse[b - 1]! : 0
    const next = b + 1 < coarse.length ? coarse[b + 1]! - own : 0
    let sum = 0
    for (let j = 0; j < factor; j++) {
      const value = (own + shares[j]! * (j < half ? rise : next)) * table[row + j]!
      load[j] = value
      sum += value
    }
    const scale = sum > 0 ? own / sum : 0
    const from = Math.max(0, -at)
    const to = Math.min(factor, count - at)
    for (let j = from; j < to; j++) into[at + j] = load[j]! * scale
  }
  return into
}

/** [long steps] loads of all courses, sorted, so that any number of levels costs one pass. */
function sortedCourses(coarse: LoadForecast): readonly Float32Array[] {
  const { axis, pathCount } = coarse
  const steps = Array.from({ length: axis.count }, () => new Float32Array(pathCount))
  const path = new Float64Array(axis.count)
  for (let i = 0; i < pathCount; i++) {
    coarse.path(i, path)
    for (let b = 0; b < path.length; b++) steps[b]![i] = path[b]!
  }
  for (const own of steps) own.sort()
  return steps
}

/**
 * The spread of the long step and that of its rows are independent ups and downs: their distances from
 * the median in logs add by squares.
 */
function refinedQuantile(lay: Lay, sorted: readonly Float32Array[], level: number): Float64Array {
  const { within, skip, count, phase } = lay
  const median = Float64Array.from(sorted, (own) => sortedQuantile(own, 0.5))
  const outer = Float64Array.from(sorted, (own) => sortedQuantile(own, level))
  const into = spread(lay, median, () => -1, new Float64Array(count))
  const rowLogs = rowQuantiles(within, level)
  const sign = level < 0.5 ? -1 : 1
  const own = outer.map((v, b) => (v > 0 && median[b]! > 0 ? Math.log(v / median[b]!) : 0))
  for (let t = 0; t < count; t++) {
    const b = Math.floor((t + skip) / within.factor)
    const cell = ((phase + b) % within.perDay) * within.factor + ((t + skip) % within.factor)
    const log = Math.sqrt(own[b]! ** 2 + rowLogs[cell]! ** 2)
    const isNothing = sign < 0 && !(outer[b]! > 0)
    into[t] = isNothing ? 0 : into[t]! * Math.exp(sign * log)
  }
  return into
}

/** ln of a quantile of the rows over their mean, for each short step of the day, on the side of the level. */
function rowQuantiles(within: Within, level: number): Float64Array {
  const { factor, perDay, rows, start, ratios, mean } = within
  const logs = new Float64Array(perDay * factor)
  const own = new Float64Array(Math.max(...rows))
  for (let p = 0; p < perDay; p++) {
    const n = rows[p]!
    for (let j = 0; j < factor; j++) {
      for (let r = 0; r < n; r++) own[r] = ratios[(start[p]! + r) * factor + j]!
      const value = sortedQuantile(own.subarray(0, n).sort(), level)
      const middle = mean[p * factor + j]!
      const log = value > 0 && middle > 0 ? Math.log(value / middle) : level < 0.5 ? -3 : 0
      logs[p * factor + j] = level < 0.5 ? Math.max(0, -log) : Math.max(0, log)
    }
  }
  return logs
}

/** Parts of long steps, each spread as the mean is: they sum as they did. */
function refinedParts(lay: Lay, coarse: LoadForecast): readonly LoadPart[] {
  const { factor } = lay.within
  const mean = spread(lay, coarse.mean, () => -1, new Float64Array(lay.count))
  return coarse.parts().map((part) => ({
    ...part,
    values: mean.map((value, t) => {
      const b = Math.floor((t + lay.skip) / factor)
      return coarse.mean[b]! > 0
        ? (value * part.values[b]!) / coarse.mean[b]!
        : part.values[b]! / factor
    }),
  }))
}
