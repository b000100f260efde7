import { readKnob } from '../../../core/knobs.ts'
import { normalPrior } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import type { PanelContext } from '../context.ts'
import { nelderMead } from '../nelder-mead.ts'
import type { SeriesForecast, SeriesModel, SeriesView } from '../series-model.ts'
import { residualShape, spread } from '../shape.ts'

/** α, θ, 1 with season. */
const PARAMETER_COUNT = 3

const adjusted = growable()
const indices = growable()
const errors = growable()
const deviation = growable()
const shape = growable()
const counts = growable()

/** What a run leaves behind; reused. */
const run = { level: 0, squares: 0, count: 0, intercept: 0, slope: 0, decay: 1 }

/**
 * The Theta method in its state-space form, the data freed of a seasonal pattern where the
 * autocorrelation at the season is significant: μ_t = ℓ_{t−1} + (1 − 1/θ)((1−α)^{t−1} A +
 * (1 − (1−α)^t)/α · B), ℓ_t = αy_t + (1−α)ℓ_{t−1}, A and B the least-squares line through the data.
 * θ = 2 is the standard method (Assimakopoulos & Nikolopoulos 2000); `optimised` searches θ ≥ 1 too
 * (Fiorucci et al. 2016).
 */
export function thetaModel(name: string, optimised: boolean): SeriesModel {
  return {
    name,
    parameterCount: PARAMETER_COUNT,
    fit(series, context, into) {
      const seasonal = hasSeason(series, context.season)
      prepare(series, context.season, seasonal)
      const y = adjusted(series.length)
      const objective = (x: Float64Array) => {
        runTheta(y, series.length, alphaOf(x[0]!), optimised ? thetaOf(x[1]!) : 2)
        return series.observed * Math.log(run.squares + 1e-300)
      }
      const x = Float64Array.from(optimised ? [0.4, 0.4] : [0.4])
      nelderMead(objective, x, [0.25, 0.3], { evaluations: optimised ? 45 : 22, tolerance: 0.01 })
      into[0] = alphaOf(x[0]!)
      into[1] = optimised ? thetaOf(x[1]!) : 2
      into[2] = seasonal ? 1 : 0
    },
    forecast: forecastTheta,
  }
}

const alphaOf = (x: number) => 0.001 + 0.998 * x * x
const thetaOf = (x: number) => 1 + 9 * x * x

function forecastTheta(
  series: SeriesView,
  context: PanelContext,
  parameters: Float64Array,
  into: SeriesForecast,
): void {
  const n = series.length
  const m = context.season
  const seasonal = parameters[2] === 1 && n >= m
  const ratio = prepare(series, m, seasonal)
  const alpha = parameters[0]!
  const theta = parameters[1]!
  const e = errors(n)
  runTheta(adjusted(n), n, alpha, theta, e)
  const sigma2 = run.squares / Math.max(1, run.count - Math.min(3, run.count / 2))
  const weight = 1 - 1 / theta
  const sd = deviation(into.horizon)
  const index = indices(m)
  for (let h = 0; h < into.horizon; h++) {
    const line = run.decay * run.intercept + (h + (1 - run.decay * (1 - alpha)) / alpha) * run.slope
    const base = run.level + weight * line
    const s = seasonal ? index[(n + h) % m]! : ratio ? 1 : 0
    into.mean[h] = ratio ? base * s : base + s
    sd[h] = Math.sqrt(sigma2 * (1 + h * alpha * alpha)) * (ratio ? s : 1)
  }
  const z = shape(into.levels.length)
  const prior = readKnob(normalPrior, context.settings)
  residualShape(e, run.count, Math.sqrt(sigma2), prior, into.levels, z)
  spread(into, sd, z)
}

/** One pass; `errors` receives y − μ of what was observed. */
function runTheta(
  y: Float64Array,
  n: number,
  alpha: number,
  theta: number,
  e?: Float64Array,
): void {
  const { intercept, slope } = run
  const weight = 1 - 1 / theta
  let level = startLevel(y, n) / theta
  let decay = 1
  let squares = 0
  let count = 0
  for (let t = 0; t < n; t++) {
    const next = decay * (1 - alpha)
    const mu = level + weight * (decay * intercept + ((1 - next) / alpha) * slope)
    decay = next
    const value = y[t]!
    if (Number.isNaN(value)) continue
    const error = value - mu
    level = alpha * value + (1 - alpha) * level
    squares += error * error
    if (e !== undefined) e[count] = error
    count++
  }
  run.level = level
  run.decay = decay
  run.squares = squares
  run.count = count
}

