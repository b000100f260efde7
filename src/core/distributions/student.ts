import { betaI } from './special.ts'

/** A mean of independent values and its 95 % confidence interval. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/**
 * Mean ± t · s / √n of independent values (Student 1908); of a single value the interval is the
 * whole line, since one run says nothing about its spread.
 */
export function studentInterval(values: readonly number[]): Interval {
  const n = values.length
  const mean = values.reduce((a, b) => a + b, 0) / n
  if (n < 2) return { mean, low: -Infinity, high: Infinity }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const half = studentQuantile975(n - 1) * Math.sqrt(squares / (n - 1) / n)
  return { mean, low: mean - half, high: mean + half }
}

/** t with P(|T| > t) = 0.05, by bisection on P(|T| > t) = I_{v/(v+t²)}(v/2, ½). */
export function studentQuantile975(freedom: number): number {
  let low = 0
  let high = 20
  while (high - low > 1e-10) {
    const t = (low + high) / 2
    if (betaI(freedom / 2, 0.5, freedom / (freedom + t * t)) > 0.05) low = t
    else high = t
  }
  return low
}
