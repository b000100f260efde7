import { requireArgument } from '../../core/errors.ts'
import type { LoadAxis, LoadHistory } from '../types.ts'
import { medianInPlace } from './robust.ts'

/** A history that a new service is given, and where it came from. */
export interface LikenedHistory {
  readonly history: LoadHistory
  /** Steps that are the service's own. */
  readonly ownSteps: number
  /** Load of the new service over the mean of its likes. */
  readonly share: number
}

/**
 * A history for a service that has none or little, from services like it: what they had in common, brought
 * to its size; its own steps stand as they are. Size = median of own load over the likes' common course
 * where there are own steps, else `expectedMean` over the mean of that course. The course is the geometric
 * mean of the likes, each over its own mean, so that a large like counts as a small one. Fit it as any
 * history. Throws ERR_ARGUMENT without likes, on other steps, or where the size cannot be told.
 */
export function historyFromLikes(
  own: LoadHistory,
  likes: readonly LoadHistory[],
  expectedMean?: number,
): LikenedHistory {
  requireArgument(likes.length > 0, 'no like service is given; name one or more with a history')
  const { stepMs } = own.axis
  for (const { axis } of likes) {
    requireArgument(
      axis.stepMs === stepMs && (axis.startMs - own.axis.startMs) % stepMs === 0,
      'a like service has other steps than the new one; bring both to the same steps',
    )
  }
  const axis = commonAxis([own, ...likes])
  const course = commonCourse(likes, axis)
  const offset = (own.axis.startMs - axis.startMs) / stepMs
  const ratios = own.values
    .map((y, t) => y / course[offset + t]!)
    .filter((r) => Number.isFinite(r) && r > 0)
  const ownSteps = ratios.length
  const share = ownSteps > 0 ? medianInPlace(ratios) : (expectedMean ?? Number.NaN)
  requireArgument(
    share > 0,
    'the new service has no load yet and no expected mean is given; give the load that is expected of it',
  )
  const values = course.map((v) => v * share)
  own.values.forEach((y, t) => {
    if (!Number.isNaN(y)) values[offset + t] = y
  })
  return { history: { group: own.group, axis, values }, ownSteps, share }
}

function commonAxis(histories: readonly LoadHistory[]): LoadAxis {
  const { stepMs } = histories[0]!.axis
  const startMs = Math.min(...histories.map(({ axis }) => axis.startMs))
  const endMs = Math.max(...histories.map(({ axis }) => axis.startMs + axis.count * stepMs))
  return { startMs, stepMs, count: (endMs - startMs) / stepMs }
}

/** Geometric mean over the likes that know a step, each over its own mean; NaN where none does. */
function commonCourse(likes: readonly LoadHistory[], axis: LoadAxis): Float64Array {
  const sum = new Float64Array(axis.count)
  const known = new Float64Array(axis.count)
  for (const like of likes) {
    const positive = like.values.filter((v) => v > 0)
    const mean = positive.reduce((a, b) => a + b, 0) / Math.max(1, positive.length)
    const offset = (like.axis.startMs - axis.startMs) / axis.stepMs
    like.values.forEach((v, t) => {
      if (!(v >= 0) || !(mean > 0)) return
      // A step without load counts as a thousandth of the mean: one silent like does not silence all.
      sum[offset + t] = sum[offset + t]! + Math.log(Math.max(1e-3, v / mean))
      known[offset + t] = known[offset + t]! + 1
    })
  }
  return sum.map((s, t) => (known[t]! > 0 ? Math.exp(s / known[t]!) : Number.NaN))
}
