import type { LoadHistory } from '../types.ts'
import { alignDown } from './coarser.ts'

/**
 * How load spreads within long steps: rows of `factor` ratios to the straight course through the long
 * steps, as they were on past days, by time of day. A row sums to `factor`, so that what is spread adds
 * up to what was to be spread.
 */
export interface Within {
  readonly factor: number
  /** Long steps of a day. */
  readonly perDay: number
  /** Rows of each long step of the day; at least one. */
  readonly rows: Int32Array
  /** Where the rows of a long step of the day begin in `ratios`, in rows. */
  readonly start: Int32Array
  /** [rows × factor]. */
  readonly ratios: Float32Array
  /** [perDay × factor] mean row of each long step of the day. */
  readonly mean: Float64Array
}

/** Days whose rows are kept; more tell no more of minutes than these. */
const MOST_DAYS = 35
const DAY_MS = 86_400_000

/** Learns the rows of the last weeks of a history whose long steps are `coarse`. */
export function learnWithin(history: LoadHistory, coarse: LoadHistory, factor: number): Within {
  const perDay = Math.max(1, Math.round(DAY_MS / coarse.axis.stepMs))
  const found: Float32Array[][] = Array.from({ length: perDay }, () => [])
  const offset = Math.round((coarse.axis.startMs - history.axis.startMs) / history.axis.stepMs)
  const first = Math.max(0, coarse.axis.count - MOST_DAYS * perDay)
  const course = new Float64Array(factor)
  for (let b = first; b < coarse.axis.count; b++) {
    const row = rowAt(history.values, offset + b * factor, coarse.values, b, course)
    if (row !== undefined)
      found[phaseOf(coarse.axis.startMs, coarse.axis.stepMs, b, perDay)]!.push(row)
  }
  return pack(found, factor)
}

/** Which long step of the day the `b`-th is. */
export function phaseOf(startMs: number, longMs: number, b: number, perDay: number): number {
  const day = alignDown(startMs, DAY_MS)
  return (Math.round((startMs - day) / longMs) + b) % perDay
}

function rowAt(
  values: Float64Array,
  from: number,
  coarse: Float64Array,
  b: number,
  course: Float64Array,
): Float32Array | undefined {
  const factor = course.length
  if (!(coarse[b]! > 0)) return undefined
  straightCourse(coarse, b, course)
  const row = new Float32Array(factor)
  let sum = 0
  for (let j = 0; j < factor; j++) {
    const value = values[from + j]!
    if (Number.isNaN(value)) return undefined
    row[j] = course[j]! > 0 ? value / course[j]! : 1
    sum += row[j]!
  }
  if (!(sum > 0)) return undefined
  for (let j = 0; j < factor; j++) row[j]! *= factor / sum
  return row
}

/**
 * The straight course through the middles of neighbouring long steps, within the `b`-th, scaled so that
 * it sums to that one.
 */
export function straightCourse(coarse: Float64Array, b: number, into: Float64Array): Float64Array {
  const factor = into.length
  const own = coarse[b]!
  const before = orElse(coarse[b - 1], own)
  const after = orElse(coarse[b + 1], own)
  let sum = 0
  for (let j = 0; j < factor; j++) {
    const at = (j + 0.5) / factor - 0.5
    into[j] = at < 0 ? own + at * (own - before) : own + at * (after - own)
    sum += into[j]!
  }
  const scale = sum > 0 ? own / sum : 0
  for (let j = 0; j < factor; j++) into[j]! *= scale
  return into
}

function orElse(value: number | undefined, fallback: number): number {
  return value === undefined || Number.isNaN(value) ? fallback : value
}

function pack(found: readonly (readonly Float32Array[])[], factor: number): Within {
  const flat = Float32Array.from({ length: factor }, () => 1)
  const all = found.map((rows) => (rows.length > 0 ? rows : [flat]))
  const rows = Int32Array.from(all, (own) => own.length)
  const start = new Int32Array(all.length)
  for (let p = 1; p < all.length; p++) start[p] = start[p - 1]! + rows[p - 1]!
  const ratios = new Float32Array((start.at(-1)! + rows.at(-1)!) * factor)
  const mean = new Float64Array(all.length * factor)
  all.forEach((own, p) => {
    own.forEach((row, r) => {
      ratios.set(row, (start[p]! + r) * factor)
      for (let j = 0; j < factor; j++) mean[p * factor + j]! += row[j]! / own.length
    })
  })
  return { factor, perDay: all.length, rows, start, ratios, mean }
}
