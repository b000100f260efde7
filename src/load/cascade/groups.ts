import { requireArgument } from '../../core/errors.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import { reconcile } from '../../learn/index.ts'
import type { LoadAxis, LoadForecast, LoadPart } from '../types.ts'

/** Series of one grain and the sums over them that are forecast too. */
export interface GroupRequest {
  /** A forecast a series (service × region), all on one axis. */
  readonly series: readonly LoadForecast[]
  /** Which series make which sums; series are its bottom. */
  readonly hierarchy: reconcile.Hierarchy
  /** A forecast an aggregate of the hierarchy, on the same axis. */
  readonly sums: readonly LoadForecast[]
  /** Errors of all nodes on past steps (aggregates, then series), as learn/reconcile takes them. */
  readonly covariance: reconcile.ErrorCovariance
}

/** Services and the whole in agreement. */
export interface Groups {
  /** Sums as their own forecasts and their series agree on; [aggregates]. */
  readonly sums: readonly LoadForecast[]
  readonly series: readonly LoadForecast[]
  /**
   * By what every series is scaled in each step, for one course (index) or the mean (−1): [series] of
   * [steps]. Finer grains of a series take the factor of the step that they lie in.
   */
  factors(index: number): readonly Float64Array[]
}

/**
 * Makes services, regions and the whole agree, course by course, by minimum trace (learn/reconcile). One
 * course of all series is in memory at a time, and of the sums their quantiles' courses: how many
 * series there are costs time, not memory.
 */
export function agreeGroups(request: GroupRequest): Groups {
  const { series, hierarchy, sums } = request
  requireShape(request)
  const { axis } = sums[0]!
  const reconciler = reconcile.minTrace(hierarchy, request.covariance, {
    nonNegative: true,
    keepGain: hierarchy.aggregates <= 50,
  })
  const nodes = [...sums, ...series]
  const { mean, own, course, count } = movedNodes(nodes, axis, reconciler)
  const quantiles = sumQuantiles(sums.length, axis, count, course)
  const made = nodes.map((node, at) => {
    const quantileOf = at < sums.length ? quantiles(at) : undefined
    return agreedNode(node, mean[at]!, count, (index) => course(index)[at]!, quantileOf)
  })
  return {
    sums: made.slice(0, sums.length),
    series: made.slice(sums.length),
    factors(index) {
      const after = index < 0 ? mean : course(index)
      return series.map((forecast, s) => {
        const before = index < 0 ? forecast.mean : own[sums.length + s]!
        return after[sums.length + s]!.map((v, t) => (before[t]! > 0 ? v / before[t]! : 1))
      })
    },
  }
}

/** Means and courses of all nodes, reconciled step by step; the last course asked for is kept. */
function movedNodes(
  nodes: readonly LoadForecast[],
  axis: LoadAxis,
  reconciler: reconcile.Reconciler,
) {
  const empty = () => nodes.map(() => new Float64Array(axis.count))
  const [own, moved, mean] = [empty(), empty(), empty()]
  const move = (from: readonly Float64Array[], to: readonly Float64Array[]) => {
    for (let t = 0; t < axis.count; t++) {
      const agreed = reconciler.reconcile(Float64Array.from(from, (values) => values[t]!))
      for (const [node, values] of to.entries()) values[t] = agreed[node]!
    }
  }
  move(
    nodes.map((node) => node.mean),
    mean,
  )
  let kept = -1
  const course = (index: number): readonly Float64Array[] => {
    if (index === kept) return moved
    for (const [node, forecast] of nodes.entries()) forecast.path(index, own[node]!)
    move(own, moved)
    kept = index
    return moved
  }
  return { mean, own, course, count: Math.min(...nodes.map(({ pathCount }) => pathCount)) }
}

function requireShape({ series, hierarchy, sums }: GroupRequest): void {
  requireArgument(
    series.length === hierarchy.bottom && sums.length === hierarchy.aggregates,
    `agreeGroups: ${series.length} series and ${sums.length} sums for ${hierarchy.bottom} and ${hierarchy.aggregates} nodes`,
  )
  const { startMs, count } = sums[0]!.axis
  const odd = [...sums, ...series].find(
    ({ axis }) => axis.startMs !== startMs || axis.count !== count,
  )
  requireArgument(odd === undefined, 'agreeGroups: forecasts are not on one axis')
}

