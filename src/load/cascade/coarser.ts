import { requireArgument } from '../../core/errors.ts'
import type { LoadHistory } from '../types.ts'

/**
 * A history added up to steps `factor` times as long that lie on whole such steps since 1970 (weeks on
 * Mondays). Steps that are not whole at either end are left out; one known to half or more is scaled up
 * to the whole, and below that it is NaN.
 */
export function coarserHistory(history: LoadHistory, factor: number): LoadHistory {
  requireArgument(
    Number.isInteger(factor) && factor >= 1,
    `coarserHistory: ${factor} steps cannot make one`,
  )
  const { startMs, stepMs, count } = history.axis
  const longMs = stepMs * factor
  const firstMs = alignUp(startMs, longMs)
  const skip = Math.round((firstMs - startMs) / stepMs)
  const long = Math.max(0, Math.floor((count - skip) / factor))
  const values = new Float64Array(long)
  for (let b = 0; b < long; b++) {
    values[b] = sumOf(history.values, skip + b * factor, factor)
  }
  return { group: history.group, axis: { startMs: firstMs, stepMs: longMs, count: long }, values }
}

function sumOf(values: Float64Array, from: number, factor: number): number {
  let sum = 0
  let known = 0
  for (let k = from; k < from + factor; k++) {
    const value = values[k]!
    if (Number.isNaN(value)) continue
    sum += value
    known++
  }
  return known > 0 && known * 2 >= factor ? (sum * factor) / known : Number.NaN
}

const WEEK_MS = 604_800_000
/** 1970-01-05, a Monday: where weeks are counted from. */
const MONDAY_MS = 345_600_000

/** The last whole step of `longMs` since 1970 (weeks since a Monday) at or before an instant. */
export function alignDown(ms: number, longMs: number): number {
  const origin = longMs % WEEK_MS === 0 ? MONDAY_MS : 0
  return origin + Math.floor((ms - origin) / longMs) * longMs
}

/** The first whole step at or after an instant. */
export function alignUp(ms: number, longMs: number): number {
  const down = alignDown(ms, longMs)
  return down === ms ? down : down + longMs
}