/** Mean of the first observations: θ·ℓ0 of the state-space form, not searched for. */
function startLevel(y: Float64Array, n: number): number {
  let sum = 0
  let count = 0
  for (let t = 0; t < n && count < 5; t++) {
    if (Number.isNaN(y[t]!)) continue
    sum += y[t]!
    count++
  }
  return count > 0 ? sum / count : 0
}

/** Seasonal indices, adjusted data and its line; true when the season is a ratio. */
function prepare(series: SeriesView, m: number, seasonal: boolean): boolean {
  const { y, length } = series
  const target = adjusted(length)
  target.set(y.subarray(0, length))
  let ratio = false
  if (seasonal) {
    ratio = seasonalIndices(y, length, m)
    const index = indices(m)
    for (let t = 0; t < length; t++) {
      target[t] = ratio ? y[t]! / index[t % m]! : y[t]! - index[t % m]!
    }
  }
  fitLine(target, length)
  return ratio
}

/** Phase means around a centred moving mean: ratios when every mean is well above zero. */
function seasonalIndices(y: Float64Array, n: number, m: number): boolean {
  const index = indices(m).fill(0, 0, m)
  const count = counts(m).fill(0, 0, m)
  const half = m >> 1
  let ratio = true
  for (let pass = 0; pass < 2; pass++) {
    index.fill(0, 0, m)
    count.fill(0, 0, m)
    for (let t = half; t < n - half; t++) {
      const center = centredMean(y, t, m)
      if (Number.isNaN(y[t]!) || Number.isNaN(center)) continue
      if (center <= 1e-9) ratio = false
      index[t % m]! += ratio ? y[t]! / center : y[t]! - center
      count[t % m]! += 1
    }
    if (ratio) break
  }
  const neutral = ratio ? 1 : 0
  let sum = 0
  for (let p = 0; p < m; p++) {
    index[p] = count[p]! > 0 ? index[p]! / count[p]! : neutral
    sum += index[p]!
  }
  for (let p = 0; p < m; p++) {
    index[p] = ratio ? Math.max(0.01, (index[p]! * m) / (sum || 1)) : index[p]! - sum / m
  }
  return ratio
}

/** Mean of one season around t, the ends at half weight when the season is even. */
function centredMean(y: Float64Array, t: number, m: number): number {
  const half = m >> 1
  let sum = 0
  let weight = 0
  for (let k = t - half; k <= t + half; k++) {
    const w = m % 2 === 0 && (k === t - half || k === t + half) ? 0.5 : 1
    if (Number.isNaN(y[k]!)) continue
    sum += w * y[k]!
    weight += w
  }
  return weight > 0 ? sum / weight : Number.NaN
}

function fitLine(y: Float64Array, n: number): void {
  let count = 0
  let st = 0
  let sy = 0
  let stt = 0
  let sty = 0
  for (let t = 0; t < n; t++) {
    const v = y[t]!
    if (Number.isNaN(v)) continue
    count++
    st += t + 1
    sy += v
    stt += (t + 1) * (t + 1)
    sty += (t + 1) * v
  }
  const det = count * stt - st * st
  run.slope = det > 0 ? (count * sty - st * sy) / det : 0
  run.intercept = count > 0 ? (sy - run.slope * st) / count : 0
}

/**
 * |r_m| > 1.645 √((1 + 2 Σ_{k<m} r_k²)/n), the 90 % test of the M competitions, on data freed of its
 * line: a trend alone correlates at every lag.
 */
function hasSeason(series: SeriesView, m: number): boolean {
  const { y, length: n } = series
  if (m < 2 || n < 2 * m + 1) return false
  fitLine(y, n)
  const e = errors(n)
  for (let t = 0; t < n; t++) e[t] = y[t]! - run.intercept - run.slope * (t + 1)
  const correlation = (lag: number) => {
    let sum = 0
    for (let t = lag; t < n; t++) {
      const product = e[t]! * e[t - lag]!
      if (!Number.isNaN(product)) sum += product
    }
    return sum
  }
  const variance = correlation(0)
  if (!(variance > 0)) return false
  let squares = 0
  for (let k = 1; k < m; k++) squares += (correlation(k) / variance) ** 2
  return Math.abs(correlation(m) / variance) > 1.645 * Math.sqrt((1 + 2 * squares) / n)
}
