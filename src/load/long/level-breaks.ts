import { events } from '../../learn/index.ts'
import { medianKnown } from './bucket-values.ts'
import { type Rows, STATE } from './columns.ts'

/** A lasting change of level that was found. */
export interface LevelBreak {
  readonly bucket: number
  /** Change of the log level. */
  readonly size: number
}

/** Days on each side that say how abrupt a change is. */
const SIDE_DAYS = 14
/** Shortest piece between breaks. */
const PIECE_DAYS = 42
/** A change smaller than this is not worth a word. */
const LEAST_SIZE = 0.04

/** Breaks are looked for so many times at most, each time with those found before set free. */
const ROUNDS = 8

/** The level as it is read, and how it is read again when breaks are known. */
export interface BreakProblem {
  readonly level: Float64Array
  readonly rows: Rows
  readonly bucketDays: number
  readonly sensitivity: number
  /** Means of the parameters at the end of the history when these buckets are breaks. */
  readonly fixedWith: (breaks: readonly number[]) => Float64Array
}

/**
 * Sudden lasting changes, the largest first. The level without seasons and events is cut by PELT; the
 * cut where the medians of two weeks on each side differ most is a break when that is more than
 * 9 × 0.25^sensitivity robust standard deviations of such differences elsewhere: a level that drifts
 * has none. Seasons are then learned again with the level free there, and what falls below the limit
 * is let go.
 */
export function findLevelBreaks(problem: BreakProblem): LevelBreak[] {
  let found: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { jumps, limit, side, plain } = jumpsWith(problem, found)
    const next = largestCut(plain, jumps, found, side, problem.bucketDays)
    if (next < 0 || !(Math.abs(jumps[next]!) > limit)) break
    found = [...found, next]
  }
  const { jumps, limit } = jumpsWith(problem, found)
  return found
    .filter((bucket) => Math.abs(jumps[bucket]!) > limit)
    .sort((a, b) => a - b)
    .map((bucket) => ({ bucket, size: jumps[bucket]! }))
}

function jumpsWith(problem: BreakProblem, found: readonly number[]) {
  const { level, rows, bucketDays, sensitivity } = problem
  const plain = withoutFixed(level, rows, problem.fixedWith(found))
  const side = Math.max(2, Math.round(SIDE_DAYS / bucketDays))
  const jumps = plain.map((_, b) => jumpAt(plain, b, side))
  const usual = 1.4826 * medianKnown(jumps.map(Math.abs))
  return { plain, side, jumps, limit: Math.max(LEAST_SIZE, 9 * 0.25 ** sensitivity * usual) }
}

/** The sharpest place near any cut that is not near a break found before; −1 where there is none. */
function largestCut(
  plain: Float64Array,
  jumps: Float64Array,
  found: readonly number[],
  side: number,
  bucketDays: number,
): number {
  const cuts = events.findBreaks(plain, { minLength: Math.ceil(PIECE_DAYS / bucketDays) })
  const places = cuts
    .map(({ index }) => sharpest(jumps, index, side))
    .filter((at) => Math.abs(jumps[at]!) > 0 && found.every((b) => Math.abs(b - at) >= 2 * side))
  return places.reduce((best, at) => {
    return best < 0 || Math.abs(jumps[at]!) > Math.abs(jumps[best]!) ? at : best
  }, -1)
}

function withoutFixed(level: Float64Array, rows: Rows, fixed: Float64Array): Float64Array {
  return level.map((value, b) => {
    let sum = value
    for (let k = rows.offsets[b]!; k < rows.offsets[b + 1]!; k++) {
      const column = rows.columns[k]!
      if (column >= STATE.fixed) sum -= rows.weights[k]! * fixed[column]!
    }
    return sum
  })
}

/** Median of the side after less the median of the side before; NaN near the ends. */
function jumpAt(values: Float64Array, at: number, side: number): number {
  if (at < side || at + side > values.length) return Number.NaN
  return medianKnown(values.subarray(at, at + side)) - medianKnown(values.subarray(at - side, at))
}

function sharpest(jumps: Float64Array, near: number, side: number): number {
  let best = near
  for (let b = Math.max(0, near - side); b <= Math.min(jumps.length - 1, near + side); b++) {
    if (Math.abs(jumps[b]!) > Math.abs(jumps[best]!) || Number.isNaN(jumps[best]!)) best = b
  }
  return best
}
