/** Trend of an ETS model. */
export type EtsTrend = 'N' | 'A' | 'Ad'
/** Season of an ETS model. */
export type EtsSeason = 'N' | 'A' | 'M'

/** One of the models of Hyndman, Koehler, Ord & Snyder 2008, table 2.2 and 2.3. */
export interface EtsSpec {
  readonly error: 'A' | 'M'
  readonly trend: EtsTrend
  readonly season: EtsSeason
}

/** The 15 models that are numerically stable: additive errors take no multiplicative season. */
export const ETS_SPECS: readonly EtsSpec[] = (['A', 'M'] as const).flatMap((error) =>
  (['N', 'A', 'M'] as const)
    .filter((season) => error === 'M' || season !== 'M')
    .flatMap((season) => (['N', 'A', 'Ad'] as const).map((trend) => ({ error, trend, season }))),
)

/** Smoothing parameters, the state they move, and what a run through data measured. */
export interface EtsState {
  alpha: number
  beta: number
  gamma: number
  phi: number
  level: number
  trend: number
  /** Seasonal states by slot of history mod season; zeros (ones when multiplicative) without season. */
  readonly season: Float64Array
  seasonLength: number
  /** Σ e² with e = y − μ, or Σ (e/μ)² for multiplicative errors. */
  squares: number
  /** Σ ln |μ|; zero for additive errors. */
  logSum: number
  count: number
}

export function createEtsState(): EtsState {
  return {
    alpha: 0,
    beta: 0,
    gamma: 0,
    phi: 1,
    level: 0,
    trend: 0,
    season: new Float64Array(366),
    seasonLength: 1,
    squares: 0,
    logSum: 0,
    count: 0,
  }
}

const SMALL = 1e-10

/**
 * Runs the state through y[0 … n) (NaN: the state moves by its own forecast), additive season or
 * none: μ = l + φb + s, e = y − μ, l ← l + φb + αe, b ← φb + βe, s ← s + γe. The recursions are the
 * same for multiplicative errors (αμε = αe). Relative or absolute errors go to `errors` if given.
 */
export function runAdditiveSeason(
  s: EtsState,
  multiplicativeError: boolean,
  y: Float64Array,
  n: number,
  errors?: Float64Array,
): void {
  const { alpha, beta, gamma, phi, season, seasonLength } = s
  let level = s.level
  let trend = s.trend
  let squares = 0
  let product = 1
  let logSum = 0
  let count = 0
  let phase = 0
  for (let t = 0; t < n; t++) {
    const step = phi * trend
    const mu = level + step + season[phase]!
    const e = y[t]! - mu
    level += step
    trend = step
    if (!Number.isNaN(e)) {
      level += alpha * e
      trend += beta * e
      season[phase]! += gamma * e
      let error = e
      if (multiplicativeError) {
        const safe = Math.abs(mu) > SMALL ? mu : SMALL
        error = e / safe
        product *= Math.abs(safe)
        if (product > 1e200 || product < 1e-200) {
          logSum += Math.log(product)
          product = 1
        }
      }
      squares += error * error
      if (errors !== undefined) errors[count] = error
      count++
    }
    phase = phase + 1 === seasonLength ? 0 : phase + 1
  }
  s.level = level
  s.trend = trend
  s.squares = squares
  s.logSum = logSum + Math.log(product)
  s.count = count
}

/**
 * Multiplicative error and season: μ = (l + φb)s, ε = y/μ − 1, l ← (l + φb)(1 + αε),
 * b ← φb + β(l + φb)ε, s ← s(1 + γε).
 */
export function runMultiplicativeSeason(
  s: EtsState,
  y: Float64Array,
  n: number,
  errors?: Float64Array,
): void {
  const { alpha, beta, gamma, phi, season, seasonLength } = s
  let level = s.level
  let trend = s.trend
  let squares = 0
  let product = 1
  let logSum = 0
  let count = 0
  let phase = 0
  for (let t = 0; t < n; t++) {
    const step = phi * trend
    const base = level + step
    const mu = base * season[phase]!
    const safe = Math.abs(mu) > SMALL ? mu : SMALL
    const error = (y[t]! - mu) / safe
    level = base
    trend = step
    if (!Number.isNaN(error)) {
      level += base * alpha * error
      trend += base * beta * error
      season[phase]! *= 1 + gamma * error
      product *= Math.abs(safe)
      if (product > 1e200 || product < 1e-200) {
        logSum += Math.log(product)
        product = 1
      }
      squares += error * error
      if (errors !== undefined) errors[count] = error
      count++
    }
    phase = phase + 1 === seasonLength ? 0 : phase + 1
  }
  s.level = level
  s.trend = trend
  s.squares = squares
  s.logSum = logSum + Math.log(product)
  s.count = count
}

/** Runs whichever recursion the model has. */
export function runEts(
  s: EtsState,
  spec: EtsSpec,
  y: Float64Array,
  n: number,
  errors?: Float64Array,
): void {
  if (spec.season === 'M') runMultiplicativeSeason(s, y, n, errors)
  else runAdditiveSeason(s, spec.error === 'M', y, n, errors)
}
