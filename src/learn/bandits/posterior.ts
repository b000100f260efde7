import { requireArgument, requireFinite } from '../../core/errors.ts'
import { factorize, solveLower, solveUpper, updateFactor } from './cholesky.ts'

/** Steps in which a half-life is forgotten: between them the factor is updated, not made anew. */
const STEPS_A_HALF_LIFE = 64
/** Observations after which the factor is made anew, so that rounding does not gather. */
const REFRESH = 4096

export interface PosteriorOptions {
  readonly dimension: number
  /** Precision of the prior N(0, σ²/ridge) of every coefficient, > 0. */
  readonly ridge: number
  /** What was seen counts half after so many ms; Infinity never forgets. */
  readonly halfLifeMs: number
  /** Standard deviation of a reward around its mean, > 0: the first guess of it. */
  readonly noise: number
  /** Observations that the first guess of the noise counts; Infinity keeps it as it is. */
  readonly noiseWeight: number
}

/** All that a posterior knows, as it is saved. */
export interface PosteriorState {
  /** Σ γ w x xᵀ, lower triangle of n × n. */
  readonly precision: Float64Array
  /** Σ γ w y x. */
  readonly moment: Float64Array
  /** Cholesky factor of `precision` + ridge I; saved, so that a copy goes on to the last bit. */
  readonly factor: Float64Array
  /** Σ γ w, Σ γ w y², last step of forgetting, observations left until the factor is made anew. */
  readonly scalars: Float64Array
}

/**
 * Bayesian linear regression that learns one observation at a time and forgets:
 * θ ~ N(μ, σ² (P + ridge I)⁻¹), P = Σ γ^(age) w x xᵀ, μ = (P + ridge I)⁻¹ Σ γ^(age) w y x.
 * The prior is not forgotten: without news the posterior returns to it (Russac, Vernade & Cappé 2019).
 * A Cholesky factor is kept by rank-one updates; σ² is the posterior mean of an inverse gamma.
 */
export interface LinearPosterior {
  readonly options: PosteriorOptions
  /** μ; not to be written to. */
  mean(): Float64Array
  /** σ, from what was guessed first and the residuals. */
  noise(): number
  /** L⁻¹ x for `rows` rows of `features`, row-major: its squared length is xᵀ (P + ridge I)⁻¹ x. */
  whiten(features: Float64Array, rows: number): Float64Array
  /** Learns that x earned y, counted `weight` (> 0) times, at `at` (epoch ms). */
  observe(x: Float64Array, y: number, weight: number, at: number): void
  /** Forgets up to `at`. */
  forget(at: number): void
  /** Weight of what is remembered: Σ γ w. */
  weight(): number
  state(): PosteriorState
}

/** A posterior that has seen nothing, or continues from a saved state. Throws ERR_ARGUMENT. */
export function linearPosterior(
  options: PosteriorOptions,
  saved?: PosteriorState,
): LinearPosterior {
  checkOptions(options)
  const n = options.dimension
  const state = copyOf(saved) ?? emptyState(n)
  const { precision, moment, factor, scalars } = state
  const scratch = new Float64Array(n)
  const mu = new Float64Array(n)
  let isMeanOld = true

  const refresh = () => {
    if (scalars[3]! > 0) return
    // Sums that are too large for the ridge to show are told from zero by their own size.
    let ridge = options.ridge
    while (!factorize(precision, ridge, n, factor))
      ridge = Math.max(ridge * 10, traceOf(precision, n) * 1e-14)
    scalars[3] = REFRESH
  }
  const mean = () => {
    refresh()
    if (isMeanOld) {
      solveLower(factor, n, moment, 0, mu, 0)
      solveUpper(factor, n, mu)
      isMeanOld = false
    }
    return mu
  }
  const forget = (at: number) => {
    const share = forgotten(scalars, options.halfLifeMs, at)
    if (share === 1) return
    for (const array of [precision, moment])
      for (let i = 0; i < array.length; i++) array[i] = array[i]! * share
    scalars[0] = scalars[0]! * share
    scalars[1] = scalars[1]! * share
    scalars[3] = 0
    isMeanOld = true
  }
  return {
    options,
    mean,
    noise: () => noiseOf(options, scalars, mean(), moment),
    whiten(features, rows) {
      refresh()
      const out = new Float64Array(rows * n)
      for (let r = 0; r < rows; r++) solveLower(factor, n, features, r * n, out, r * n)
      return out
    },
    observe(x, y, weight, at) {
      checkObservation(x, y, weight, n)
      forget(at)
      accumulate(state, x, y, weight)
      const root = Math.sqrt(weight)
      for (let i = 0; i < n; i++) scratch[i] = root * x[i]!
      if (scalars[3]! > 0) {
        updateFactor(factor, n, scratch)
        scalars[3] = scalars[3]! - 1
      }
      isMeanOld = true
    },
    forget,
    weight: () => scalars[0]!,
    state: () => copyOf(state)!,
  }
}

