/** A curve as a line and an effect of each slot of a cycle. */
export interface FittedCurve {
  /** Of the line at the first open step. */
  readonly base: number
  /** Units a step. */
  readonly slope: number
  /** By slot; their sum over the open steps is zero. */
  readonly effects: Float64Array
  /** Open steps before each bucket. */
  readonly steps: Int32Array
}

const MOST_SLOTS = 24

/**
 * Least squares of mₜ = base + slope · xₜ + effect(slotₜ) over the open buckets, x counting open
 * buckets from 0. The slope is that of m and x less their means within each slot (Frisch and Waugh,
 * Econometrica 1, 1933); it is 0 where no slot is seen twice.
 */
export function fitCurve(curve: Float64Array, open: Uint8Array, slots: Int32Array): FittedCurve {
  const count = new Float64Array(MOST_SLOTS)
  const sumX = new Float64Array(MOST_SLOTS)
  const sumY = new Float64Array(MOST_SLOTS)
  const steps = new Int32Array(curve.length)
  let length = 0
  for (let t = 0; t < curve.length; t++) {
    steps[t] = length
    if (open[t] === 0) continue
    const slot = slots[t]!
    count[slot]! += 1
    sumX[slot]! += length++
    sumY[slot]! += curve[t]!
  }
  let covariance = 0
  let variance = 0
  for (let t = 0; t < curve.length; t++) {
    if (open[t] === 0) continue
    const slot = slots[t]!
    const x = steps[t]! - sumX[slot]! / count[slot]!
    covariance += x * (curve[t]! - sumY[slot]! / count[slot]!)
    variance += x * x
  }
  const slope = variance > 0 ? covariance / variance : 0
  let total = 0
  for (let slot = 0; slot < MOST_SLOTS; slot++) total += sumY[slot]! - slope * sumX[slot]!
  const base = length > 0 ? total / length : 0
  const effects = count.map((n, slot) =>
    n === 0 ? 0 : (sumY[slot]! - slope * sumX[slot]!) / n - base,
  )
  return { base, slope, effects, steps }
}
