import type { DayCurves } from './day-curves.ts'
import { LEAD_TIME_POINTS } from './lead-times.ts'
import type { PathRanks } from './path-ranks.ts'

/**
 * What one order decides. Time runs from today (0) to the right; the order placed now arrives
 * after A days, the next one cannot arrive before N days. What is lost in [A, N) is what the order
 * at hand can save; what is lost before A nothing can save, what is lost after N the next order can.
 *
 *   0 ──── lost before ──── A ════════ this order's window ════════ N ──── the next order's ────
 *   └ review, R days ┘
 */
export interface Window {
  /** Units on hand today. */
  readonly onHand: number
  /** Days from today to the next decision (R). */
  readonly reviewDays: number
  readonly curves: DayCurves
  readonly paths: PathRanks
  /** LEAD_TIME_POINTS rising days. */
  readonly leadTimes: Float64Array
  /** Rotates the pairing of demand paths with lead times, so that products differ. */
  readonly shift: number
  /** Open orders [from, to) of `incomingDay` (days from today) and `incomingUnits`. */
  readonly incomingFrom: number
  readonly incomingTo: number
  readonly incomingDay: Int32Array
  readonly incomingUnits: Float64Array
}

/** Results by path, as if nothing were ordered now or later. */
export interface WindowPaths {
  /** Units lost in [A, N). */
  readonly lost: Float64Array
  /** Unit-days from A to the loss, summed over the units lost in [A, N). */
  readonly wait: Float64Array
  /** N − A. */
  readonly length: Float64Array
  /** Units lost before A. */
  readonly lostBefore: Float64Array
  /** First day from today with a loss before N; −1 where there is none. */
  readonly runOut: Int32Array
  /** Demand before N: what an order-up-to level must cover. */
  readonly need: Float64Array
  /** Demand from the next decision until the arrival after next: what its level must cover. */
  readonly nextNeed: Float64Array
  /** Demand of the first `totalDays` days, the same days in every path. */
  readonly total: Float64Array
}

/** Room for the results of one product. */
export function createWindowPaths(samples: number): WindowPaths {
  return {
    lost: new Float64Array(samples),
    wait: new Float64Array(samples),
    length: new Float64Array(samples),
    lostBefore: new Float64Array(samples),
    runOut: new Int32Array(samples),
    need: new Float64Array(samples),
    nextNeed: new Float64Array(samples),
    total: new Float64Array(samples),
  }
}

/** Days that a window of these lead times reaches: two reviews and the longest lead time. */
export function windowDays(reviewDays: number, longestLeadTime: number): number {
  return 2 * reviewDays + Math.ceil(longestLeadTime) + 1
}

/** Days that all paths of a window reach: two reviews and the shortest lead time. */
export function totalDays(reviewDays: number, leadTimes: Float64Array): number {
  return 2 * reviewDays + leadTimes[0]!
}

/**
 * Follows every demand path through stock on hand and open orders, lost sales not waiting:
 * stock(d + 1) = max(0, stock(d) + arrivals(d) − demand(d)). Orders do not cross:
 * N = max(A, R + L′) with L′ the next order's lead time. Open orders shift together by how far
 * a drawn lead time lies from the median, and arrive tomorrow at the earliest.
 */
export function followPaths(window: Window, out: WindowPaths, cumulative: Float64Array): void {
  const { curves, paths, leadTimes, reviewDays, shift } = window
  const { samples, days, ranks, leadRanks } = paths
  const { units } = curves
  const median = leadTimes[LEAD_TIME_POINTS >> 1]!
  const common = totalDays(reviewDays, leadTimes)
  const pointOf = LEAD_TIME_POINTS / samples
  for (let k = 0; k < samples; k++) {
    const j = (k + shift) % samples
    const arrival = leadTimes[Math.floor(leadRanks[0][j]! * pointOf)]!
    const nextLead = leadTimes[Math.floor(leadRanks[1][j]! * pointOf)]!
    const late = leadTimes[Math.floor(leadRanks[2][j]! * pointOf)]! - median
    const end = Math.max(arrival, reviewDays + nextLead)
    const until = Math.max(end, 2 * reviewDays + nextLead)
    const row = k * days
    let sum = 0
    for (let d = 0; d < until; d++) {
      sum += units[d * samples + ranks[row + d]!]!
      cumulative[d + 1] = sum
    }
    out.length[k] = end - arrival
    out.total[k] = cumulative[common]!
    out.need[k] = cumulative[end]!
    out.nextNeed[k] = cumulative[2 * reviewDays + nextLead]! - cumulative[reviewDays]!
    if (cumulative[end]! <= window.onHand) clearPath(out, k)
    else losePath(window, out, cumulative, k, arrival, end, late)
  }
}

function clearPath(out: WindowPaths, k: number): void {
  out.lost[k] = 0
  out.wait[k] = 0
  out.lostBefore[k] = 0
  out.runOut[k] = -1
}

/** The stock recursion of one path, given its demand as cumulative sums. */
function losePath(
  window: Window,
  out: WindowPaths,
  cumulative: Float64Array,
  k: number,
  arrival: number,
  end: number,
  late: number,
): void {
  const { incomingTo, incomingDay, incomingUnits } = window
  let next = window.incomingFrom
  let stock = window.onHand
  let lost = 0
  let wait = 0
  let lostBefore = 0
  let runOut = -1
  for (let d = 0; d < end; d++) {
    while (next < incomingTo && Math.max(1, incomingDay[next]! + late) <= d) {
      stock += incomingUnits[next]!
      next++
    }
    stock -= cumulative[d + 1]! - cumulative[d]!
    if (stock >= 0) continue
    // Differences of cumulative sums leave dust of 1e-14 where stock and demand agree.
    if (stock < -1e-9) {
      if (runOut < 0) runOut = d
      if (d < arrival) lostBefore -= stock
      else {
        lost -= stock
        wait -= stock * (d - arrival)
      }
    }
    stock = 0
  }
  out.lost[k] = lost
  out.wait[k] = wait
  out.lostBefore[k] = lostBefore
  out.runOut[k] = runOut
}
