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
  /** How much of a strength, and of what moves it, an event has on a quiet day; 1 = all. */
  readonly sway: number
}

/**
 * Variance of each relative to the whole before any event is seen: whether the day is quiet matters most,
 * then kind and interest of the time, then the hour.
 */
const PRIOR: StrengthShares = {
  kind: 0.25,
  quiet: 0.1,
  hour: 0.15,
  walk: 0.25,
  own: 0.08,
  sway: 0.5,
}
/** Shares are believed within a factor of three (one standard deviation) unless events say otherwise. */
const PRIOR_WIDTH = Math.log(3)
const FACTORS = [0.33, 0.6, 1.7, 3]
const SWEEPS = 3
const NAMES = ['kind', 'quiet', 'hour', 'walk', 'own', 'sway'] as const
const HOUR_REACH = 2.5
/** Days over which the interest of the time is forgotten. */
const WALK_DAYS = 8
const LARGEST = 150
/** Imagined events that speak for a spread of a third of the mean, where few are known. */
const PRIOR_EVENTS = 2
const PRIOR_SPREAD = 0.33

/**
 * Log effect of an event of `strength` times the effect of one of log effect `unit`: what it adds to load is
 * multiplied, not its logarithm. Bounded below at a twentieth of load.
 */
export function scaledStrength(unit: number, strength: number): number {
  return strength === 1 ? unit : Math.log(Math.max(0.05, 1 + strength * Math.expm1(unit)))
}

/** The log effect that an event of strength 1 would have had. */
export function unitStrength(effect: number, strength: number): number {
  return strength > 0 ? scaledStrength(effect, 1 / strength) : Number.NaN
}

/** What strengths depend on. */
export function featuresOf(span: EventSpan, quiet: Uint8Array): EventFeatures {
  return { kind: span.kind, quiet: quiet[span.weekday] === 1, hour: span.hour, day: span.day }
}

/**
 * Strengths as a Gaussian process over events: those of one kind, of quiet days, near in the hour and near
 * in time go together. With few of a kind the strength is drawn to that of all kinds, most to those near in
 * time; days far ahead know less of today's interest. How much each matters is what makes the known
 * strengths likeliest, with a prior (Rasmussen & Williams 2006, ch. 2 and 5). NaN strengths are left out; `seen` is the share
 * of each event that its strength was read from.
 */
export function fitStrengths(
  spans: readonly EventSpan[],
  strength: Float64Array,
  quiet: Uint8Array,
  seen: Float64Array = new Float64Array(spans.length).fill(1),
): StrengthModel {
  const known = spans
    .map((_, e) => e)
    .filter((e) => Number.isFinite(strength[e]!))
    .slice(-LARGEST)
  const past = known.map((e) => featuresOf(spans[e]!, quiet))
  const values = Float64Array.from(known, (e) => strength[e]!)
  const certainty = Float64Array.from(known, (e) => seen[e]!)
  let best = fitShares(past, values, certainty, PRIOR)
  for (let sweep = 0; sweep < (past.length > 2 ? SWEEPS : 0); sweep++) {
    for (const name of NAMES) {
      for (const factor of FACTORS) {
        const shares = { ...best.shares, [name]: best.shares[name] * factor }
        if (shares.sway > 1) continue
        const next = fitShares(past, values, certainty, shares)
        if (next.score > best.score) best = next
      }
    }
  }
  return best
}

interface ScoredModel extends StrengthModel {
  /** Log likelihood, scale profiled out, plus log prior of the shares. */
  readonly score: number
}

function fitShares(
  past: readonly EventFeatures[],
  values: Float64Array,
  certainty: Float64Array,
  shares: StrengthShares,
): ScoredModel {
  const n = values.length
  const likenesses = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      likenesses[i * n + j] = likeness(past[i]!, past[j]!, shares)
    }
    // An event that was half seen tells its strength half as surely.
    likenesses[i * n + i] = likenesses[i * n + i]! + shares.own / certainty[i]!
  }
  const unit = cholesky(likenesses, n)
  const sways = Float64Array.from(past, (event) => swayOf(event, shares))
  const solved = solve(unit, n, sways)
  const total = solved.reduce((a, b, i) => a + b * sways[i]!, 0)
  const mean = n > 0 ? solved.reduce((a, b, i) => a + b * values[i]!, 0) / total : 0
  const centred = values.map((v, i) => v - mean * sways[i]!)
  const direct = solve(unit, n, centred)
  const square = direct.reduce((a, b, i) => a + b * centred[i]!, 0)
  const prior = (PRIOR_SPREAD * (n > 0 ? mean : 1)) ** 2 + 1e-4
  const variance = (square + PRIOR_EVENTS * prior) / (n + PRIOR_EVENTS)
  let logDeterminant = 0
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(unit[i * n + i]!)
  const scale = Math.sqrt(variance)
  return {
    mean,
    scale,
    past,
    solved: direct.map((v) => v / variance),
    factor: unit.map((v) => v * scale),
    shares,
    score: -0.5 * (n + PRIOR_EVENTS) * Math.log(variance) - 0.5 * logDeterminant + logPrior(shares),
  }
}

function logPrior(shares: StrengthShares): number {
  let sum = 0
  for (const name of NAMES) {
    sum -= 0.5 * (Math.log(shares[name] / PRIOR[name]) / PRIOR_WIDTH) ** 2
  }
  return sum
}

/** Covariance of two events over scale², without what each has of its own. */
export function likeness(a: EventFeatures, b: EventFeatures, shares: StrengthShares): number {
  const hours = Math.abs(a.hour - b.hour)
  const apart = Math.min(hours, 24 - hours) / HOUR_REACH
  let sum = shares.walk * Math.exp(-Math.abs(a.day - b.day) / WALK_DAYS)
  if (a.kind === b.kind) sum += shares.kind
  if (a.quiet === b.quiet) sum += shares.quiet + shares.hour * Math.exp(-0.5 * apart * apart)
  return sum * swayOf(a, shares) * swayOf(b, shares)
}

function swayOf(event: EventFeatures, shares: StrengthShares): number {
  return event.quiet ? shares.sway : 1
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
    let sum = mean * swayOf(event, shares)
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
