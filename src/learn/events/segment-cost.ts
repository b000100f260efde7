/** What a segment costs, and what is fitted to it. */
export interface SegmentCost {
  /** Sum of squared residuals of y[from … to) about its fit. */
  readonly cost: (from: number, to: number) => number
  readonly fit: (from: number, to: number) => Fit
}

interface Fit {
  readonly slope: number
  readonly at: (index: number) => number
}

/** Costs of flat or straight pieces in O(1) each, from running sums. */
export function segmentCosts(y: Float64Array, kind: 'level' | 'slope'): SegmentCost {
  const n = y.length
  // About the mean, so that the squares do not swallow the residuals.
  const centre = y.reduce((a, b) => a + b, 0) / Math.max(1, n)
  const sum = new Float64Array(n + 1)
  const square = new Float64Array(n + 1)
  const moment = new Float64Array(n + 1)
  for (let t = 0; t < n; t++) {
    const v = y[t]! - centre
    sum[t + 1] = sum[t]! + v
    square[t + 1] = square[t]! + v * v
    moment[t + 1] = moment[t]! + t * v
  }
  const lineOf = (from: number, to: number) => {
    const length = to - from
    const mean = (sum[to]! - sum[from]!) / length
    const middle = from + (length - 1) / 2
    const spread = (length * (length * length - 1)) / 12
    const cross = moment[to]! - moment[from]! - middle * (sum[to]! - sum[from]!)
    const slope = kind === 'slope' && spread > 0 ? cross / spread : 0
    return { length, mean, middle, slope, explained: kind === 'slope' ? slope * cross : 0 }
  }
  return {
    cost(from, to) {
      const { length, mean, explained } = lineOf(from, to)
      return Math.max(0, square[to]! - square[from]! - length * mean * mean - explained)
    },
    fit(from, to) {
      const { mean, middle, slope } = lineOf(from, to)
      return { slope, at: (index) => centre + mean + slope * (index - middle) }
    },
  }
}
