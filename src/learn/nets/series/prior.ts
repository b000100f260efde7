import type { SeriesSet } from './types.ts'

// How large a series is of which nothing was seen: ridge regression of the logarithm of what series
// sold at the start of their lives on their attributes. A series that helped to fit it is given the
// prediction of a fit without it, so that what is learned from its start holds for new ones.

/** Sizes of series before anything of them was seen. */
export interface Priors {
  /** Geometric mean of all; 1 where none sold. */
  readonly common: number
  /** By series. */
  readonly own: Float64Array
}

const FOLDS = 5
const PENALTIES = [0.3, 1, 3, 10]
const ITERATIONS = 40
/** Fewest series to learn from. */
const FEWEST = 20
export const SMALLEST_LEVEL = 1e-30
const LARGEST_LEVEL = 1e30

/** Priors from the steps before `trainEnd`, the first `memory` of each series. */
export function learnPriors(set: SeriesSet, trainEnd: number, memory: number): Priors {
  const logs = startLevels(set, trainEnd, memory)
  const known = Array.from(logs.keys()).filter((i) => !Number.isNaN(logs[i]!))
  const mean = known.length > 0 ? known.reduce((sum, i) => sum + logs[i]!, 0) / known.length : 0
  const deviation = predictDeviations(set, logs, known, mean)
  const bounded = (log: number) => Math.max(SMALLEST_LEVEL, Math.min(LARGEST_LEVEL, Math.exp(log)))
  return { common: bounded(mean), own: Float64Array.from(deviation, (d) => bounded(mean + d)) }
}

/** Log of the mean size of the first steps; NaN where nothing sold. */
function startLevels(set: SeriesSet, trainEnd: number, memory: number): Float64Array {
  return Float64Array.from(set.firstStep, (first, i) => {
    const from = set.offsets[i]!
    const length = Math.min(set.offsets[i + 1]! - from, trainEnd - first)
    let size = 0
    let steps = 0
    for (let t = 0; t < length && steps < memory; t++) {
      const value = Math.abs(set.values[from + t]!)
      if (Number.isNaN(value)) continue
      size += value
      steps++
    }
    return size > 0 ? Math.log(size / steps) : Number.NaN
  })
}

/** A row of the regression: which weights it reads, and how much of each. */
interface Row {
  readonly columns: Int32Array
  readonly values: Float64Array
}

/** By how much the log of each series' size is off the mean, as far as attributes tell; 0 where they do not. */
function predictDeviations(
  set: SeriesSet,
  logs: Float64Array,
  known: readonly number[],
  mean: number,
): Float64Array {
  const none = new Float64Array(logs.length)
  const { rows, width } = attributeRows(set)
  if (width === 0 || known.length < FEWEST) return none
  const target = logs.map((log) => log - mean)
  const total = known.reduce((sum, i) => sum + target[i]! ** 2, 0)
  let best = { error: total, penalty: 0, predictions: none }
  for (const penalty of PENALTIES) {
    const predictions = new Float64Array(logs.length)
    let error = 0
    for (let fold = 0; fold < FOLDS; fold++) {
      const others = known.filter((_, k) => k % FOLDS !== fold)
      const weights = ridge(rows, target, others, width, penalty)
      for (let k = fold; k < known.length; k += FOLDS) {
        const i = known[k]!
        predictions[i] = product(rows[i]!, weights)
        error += (target[i]! - predictions[i]!) ** 2
      }
    }
    if (error < best.error) best = { error, penalty, predictions }
  }
  if (best.penalty === 0) return none
  const weights = ridge(rows, target, known, width, best.penalty)
  return best.predictions.map((prediction, i) =>
    Number.isNaN(logs[i]!) ? product(rows[i]!, weights) : prediction,
  )
}

/** Codes of categories as one column each, numbers, and grams that share a weight of 1 in squares. */
function attributeRows(set: SeriesSet): { rows: Row[]; width: number } {
  const { categories = [], numbers, words } = set
  const starts: number[] = []
  let width = 0
  for (const { rows } of categories) {
    starts.push(width)
    width += rows
  }
  const numbersAt = width
  width += numbers?.width ?? 0
  const wordsAt = width
  width += words?.buckets ?? 0
  const rows = Array.from(set.firstStep, (_, i) => {
    const columns = categories.map(({ codes }, k) => starts[k]! + codes[i]!)
    const values = columns.map(() => 1)
    for (let c = 0; c < (numbers?.width ?? 0); c++) {
      columns.push(numbersAt + c)
      values.push(numbers!.values[i * numbers!.width + c]!)
    }
    const grams = words?.indices.subarray(i * words.length, (i + 1) * words.length) ?? []
    const found = Array.from(grams).filter((gram) => gram >= 0)
    for (const gram of found) {
      columns.push(wordsAt + gram)
      values.push(1 / Math.sqrt(found.length))
    }
    return { columns: Int32Array.from(columns), values: Float64Array.from(values) }
  })
  return { rows, width }
}

function product({ columns, values }: Row, weights: Float64Array): number {
  let sum = 0
  for (let k = 0; k < columns.length; k++) sum += values[k]! * weights[columns[k]!]!
  return sum
}

/** Weights w of least Σ (y − x · w)² + penalty · |w|², by conjugate gradients. */
function ridge(
  rows: readonly Row[],
  target: Float64Array,
  used: readonly number[],
  width: number,
  penalty: number,
): Float64Array {
  const weights = new Float64Array(width)
  const residual = new Float64Array(width)
  for (const i of used) addRow(rows[i]!, target[i]!, residual)
  const direction = residual.slice()
  let square = dot(residual, residual)
  const start = square
  for (let k = 0; k < ITERATIONS && square > 1e-12 * start; k++) {
    const image = direction.map((d) => penalty * d)
    for (const i of used) addRow(rows[i]!, product(rows[i]!, direction), image)
    const step = square / dot(direction, image)
    for (let c = 0; c < width; c++) {
      weights[c]! += step * direction[c]!
      residual[c]! -= step * image[c]!
    }
    const next = dot(residual, residual)
    for (let c = 0; c < width; c++) {
      direction[c] = residual[c]! + (next / square) * direction[c]!
    }
    square = next
  }
  return weights
}

function addRow({ columns, values }: Row, factor: number, into: Float64Array): void {
  for (let k = 0; k < columns.length; k++) into[columns[k]!]! += factor * values[k]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}
