import type { KnownCovariates, Panel } from '../../../core/panel.ts'
import type { nets } from '../../../learn/index.ts'
import { bySlot, slotRows } from './slots.ts'

/** Values beyond this many deviations are cut. */
const LARGEST = 4

/**
 * Known covariates as a net reads them: shares and flags as they are; positive numbers such as a
 * price as the log of their ratio to the series' usual, other numbers as the difference from it, in
 * deviations of all series. What is usual is taken from buckets before `trainEnd`.
 */
export function knownColumns(
  panel: Panel,
  known: KnownCovariates,
  trainEnd: number,
): nets.KnownColumns | undefined {
  const names = Object.keys(known.columns)
  if (names.length === 0) return undefined
  const slots = slotRows(panel, known.offsets)
  const width = names.length
  const values = new Float64Array(slots.rows.length * width)
  names.forEach((name, c) => {
    const column = relativeColumn(panel, known, known.columns[name]!, trainEnd)
    bySlot(slots, column).forEach((value, row) => {
      values[row * width + c] = value
    })
  })
  return { offsets: slots.offsets, width, values }
}

function relativeColumn(
  panel: Panel,
  { offsets }: KnownCovariates,
  column: Float64Array,
  trainEnd: number,
): Float64Array {
  let low = Infinity
  let high = -Infinity
  for (const value of column) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low >= 0 && high <= 1) return column
  const read = low > 0 ? Math.log : (x: number) => x
  const result = new Float64Array(column.length)
  let squares = 0
  let count = 0
  for (let i = 0; i < panel.ids.length; i++) {
    const from = offsets[i]!
    const length = offsets[i + 1]! - from
    const usual = meanOf(
      column,
      from,
      from + Math.min(length, trainEnd - panel.firstBucket[i]!),
      read,
    )
    for (let t = 0; t < length; t++) {
      const difference = read(column[from + t]!) - usual
      result[from + t] = difference
      if (Number.isNaN(difference) || panel.firstBucket[i]! + t >= trainEnd) continue
      squares += difference * difference
      count++
    }
  }
  const deviation = count > 0 && squares > 0 ? Math.sqrt(squares / count) : 1
  return result.map((x) => Math.max(-LARGEST, Math.min(LARGEST, x / deviation)))
}

/** Mean of what is known in [from, to); NaN without any. */
function meanOf(column: Float64Array, from: number, to: number, read: (x: number) => number) {
  let sum = 0
  let count = 0
  for (let k = from; k < to; k++) {
    if (Number.isNaN(column[k]!)) continue
    sum += read(column[k]!)
    count++
  }
  return count > 0 ? sum / count : Number.NaN
}
