/** A learning rate over a run: rises straight to `peak`, then falls along a half cosine to `floor` of it. */
export interface Schedule {
  readonly peak: number
  readonly steps: number
  /** Steps of the rise. */
  readonly warmUp: number
  /** Share of the peak that is left at the end. */
  readonly floor: number
}

/**
 * Learning rate of step `step` (from 0): peak · (step + 1) / warmUp while rising, then
 * peak · (floor + (1 − floor) · (1 + cos π x) / 2), x from 0 to 1 (Loshchilov and Hutter 2017).
 */
export function learningRateAt({ peak, steps, warmUp, floor }: Schedule, step: number): number {
  if (step < warmUp) return (peak * (step + 1)) / warmUp
  const x = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp))
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * x)))
}
