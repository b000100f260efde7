import type { Panel } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import { axisOf, isOpenBucket, seasonOf } from '../axis.ts'
import type { PastForecast } from '../past-forecast.ts'

/** Past of all nodes at one origin: aggregates, then bottom series; nodes × horizon. */
export interface PastNodes {
  readonly horizon: number
  readonly actual: Float64Array
  readonly mean: Float64Array
}

/** Beside what the aggregates were forecast to be (aggregates × horizon), what the sums came to. */
export function pastNodes(
  hierarchy: reconcile.Hierarchy,
  past: PastForecast,
  aggregates: Float64Array,
): PastNodes {
  const { horizon } = past
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const actual = new Float64Array(nodes * horizon)
  const mean = new Float64Array(nodes * horizon)
  mean.set(aggregates)
  for (let h = 0; h < horizon; h++) {
    const known = (i: number) => past.actual[i * horizon + h]!
    const came = Float64Array.from({ length: hierarchy.bottom }, (_, i) => known(i) || 0)
    reconcile.aggregate(hierarchy, came).forEach((v, n) => {
      actual[n * horizon + h] = v
    })
    for (let i = 0; i < hierarchy.bottom; i++) {
      // What did not exist or was closed is no error.
      const said = Number.isNaN(known(i)) ? 0 : past.mean[i * horizon + h]!
      mean[(hierarchy.aggregates + i) * horizon + h] = said
    }
  }
  return { horizon, actual, mean }
}

/** Errors of all nodes side by side, and which of their columns belong to one window of the past. */
export interface NodeErrors {
  /** nodes × points. */
  readonly errors: Float64Array
  readonly points: number
  /** Columns of each window in which anything was missed: closed days are left out. */
  readonly windows: readonly (readonly number[])[]
}

/** actual − mean of several origins side by side. */
export function errorsOf(past: readonly PastNodes[]): NodeErrors {
  const points = past.reduce((sum, { horizon }) => sum + horizon, 0)
  const nodes = past[0]!.actual.length / past[0]!.horizon
  const errors = new Float64Array(nodes * points)
  let from = 0
  const windows = past.map(({ horizon, actual, mean }) => {
    for (let n = 0; n < nodes; n++) {
      for (let h = 0; h < horizon; h++) {
        errors[n * points + from + h] = actual[n * horizon + h]! - mean[n * horizon + h]!
      }
    }
    const columns = columnsWithErrors(errors, points, from, from + horizon)
    from += horizon
    return columns
  })
  return { errors, points, windows: windows.filter((columns) => columns.length > 0) }
}

function columnsWithErrors(
  errors: Float64Array,
  points: number,
  from: number,
  to: number,
): number[] {
  const columns: number[] = []
  for (let p = from; p < to; p++) {
    for (let at = p; at < errors.length; at += points) {
      if (errors[at] === 0) continue
      columns.push(p)
      break
    }
  }
  return columns
}

/** Buckets back from the end in which the steps of the naive forecast are looked at. */
const NAIVE_POINTS = 56

/**
 * What stands in for past errors where there is no past forecast: the steps from season to season of
 * the last buckets before `end`, of aggregates and bottom series.
 */
export function naiveErrors(
  hierarchy: reconcile.Hierarchy,
  panel: Panel,
  end: number,
  season?: number,
): NodeErrors {
  const back = seasonOf(panel, axisOf(panel), season)
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), end)
  const room = end - first
  const step = room > 2 * back ? back : 1
  const points = Math.max(1, Math.min(NAIVE_POINTS, room - step))
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const errors = new Float64Array(nodes * points)
  const valueAt = (i: number, bucket: number) => {
    const t = bucket - panel.firstBucket[i]!
    const isHeld = t >= 0 && t < panel.offsets[i + 1]! - panel.offsets[i]!
    return isHeld ? panel.values[panel.offsets[i]! + t]! || 0 : 0
  }
  for (let p = 0; p < points; p++) {
    const bucket = end - points + p
    if (!isOpenBucket(panel, bucket)) continue
    const steps = Float64Array.from(
      { length: hierarchy.bottom },
      (_, i) => valueAt(i, bucket) - valueAt(i, bucket - step),
    )
    reconcile.aggregate(hierarchy, steps).forEach((v, n) => {
      errors[n * points + p] = v
    })
  }
  const columns = columnsWithErrors(errors, points, 0, points)
  // Where nothing ever moved any order of the paths is as good as another.
  return { errors, points, windows: [columns.length > 0 ? columns : [0]] }
}
