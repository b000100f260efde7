import { weekdayOf } from './clock.ts'
import { medianInPlace } from './robust.ts'

/** What weekdays do to the level of a day. */
export interface WeekEffects {
  /** [7] log effect, Monday first; sums to 0. */
  readonly effect: Float64Array
  /** [7] 1 = a quiet day of the week (weekend), whose shape and events are learned apart. */
  readonly quiet: Uint8Array
}

/** Weekdays below the widest gap are quiet, when the gap is at least this share of load. */
const QUIET_GAP = 0.06

/**
 * Effect of each weekday: the median over weeks of a day's log level less the mean of the seven days about
 * it, drawn to 0 by n / (n + 1) for n weeks; and which weekdays are quiet: those below the widest gap
 * between the sorted effects. `levels` is [days] from `firstDay`, NaN where unknown.
 */
export function weekEffects(levels: Float64Array, firstDay: number): WeekEffects {
  const deviations: number[][] = Array.from({ length: 7 }, () => [])
  for (let d = 3; d + 3 < levels.length; d++) {
    let sum = 0
    for (let k = -3; k <= 3; k++) sum += levels[d + k]!
    const deviation = levels[d]! - sum / 7
    if (!Number.isNaN(deviation)) deviations[weekdayOf(firstDay + d)]!.push(deviation)
  }
  const effect = Float64Array.from(deviations, (list) => {
    if (list.length === 0) return 0
    return (medianInPlace(Float64Array.from(list)) * list.length) / (list.length + 1)
  })
  const mean = effect.reduce((a, b) => a + b, 0) / 7
  for (let w = 0; w < 7; w++) effect[w] = effect[w]! - mean
  return { effect, quiet: quietDays(effect) }
}

function quietDays(effect: Float64Array): Uint8Array {
  const order = Array.from(effect.keys()).sort((a, b) => effect[a]! - effect[b]!)
  let [cut, widest] = [0, QUIET_GAP]
  // Quiet days are the fewer ones: a week with one busy day is taken as it is.
  for (let k = 1; k <= 3; k++) {
    const gap = effect[order[k]!]! - effect[order[k - 1]!]!
    if (gap > widest) [cut, widest] = [k, gap]
  }
  const quiet = new Uint8Array(7)
  for (const w of order.slice(0, cut)) quiet[w] = 1
  return quiet
}