/** Quantiles of sums from their courses; all sums are read in one pass, when one is first asked for. */
function sumQuantiles(
  sums: number,
  axis: LoadAxis,
  count: number,
  course: (index: number) => readonly Float64Array[],
): (at: number) => (level: number) => Float64Array {
  let sorted: Float32Array[][] | undefined
  const read = () => {
    const all = Array.from({ length: sums }, () =>
      Array.from({ length: axis.count }, () => new Float32Array(count)),
    )
    for (let i = 0; i < count; i++) {
      const values = course(i)
      all.forEach((steps, a) => {
        for (let t = 0; t < axis.count; t++) steps[t]![i] = values[a]![t]!
      })
    }
    for (const steps of all) for (const own of steps) own.sort()
    return all
  }
  return (at) => (level) => {
    sorted ??= read()
    return Float64Array.from(sorted[at]!, (own) => sortedQuantile(own, level))
  }
}

function agreedNode(
  own: LoadForecast,
  mean: Float64Array,
  count: number,
  course: (index: number) => Float64Array,
  quantileOf: ((level: number) => Float64Array) | undefined,
): LoadForecast {
  const ratio = (t: number) => (own.mean[t]! > 0 ? mean[t]! / own.mean[t]! : 1)
  return {
    axis: own.axis,
    mean,
    pathCount: count,
    quantile(level) {
      requireArgument(level > 0 && level < 1, `quantile: ${level} is not between 0 and 1`)
      return quantileOf?.(level) ?? own.quantile(level).map((v, t) => v * ratio(t))
    },
    path(index, into) {
      requireArgument(index >= 0 && index < count, `path: there is no path ${index}`)
      into.set(course(index))
      return into
    },
    parts: () => scaleParts(own.parts(), ratio),
  }
}

function scaleParts(parts: readonly LoadPart[], ratio: (t: number) => number): readonly LoadPart[] {
  return parts.map((part) => ({ ...part, values: part.values.map((v, t) => v * ratio(t)) }))
}

/**
 * A finer forecast scaled by factors of coarser steps: `factors(index)` gives those of a course, −1 those
 * of the mean. Steps outside the coarser ones stay as they are.
 */
export function scaledBy(
  fine: LoadForecast,
  coarse: LoadAxis,
  factors: (index: number) => Float64Array,
): LoadForecast {
  const { startMs, stepMs, count } = fine.axis
  const at = Int32Array.from({ length: count }, (_, t) =>
    Math.floor((startMs + t * stepMs - coarse.startMs) / coarse.stepMs),
  )
  const ofMean = factors(-1)
  const factor = (own: Float64Array, t: number) => own[at[t]!] ?? 1
  return {
    axis: fine.axis,
    mean: fine.mean.map((v, t) => v * factor(ofMean, t)),
    pathCount: fine.pathCount,
    quantile: (level) => fine.quantile(level).map((v, t) => v * factor(ofMean, t)),
    path(index, into) {
      const own = factors(index)
      fine.path(index, into)
      for (let t = 0; t < count; t++) into[t]! *= factor(own, t)
      return into
    },
    parts: () => scaleParts(fine.parts(), (t) => factor(ofMean, t)),
  }
}

/**
 * The sum of forecasts on one axis, course by course; memory is that of two courses, and of the quantiles'
 * courses once a quantile is asked for.
 */
export function sumOfForecasts(parts: readonly LoadForecast[]): LoadForecast {
  requireArgument(parts.length > 0, 'sumOfForecasts: there is nothing to add up')
  const { axis } = parts[0]!
  const count = Math.min(...parts.map(({ pathCount }) => pathCount))
  const scratch = new Float64Array(axis.count)
  const path = (index: number, into: Float64Array) => {
    into.fill(0)
    for (const part of parts) {
      part.path(index, scratch)
      for (let t = 0; t < axis.count; t++) into[t]! += scratch[t]!
    }
    return into
  }
  const whole = new Float64Array(axis.count)
  const read = sumQuantiles(1, axis, count, (index) => [path(index, whole)])(0)
  const mean = new Float64Array(axis.count)
  for (const part of parts) for (let t = 0; t < axis.count; t++) mean[t]! += part.mean[t]!
  return { axis, mean, pathCount: count, quantile: read, path, parts: () => addParts(parts) }
}

function addParts(forecasts: readonly LoadForecast[]): readonly LoadPart[] {
  const sums = new Map<string, LoadPart>()
  for (const forecast of forecasts) {
    for (const part of forecast.parts()) {
      const known = sums.get(part.name)
      const values =
        known === undefined ? part.values : part.values.map((v, t) => v + known.values[t]!)
      sums.set(part.name, { ...part, values })
    }
  }
  return [...sums.values()]
}
