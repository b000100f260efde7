import type { cascade } from '../../load/index.ts'
import { pathQuantiles } from './path-quantiles.ts'
import { type KeptGrain, type KeptSeries, LOAD_LEVELS } from './series-task.ts'

/** A series or a sum of series, ready to be written. */
export interface LoadNode {
  readonly service: string
  readonly region: string
  readonly grains: readonly NodeGrain[]
}

export interface NodeGrain {
  readonly grain: cascade.Grain
  readonly startsMs: Float64Array
  readonly mean: Float64Array
  /** [levels] of [steps]. */
  readonly quantiles: readonly Float64Array[]
  /** [steps] the largest minute within each step, median and 95 %; NaN where minutes are not kept. */
  readonly peaks: readonly [q50: Float64Array, q95: Float64Array] | undefined
}

interface SumGrain {
  readonly startsMs: Float64Array
  readonly mean: Float64Array
  readonly paths: Float32Array
}

/** Adds up series as they come; courses with the same number belong together. */
export interface NodeSum {
  add(series: KeptSeries): void
  /** The whole; undefined where nothing was added. */
  node(service: string, region: string): LoadNode | undefined
}

const HOUR_MS = 3_600_000
/** Minutes are smoothed over five before a peak is read, as servers are for five minutes and more. */
const PEAK_MINUTES = 5

/** A sum of series, course by course, so that its quantiles are those of the sum. */
export function createNodeSum(): NodeSum {
  const sums = new Map<cascade.Grain, SumGrain>()
  let pathCount = Infinity
  return {
    add(series) {
      pathCount = Math.min(pathCount, series.pathCount)
      for (const own of series.grains) {
        const sum = sums.get(own.grain)
        if (sum === undefined) sums.set(own.grain, copyOf(own))
        else addTo(sum, own)
      }
    },
    node(service, region) {
      if (sums.size === 0) return undefined
      const minutes = sums.get('minute')
      const grains = [...sums].map(([grain, sum]) => ({
        ...{ grain, startsMs: sum.startsMs, mean: sum.mean },
        quantiles: pathQuantiles(sum.paths, sum.startsMs.length, pathCount, LOAD_LEVELS),
        peaks: peaksOf(grain, sum.startsMs, minutes, pathCount),
      }))
      return { service, region, grains }
    },
  }
}

/** One series as a node: its own quantiles, and the peaks of its courses. */
export function seriesNode(series: KeptSeries): LoadNode {
  const minutes = series.grains.find(({ grain }) => grain === 'minute')
  const { service, region, pathCount } = series
  const grains = series.grains.map(({ grain, startsMs, mean, quantiles }) => ({
    ...{ grain, startsMs, mean, quantiles },
    peaks: peaksOf(grain, startsMs, minutes, pathCount),
  }))
  return { service, region, grains }
}

function copyOf({ startsMs, mean, paths }: KeptGrain): SumGrain {
  return { startsMs, mean: mean.slice(), paths: paths.slice() }
}

/** Series may end at different times: steps are joined by their start, and those of both count. */
function addTo(sum: SumGrain, { startsMs, mean, paths }: KeptGrain): void {
  const isSame = startsMs.length === sum.startsMs.length && startsMs[0] === sum.startsMs[0]
  const at = isSame ? undefined : new Map(Array.from(sum.startsMs, (ms, t) => [ms, t]))
  const count = startsMs.length
  const wide = sum.startsMs.length
  const courses = Math.min(paths.length / count, sum.paths.length / wide)
  for (let k = 0; k < count; k++) {
    const t = at === undefined ? k : at.get(startsMs[k]!)
    if (t === undefined) continue
    sum.mean[t]! += mean[k]!
    for (let i = 0; i < courses; i++) sum.paths[i * wide + t]! += paths[i * count + k]!
  }
}

type Minutes = Pick<KeptGrain, 'startsMs' | 'paths'>

/** Peaks of hours and days: each course has its largest minute at its own time. */
function peaksOf(
  grain: cascade.Grain,
  startsMs: Float64Array,
  minutes: Minutes | undefined,
  count: number,
): NodeGrain['peaks'] {
  if (minutes === undefined || minutes.startsMs.length === 0) return undefined
  if (grain !== 'hour' && grain !== 'day') return undefined
  const stretchMs = grain === 'hour' ? HOUR_MS : 24 * HOUR_MS
  const stepOf = new Map(Array.from(startsMs, (ms, t) => [ms, t]))
  const of = Int32Array.from(
    minutes.startsMs,
    (ms) => stepOf.get(Math.floor(ms / stretchMs) * stretchMs) ?? -1,
  )
  const known = [...new Set(of)].filter((t) => t >= 0)
  const column = new Map(known.map((t, k) => [t, k]))
  const largest = new Float32Array(count * known.length)
  const place = Int32Array.from(of, (t) => column.get(t) ?? -1)
  for (let i = 0; i < count; i++) largestOfCourse(minutes, place, i, largest, known.length)
  const [q50, q95] = pathQuantiles(largest, known.length, count, [0.5, 0.95])
  const spread = (values: Float64Array) => {
    const wide = new Float64Array(startsMs.length).fill(Number.NaN)
    known.forEach((t, k) => {
      wide[t] = values[k]!
    })
    return wide
  }
  return [spread(q50!), spread(q95!)]
}

function largestOfCourse(
  { startsMs, paths }: Minutes,
  place: Int32Array,
  course: number,
  largest: Float32Array,
  columns: number,
): void {
  const steps = startsMs.length
  const first = course * steps
  let sum = 0
  let width = 0
  for (let t = 0; t < steps; t++) {
    const isJoined = t > 0 && startsMs[t]! - startsMs[t - 1]! === 60_000
    if (!isJoined) {
      sum = 0
      width = 0
    }
    sum += paths[first + t]!
    if (width === PEAK_MINUTES) sum -= paths[first + t - PEAK_MINUTES]!
    else width++
    const at = place[t]!
    if (at < 0 || width < PEAK_MINUTES) continue
    const value = sum / width
    const k = course * columns + at
    if (value > largest[k]!) largest[k] = value
  }
}