function checkOptions({
  dimension,
  ridge,
  halfLifeMs,
  noise,
  noiseWeight,
}: PosteriorOptions): void {
  requireArgument(
    Number.isInteger(dimension) && dimension >= 1 && dimension <= 4096,
    `a posterior of dimension ${dimension}: it must be a whole number from 1 to 4096`,
  )
  requireArgument(ridge > 0 && Number.isFinite(ridge), `ridge is ${ridge}: it must be above 0`)
  requireArgument(halfLifeMs > 0, `halfLifeMs is ${halfLifeMs}: it must be above 0`)
  requireArgument(noise > 0 && Number.isFinite(noise), `noise is ${noise}: it must be above 0`)
  requireArgument(noiseWeight > 0, `noiseWeight is ${noiseWeight}: it must be above 0`)
}

function checkObservation(x: Float64Array, y: number, weight: number, n: number): void {
  requireArgument(x.length === n, `an observation of ${x.length} features, not ${n}`)
  for (let i = 0; i < n; i++) requireFinite(x[i]!, `feature ${i}`)
  requireFinite(y, 'the reward')
  requireArgument(weight > 0 && Number.isFinite(weight), `weight is ${weight}: it must be above 0`)
}

function accumulate(
  { precision, moment, scalars }: PosteriorState,
  x: Float64Array,
  y: number,
  weight: number,
): void {
  const n = x.length
  for (let i = 0; i < n; i++) {
    const scaled = weight * x[i]!
    if (scaled === 0) continue
    for (let j = 0; j <= i; j++) precision[i * n + j] = precision[i * n + j]! + scaled * x[j]!
    moment[i] = moment[i]! + scaled * y
  }
  scalars[0] = scalars[0]! + weight
  scalars[1] = scalars[1]! + weight * y * y
}

/** Share that is left of what was known, by whole steps since the last; an earlier `at` forgets nothing. */
function forgotten(scalars: Float64Array, halfLifeMs: number, at: number): number {
  requireFinite(at, 'at')
  if (halfLifeMs === Infinity) return 1
  const step = Math.floor((at / halfLifeMs) * STEPS_A_HALF_LIFE)
  const last = scalars[2]!
  if (Number.isNaN(last)) scalars[2] = step
  if (!(step > last)) return 1
  scalars[2] = step
  return 2 ** ((last - step) / STEPS_A_HALF_LIFE)
}

/** σ² = (w₀ σ₀² + Σ w y² − μᵀ Σ w y x) / (w₀ + Σ w). */
function noiseOf(
  { noise, noiseWeight }: PosteriorOptions,
  scalars: Float64Array,
  mean: Float64Array,
  moment: Float64Array,
): number {
  if (noiseWeight === Infinity) return noise
  let explained = 0
  for (let i = 0; i < mean.length; i++) explained += mean[i]! * moment[i]!
  const residual = Math.max(0, scalars[1]! - explained)
  const variance = (noiseWeight * noise * noise + residual) / (noiseWeight + scalars[0]!)
  return Math.sqrt(Math.max(variance, 1e-12))
}

function traceOf(matrix: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]!
  return sum
}

function emptyState(n: number): PosteriorState {
  return {
    precision: new Float64Array(n * n),
    moment: new Float64Array(n),
    factor: new Float64Array(n * n),
    scalars: Float64Array.of(0, 0, Number.NaN, 0),
  }
}

function copyOf(state: PosteriorState | undefined): PosteriorState | undefined {
  if (state === undefined) return undefined
  return {
    precision: state.precision.slice(),
    moment: state.moment.slice(),
    factor: state.factor.slice(),
    scalars: state.scalars.slice(),
  }
}
