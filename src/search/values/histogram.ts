/** A range of numbers [from, to), the last one [from, to], and how many products lie in it. */
export interface HistogramBar {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** How the numbers of products spread. */
export interface Histogram {
  /** Rising, side by side; the first and the last reach to the ends. */
  readonly bars: readonly HistogramBar[]
  readonly minimum: number
  readonly maximum: number
  /** Products that have a number. */
  readonly products: number
}

/** Shares between which bounds are evenly apart: a few outliers must not squeeze the others. */
const LOW = 0.02
const HIGH = 0.98
/** Bounds are chosen by this many values at most; all are counted. */
const SAMPLE = 4096
const DAY = 86_400_000

/**
 * A histogram of a field over documents with about `bars` bars of round bounds: steps of 1, 2 or 5
 * times a power of ten; dates in days, months or years. Documents without a number are left out.
 */
export function histogramOf(
  numbers: Float64Array,
  docs: Int32Array,
  bars: number,
  kind: 'number' | 'date' = 'number',
): Histogram {
  const values = finiteOf(numbers, docs)
  const count = values.length
  if (count === 0) return { bars: [], minimum: Number.NaN, maximum: Number.NaN, products: 0 }
  let minimum = Infinity
  let maximum = -Infinity
  for (const value of values) {
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  const stride = Math.ceil(count / SAMPLE)
  const sample = values.filter((_, i) => i % stride === 0).sort()
  const low = sample[Math.floor(LOW * (sample.length - 1))]!
  const high = sample[Math.ceil(HIGH * (sample.length - 1))]!
  const bounds = kind === 'date' ? dateBounds(low, high, bars) : roundBounds(low, high, bars)
  return { bars: barsOf(values, bounds, minimum, maximum), minimum, maximum, products: count }
}

function finiteOf(numbers: Float64Array, docs: Int32Array): Float64Array {
  const values = new Float64Array(docs.length)
  let count = 0
  for (let i = 0; i < docs.length; i++) {
    const value = numbers[docs[i]!] ?? Number.NaN
    if (Number.isFinite(value)) values[count++] = value
  }
  return values.subarray(0, count)
}

/** Inner bounds as multiples of a round step, at most two more than asked for. */
export function roundBounds(low: number, high: number, bars: number): readonly number[] {
  const step = roundStep((high - low) / bars)
  if (!(step > 0) || !Number.isFinite(step)) return []
  const bounds: number[] = []
  // Multiples, not sums: sums of 0.1 drift.
  for (let k = Math.floor(low / step) + 1; k * step <= high && bounds.length <= bars + 1; k++) {
    bounds.push(Number((k * step).toPrecision(12)))
  }
  return bounds
}

/** The smallest of 1, 2, 5 times a power of ten that is no smaller than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  for (const factor of [1, 2, 5]) if (factor * power >= step * (1 - 1e-9)) return factor * power
  return 10 * power
}

function dateBounds(low: number, high: number, bars: number): readonly number[] {
  const days = (high - low) / DAY / bars
  if (days < 20) return roundBounds(low / DAY, high / DAY, bars).map((day) => day * DAY)
  const months = [1, 3, 6, 12].find((each) => each * 30.44 >= days)
  const each = months ?? 12 * roundStep(days / 365.25)
  const start = new Date(low)
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / each) + 1
  const bounds: number[] = []
  for (let k = first; bounds.length <= bars + 1; k++) {
    const at = utcMonth(k * each)
    if (at > high) break
    bounds.push(at)
  }
  return bounds
}

/** Epoch ms of the start of a month, counted from year 0. */
function utcMonth(month: number): number {
  const at = new Date(0)
  at.setUTCFullYear(Math.floor(month / 12), month % 12, 1)
  return at.getTime()
}

function barsOf(
  values: Float64Array,
  bounds: readonly number[],
  minimum: number,
  maximum: number,
): HistogramBar[] {
  const edges = [minimum, ...bounds.filter((bound) => bound > minimum && bound <= maximum)]
  const counts = new Int32Array(edges.length)
  for (const value of values) {
    let bar = edges.length - 1
    while (bar > 0 && value < edges[bar]!) bar--
    counts[bar]! += 1
  }
  return edges.map((from, b) => ({ from, to: edges[b + 1] ?? maximum, count: counts[b]! }))
}
