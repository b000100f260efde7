import type { Panel } from '../../core/panel.ts'
import type { DemandModel } from '../lost-sales/estimate.ts'

/** The level filter that made the expectation. */
export interface LevelFilter {
  readonly halfLife: number
  readonly prior: number
}

/** Slope of what sold beyond expectation on what could have arrived. */
export interface Slope {
  readonly slope: number
  readonly error: number
  /** The same where the level is not taken out of the arrivals: what the residuals show of it. */
  readonly shown: number
  /** Mean squared residual over its supposed variance on days with arrivals. */
  readonly dispersion: number
}

/** Most that a day's spread is taken to be steadied by its mean. */
const MOST_SIZE = 3

/** Variance of a day's units; where most arrives and little sells, arrivals are uncertain too. */
export function varianceOf(mean: number, size: number): number {
  return mean + (mean * mean) / Math.min(size, MOST_SIZE)
}

/**
 * Weighted least squares through 0 over all series and days: r_jt = ρ x_jt + noise. The expectation
 * is a local level that a long stock-out of another product lifts too; x goes through the same
 * filter (Frisch–Waugh–Lovell), so that ρ is not biased low. `arriving` is aligned with the panel's
 * values.
 */
export function slopeOn(
  panel: Panel,
  model: DemandModel,
  arriving: Float64Array,
  filter: LevelFilter,
): Slope {
  let cross = 0
  let square = 0
  let crossShown = 0
  let squareShown = 0
  let spread = 0
  let points = 0
  panel.ids.forEach((_, j) => {
    const from = panel.offsets[j]!
    const x = arriving.subarray(from, panel.offsets[j + 1]!)
    if (!x.some((units) => units > 0)) return
    const y = panel.values.subarray(from, panel.offsets[j + 1]!)
    const m = model.expected.subarray(from, panel.offsets[j + 1]!)
    const net = withoutLevel(x, m, y, filter)
    for (let t = 0; t < x.length; t++) {
      if (Number.isNaN(y[t]!) || !(m[t]! > 0)) continue
      const weight = 1 / varianceOf(m[t]! + x[t]!, model.size[j]!)
      const residual = y[t]! - m[t]!
      cross += weight * net[t]! * residual
      square += weight * net[t]! ** 2
      if (x[t] === 0) continue
      crossShown += weight * x[t]! * residual
      squareShown += weight * x[t]! ** 2
      spread += weight * residual ** 2
      points++
    }
  })
  return {
    slope: square > 0 ? cross / square : 0,
    error: square > 0 ? 1 / Math.sqrt(square) : Infinity,
    shown: squareShown > 0 ? crossShown / squareShown : 0,
    dispersion: points > 0 ? spread / points : 1,
  }
}

/**
 * x less what the local level makes of it: x_t − m_t Σ k x / (Σ k m + prior), over steps with a
 * known y, k halving with the distance every `halfLife` steps.
 */
export function withoutLevel(
  x: Float64Array,
  expected: Float64Array,
  y: Float64Array,
  { halfLife, prior }: LevelFilter,
): Float64Array {
  const n = x.length
  const keep = 0.5 ** (1 / halfLife)
  const above = new Float64Array(n)
  const below = new Float64Array(n)
  const pass = (first: number, last: number, by: number) => {
    let u = 0
    let e = 0
    for (let t = first; t !== last; t += by) {
      above[t]! += u
      below[t]! += e
      const isKnown = !Number.isNaN(y[t]!)
      u = keep * (u + (isKnown ? x[t]! : 0))
      e = keep * (e + (isKnown ? expected[t]! : 0))
    }
  }
  pass(0, n, 1)
  pass(n - 1, -1, -1)
  return x.map((v, t) => {
    const isKnown = !Number.isNaN(y[t]!)
    const u = above[t]! + (isKnown ? v : 0)
    const e = below[t]! + (isKnown ? expected[t]! : 0)
    return v - (expected[t]! * u) / (e + prior)
  })
}
