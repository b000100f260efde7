import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Field, FieldRole } from '../catalogue/product.ts'
import { RATING_SHARE } from './knobs.ts'

/**
 * Quality of each document below `capacity` in [0, 1]: popularity on a log scale,
 * log(1 + x) / log(1 + max), and rating by its share of lower ones; each the mean over the fields of
 * that role, 0.5 where a product has none, mixed by a knob.
 */
export function qualityOf(
  fields: readonly Field[],
  numbersOf: (field: string) => Float64Array | undefined,
  capacity: number,
  settings: KnobSettings = {},
): Float32Array {
  const popularity = meanScore(columnsOf(fields, 'popularity', numbersOf), logScale, capacity)
  const rating = meanScore(columnsOf(fields, 'rating', numbersOf), rankScale, capacity)
  if (popularity === undefined && rating === undefined) return new Float32Array(capacity).fill(0.5)
  if (popularity === undefined || rating === undefined) return (popularity ?? rating)!
  const share = readKnob(RATING_SHARE, settings)
  for (let d = 0; d < capacity; d++) {
    popularity[d] = (1 - share) * popularity[d]! + share * rating[d]!
  }
  return popularity
}

function columnsOf(
  fields: readonly Field[],
  role: FieldRole,
  numbersOf: (field: string) => Float64Array | undefined,
): Float64Array[] {
  return fields
    .filter((field) => field.role === role)
    .map(({ name }) => numbersOf(name))
    .filter((column) => column !== undefined)
}

function meanScore(
  columns: readonly Float64Array[],
  scale: (column: Float64Array) => (value: number) => number,
  capacity: number,
): Float32Array | undefined {
  if (columns.length === 0) return undefined
  const scales = columns.map(scale)
  const scores = new Float32Array(capacity)
  for (let d = 0; d < capacity; d++) {
    let sum = 0
    let count = 0
    for (let c = 0; c < columns.length; c++) {
      const value = columns[c]![d] ?? Number.NaN
      if (Number.isNaN(value)) continue
      sum += scales[c]!(value)
      count++
    }
    scores[d] = count === 0 ? 0.5 : sum / count
  }
  return scores
}

function logScale(column: Float64Array): (value: number) => number {
  let largest = 0
  for (const value of column) if (value > largest) largest = value
  const top = Math.log1p(largest)
  return (value) => (value > 0 && top > 0 ? Math.log1p(value) / top : 0)
}

/** Share of values below, ties in the middle. */
function rankScale(column: Float64Array): (value: number) => number {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort()
  if (sorted.length === 0) return () => 0.5
  return (value) => {
    const below = lowerBound(sorted, value, false)
    return (below + lowerBound(sorted, value, true)) / 2 / sorted.length
  }
}

/** How many are below the value, or also equal to it. */
function lowerBound(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1
    else high = middle
  }
  return low
}
