import type { EventSpan } from './spans.ts'

/** What two events have in common decides how much one tells of the other. */
export interface StrengthModel {
  readonly mean: number
  /** Standard deviation of strengths that nothing is known of. */
  readonly scale: number
  readonly past: readonly EventFeatures[]
  /** [past] K⁻¹ (strength − mean). */
  readonly solved: Float64Array
  /** [past × past] lower Cholesky factor of the covariance. */
  readonly factor: Float64Array
  readonly shares: StrengthShares
}

export interface EventFeatures {
  readonly kind: number
  readonly quiet: boolean
  readonly hour: number
  readonly day: number
}

/** Shares of the variance of strengths, by what they go with. */
export interface StrengthShares {
  readonly kind: number
  readonly quiet: number
  readonly hour: number
  readonly walk: number
  readonly own: number
}

/** Share of each in the variance, before any event is seen: quiet days and kinds matter most. */
const SHARES: StrengthShares = { kind: 0.2, quiet: 0.45, hour: 0.15, walk: 0.1, own: 0.06 }
const HOUR_REACH = 2.5
const WALK_DAYS = 6
const LARGEST = 250

export function featuresOf(span: EventSpan, quiet: Uint8Array): EventFeatures {
  return { kind: span.kind, quiet: quiet[span.weekday] === 1, hour: span.hour, day: span.day }
}

/**
 * Strengths as a Gaussian process over events: those of one kind, of quiet days, near in the hour and near
 * in time go together. With few of a kind the strength is drawn to that of all kinds; days far ahead know
 * less of today's interest (Rasmussen & Williams 2006, ch. 2). `strength` NaN is left out.
 */
export function fitStrengths(
  spans: readonly EventSpan[],
  strength: Float64Array,
  quiet: Uint8Array,
): StrengthModel {
  const known = spans
    .map((_, e) => e)
    .filter((e) => Number.isFinite(strength[e]!))
    .slice(-LARGEST)
  const past = known.map((e) => featuresOf(spans[e]!, quiet))
  const values = Float64Array.from(known, (e) => strength[e]!)
  const n = values.length
  const mean = n > 0 ? values.reduce((a, b) => a + b, 0) / n : 0
  const square = values.reduce((a, b) => a + (b - mean) ** 2, 0)
  // A fifth of the strength, with the weight of two events, where too few are known to differ.
  const scale = Math.sqrt((square + 2 * (0.3 * mean) ** 2) / (n + 2)) || 0.3
  const shares = SHARES
  const covariance = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const own = i === j ? shares.own + shares.walk * 1e-6 : 0
      covariance[i * n + j] = scale * scale * (likeness(past[i]!, past[j]!, shares) + own)
    }
  }
  const factor = cholesky(covariance, n)
  const solved = solve(
    factor,
    n,
    values.map((v) => v - mean),
  )
  return { mean, scale, past, solved, factor, shares }
}

/** Covariance of two events over scale², without what each has of its own. */
export function likeness(a: EventFeatures, b: EventFeatures, shares: StrengthShares): number {
  const hours = Math.abs(a.hour - b.hour)
  const apart = Math.min(hours, 24 - hours) / HOUR_REACH
  let sum = shares.walk * Math.exp(-Math.abs(a.day - b.day) / WALK_DAYS)
  if (a.kind === b.kind) sum += shares.kind
  if (a.quiet === b.quiet) sum += shares.quiet + shares.hour * Math.exp(-0.5 * apart * apart)
  return sum
}

/** Expected strengths of events and the lower factor of their joint covariance, own part included. */
export function predictStrengths(model: StrengthModel, events: readonly EventFeatures[]) {
  const { past, solved, factor, scale, shares, mean } = model
  const [n, m] = [past.length, events.length]
  const expected = new Float64Array(m)
  const covariance = new Float64Array(m * m)
  const halves: Float64Array[] = []
  events.forEach((event, i) => {
    const cross = Float64Array.from(past, (p) => scale * scale * likeness(p, event, shares))
    let sum = mean
    for (let k = 0; k < n; k++) sum += cross[k]! * solved[k]!
    expected[i] = sum
    halves.push(forward(factor, n, cross))
    for (let j = 0; j <= i; j++) {
      const own = i === j ? shares.own : 0
      let value = scale * scale * (likeness(event, events[j]!, shares) + own)
      for (let k = 0; k < n; k++) value -= halves[i]![k]! * halves[j]![k]!
      covariance[i * m + j] = value
    }
  })
  const variance = Float64Array.from({ length: m }, (_, i) => Math.max(0, covariance[i * m + i]!))
  return { expected, variance, factor: cholesky(covariance, m) }
}

/** Lower factor of a symmetric matrix given by its lower half, rows in turn; a tiny ridge keeps it positive. */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!
      if (i === j) factor[i * n + i] = Math.sqrt(Math.max(sum, 1e-10))
      else factor[i * n + j] = sum / factor[j * n + j]!
    }
  }
  return factor
}

function forward(factor: Float64Array, n: number, right: Float64Array): Float64Array {
  const x = right.slice()
  for (let i = 0; i < n; i++) {
    let sum = x[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * x[k]!
    x[i] = sum / factor[i * n + i]!
  }
  return x
}

function solve(factor: Float64Array, n: number, right: Float64Array): Float64Array {
  const x = forward(factor, n, right)
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * x[k]!
    x[i] = sum / factor[i * n + i]!
  }
  return x
}
