import { requireArgument } from '../../core/errors.ts'

/** A value far off what its neighbours and its season let expect. */
export interface Outlier {
  readonly index: number
  readonly value: number
  /** What to put in its place. */
  readonly replacement: number
  /** Distance in robust standard deviations, signed. */
  readonly score: number
}

export interface OutlierOptions {
  /** Length of the season in steps; 1 = none. Default 1. */
  readonly season?: number
  /** Steps on each side that the running median looks at. Default: 7 or a season, the larger. */
  readonly reach?: number
  /** 0 … 1: higher marks more; 0.5 marks beyond 4.5 robust standard deviations. Default 0.5. */
  readonly sensitivity?: number
  /** 1 = a known event: not judged and not looked at. */
  readonly known?: ArrayLike<number>
}

/** Half width of the band of the middle half of a normal, in standard deviations. */
const MAD_SCALE = 1.4826

/**
 * Marks outliers, and says what to put in their place; nothing is changed. Expected = running median
 * × seasonal median of ratios (Hampel 1974 on the seasonal residual); scale = running median of the
 * absolute residuals × 1.4826, at least √expected of counts' own noise where values are whole.
 * Missing values (NaN) are skipped. Throws ERR_ARGUMENT on a sensitivity outside 0 … 1.
 */
export function findOutliers(values: ArrayLike<number>, options: OutlierOptions = {}): Outlier[] {
  const { season = 1, sensitivity = 0.5, known } = options
  requireArgument(sensitivity >= 0 && sensitivity <= 1, 'sensitivity: give 0 to 1')
  requireArgument(Number.isInteger(season) && season >= 1, 'season: give 1 or more')
  const reach = options.reach ?? Math.max(7, season)
  const limit = 10 * 0.2 ** sensitivity
  const y = Float64Array.from({ length: values.length }, (_, t) =>
    known?.[t] ? Number.NaN : values[t]!,
  )
  const seasonal = seasonalMedians(y, season, reach)
  const plain = y.map((v, t) => v / seasonal[t % season]!)
  const expected = runningMedian(plain, reach).map((m, t) => m * seasonal[t % season]!)
  const residual = y.map((v, t) => v - expected[t]!)
  const scale = runningMedian(residual.map(Math.abs), 4 * reach)
  const whole = y.every((v) => Number.isNaN(v) || (Number.isInteger(v) && v >= 0))
  const overall = median(residual.map(Math.abs).filter((r) => !Number.isNaN(r)))
  const marks: Outlier[] = []
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(residual[t]!)) continue
    const noise = whole ? Math.sqrt(Math.max(1, expected[t]!)) : 0
    const spread = Math.max(MAD_SCALE * scale[t]!, 0.7 * MAD_SCALE * overall, noise)
    if (!(spread > 0)) continue
    const score = residual[t]! / spread
    if (Math.abs(score) > limit) {
      marks.push({ index: t, value: y[t]!, replacement: expected[t]!, score })
    }
  }
  return marks
}

/** Median ratio to the running median at each phase, 1 where it cannot be told. */
function seasonalMedians(y: Float64Array, season: number, reach: number): Float64Array {
  if (season === 1) return new Float64Array(1).fill(1)
  const level = runningMedian(y, Math.max(reach, season))
  return Float64Array.from({ length: season }, (_, phase) => {
    const ratios: number[] = []
    for (let t = phase; t < y.length; t += season) {
      if (level[t]! > 0 && !Number.isNaN(y[t]!)) ratios.push(y[t]! / level[t]!)
    }
    const middle = ratios.length >= 3 ? median(ratios) : 1
    return middle > 0 ? middle : 1
  })
}

function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const n = sorted.length
  if (n === 0) return Number.NaN
  return n % 2 === 1 ? sorted[(n - 1) / 2]! : 0.5 * (sorted[n / 2 - 1]! + sorted[n / 2]!)
}

/**
 * Median of the values within `reach` steps on each side, NaN left out; NaN where all are. A sorted
 * window in which one value is exchanged a step: O(n · reach) moves of memory, no sorting.
 */
export function runningMedian(values: Float64Array, reach: number): Float64Array {
  const medians = new Float64Array(values.length)
  const sorted = new Float64Array(2 * reach + 2)
  let size = 0
  const place = (value: number) => {
    let low = 0
    let high = size
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }
  const add = (value: number) => {
    if (Number.isNaN(value)) return
    const at = place(value)
    sorted.copyWithin(at + 1, at, size)
    sorted[at] = value
    size++
  }
  const drop = (value: number) => {
    if (Number.isNaN(value)) return
    const at = place(value)
    sorted.copyWithin(at, at + 1, size)
    size--
  }
  for (let t = 0; t < Math.min(reach, values.length); t++) add(values[t]!)
  for (let t = 0; t < values.length; t++) {
    if (t + reach < values.length) add(values[t + reach]!)
    if (t - reach - 1 >= 0) drop(values[t - reach - 1]!)
    const half = size >> 1
    if (size === 0) medians[t] = Number.NaN
    else medians[t] = size % 2 === 1 ? sorted[half]! : 0.5 * (sorted[half - 1]! + sorted[half]!)
  }
  return medians
}
