import { readKnob } from '../../../core/knobs.ts'
import { normalPrior } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import type { PanelContext } from '../context.ts'
import { nelderMead } from '../nelder-mead.ts'
import type { SeriesForecast, SeriesModel, SeriesView } from '../series-model.ts'
import { residualShape, spread } from '../shape.ts'
import { createEtsState, ETS_SPECS, type EtsSpec, runEts } from './ets-kernel.ts'
import { startEts, startLength } from './ets-start.ts'
import { etsMoments } from './ets-variance.ts'

/** Seasons longer than this are not estimated state by state. */
const LONGEST_SEASON = 24
/** Up to this many points the initial level and trend are searched for as well. */
const FREE_START_LENGTH = 60
/** In units of twice the log-likelihood: far below what tells models apart. */
const SEARCH_TOLERANCE = 0.01
/** spec, α, β, γ, φ, n0, l0, b0. */
const PARAMETER_COUNT = 8

const state = createEtsState()
const startSeason = new Float64Array(366)
const errors = growable()
const deviation = growable()
const shape = growable()

/** What the search over one model found. */
export interface EtsFit {
  readonly spec: EtsSpec
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
  readonly level: number
  readonly trend: number
  readonly aicc: number
}

/**
 * ETS models: exponential smoothing in state-space form, the one among `specs` with the smallest
 * AICc. Seasonal models are tried from two full seasons on, multiplicative ones on positive data.
 * Source: Hyndman, Koehler, Ord & Snyder 2008.
 */
export function etsModel(name: string, specs: readonly EtsSpec[] = ETS_SPECS): SeriesModel {
  return {
    name,
    parameterCount: PARAMETER_COUNT,
    fit(series, context, into) {
      const best = chooseEts(series, context.season, specs)
      into[0] = ETS_SPECS.indexOf(best.spec)
      into.set([best.alpha, best.beta, best.gamma, best.phi], 1)
      into[5] = startLength(context.season, series.length)
      into[6] = best.level
      into[7] = best.trend
    },
    forecast: forecastEts,
  }
}

/** Fits every admissible model and returns the one with the smallest AICc. */
export function chooseEts(
  series: SeriesView,
  season: number,
  specs: readonly EtsSpec[] = ETS_SPECS,
): EtsFit {
  let best = fitEts(series, season, simplest(specs))
  for (const spec of specs) {
    if (spec === best.spec || !admissible(series, season, spec)) continue
    const fit = fitEts(series, season, spec)
    if (fit.aicc < best.aicc) best = fit
  }
  return best
}

function simplest(specs: readonly EtsSpec[]): EtsSpec {
  const plain = specs.find((s) => s.error === 'A' && s.trend === 'N' && s.season === 'N')
  return plain ?? ETS_SPECS.find((s) => s.error === 'A' && s.trend === 'N' && s.season === 'N')!
}

function admissible(series: SeriesView, season: number, spec: EtsSpec): boolean {
  const { y, length, observed } = series
  if (spec.season !== 'N') {
    if (season < 2 || season > LONGEST_SEASON || length < 2 * season + 2) return false
  }
  if (observed < freeCount(spec, season) + 4) return false
  if (spec.error === 'A') return true
  for (let t = 0; t < length; t++) if (y[t]! <= 0) return false
  return true
}

/** Smoothing parameters, initial states and the variance. */
function freeCount(spec: EtsSpec, season: number): number {
  const trend = spec.trend === 'N' ? 0 : spec.trend === 'A' ? 2 : 3
  return 3 + trend + (spec.season === 'N' ? 0 : season)
}

/** Maximum likelihood of one model by a bounded simplex search. `y` must hold an observation. */
export function fitEts(series: SeriesView, season: number, spec: EtsSpec): EtsFit {
  const { y, length } = series
  startEts(state, spec, season, y, startLength(season, length))
  const m = state.seasonLength
  startSeason.set(state.season.subarray(0, m))
  const start = { level: state.level, trend: state.trend }
  const hasTrend = spec.trend !== 'N'
  const free = length <= FREE_START_LENGTH
  const reach = free ? startReach(y, length) : 0
  const place = (x: Float64Array) => {
    let i = 0
    state.alpha = 1e-4 + 0.9998 * x[i]! * x[i++]!
    state.beta = hasTrend ? state.alpha * (1e-4 + 0.9998 * x[i]! * x[i++]!) : 0
    state.gamma = m > 1 ? (1 - state.alpha) * (1e-4 + 0.9998 * x[i]! * x[i++]!) : 0
    state.phi = spec.trend === 'Ad' ? 0.8 + 0.18 * x[i++]! : 1
    state.level = free ? start.level + 4 * reach * (x[i++]! - 0.5) : start.level
    state.trend = free && hasTrend ? start.trend + reach * (x[i++]! - 0.5) : start.trend
    if (spec.error === 'M') state.level = Math.max(state.level, 1e-6)
    state.season.set(m === 1 ? startSeason.subarray(0, 1) : startSeason.subarray(0, m))
  }
  const x = firstGuess(hasTrend, m > 1, spec.trend === 'Ad', free)
  const objective = (p: Float64Array) => {
    place(p)
    runEts(state, spec, y, length)
    const value = state.count * Math.log(state.squares / state.count + 1e-300) + 2 * state.logSum
    return !Number.isNaN(value) ? value : Number.MAX_VALUE
  }
  const steps = x.map(() => 0.25)
  const value = nelderMead(objective, x, steps, {
    evaluations: 22 * x.length + 8,
    tolerance: SEARCH_TOLERANCE,
  })
  place(x)
  const k = freeCount(spec, season)
  const n = series.observed
  const { alpha, beta, gamma, phi, level, trend } = state
  const aicc = value + 2 * k + (2 * k * (k + 1)) / Math.max(1, n - k - 1)
  return { spec, alpha, beta, gamma, phi, level, trend, aicc }
}

function firstGuess(trend: boolean, season: boolean, damped: boolean, free: boolean): Float64Array {
  const x = [0.35]
  if (trend) x.push(0.25)
  if (season) x.push(0.25)
  if (damped) x.push(0.7)
  if (free) x.push(0.5)
  if (free && trend) x.push(0.5)
  return Float64Array.from(x)
}

/** Standard deviation of the series, the scale on which initial states may move. */
function startReach(y: Float64Array, length: number): number {
  let n = 0
  let sum = 0
  let squares = 0
  for (let t = 0; t < length; t++) {
    const v = y[t]!
    if (Number.isNaN(v)) continue
    n++
    sum += v
    squares += v * v
  }
  return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2))
}

function forecastEts(
  series: SeriesView,
  context: PanelContext,
  parameters: Float64Array,
  into: SeriesForecast,
): void {
  const spec = ETS_SPECS[parameters[0]!]!
  const { y, length } = series
  startEts(state, spec, context.season, y, Math.min(length, parameters[5]!))
  state.alpha = parameters[1]!
  state.beta = parameters[2]!
  state.gamma = parameters[3]!
  state.phi = parameters[4]!
  state.level = parameters[6]!
  state.trend = parameters[7]!
  const e = errors(length)
  runEts(state, spec, y, length, e)
  const count = Math.max(1, state.count)
  const used = freeCount(spec, spec.season === 'N' ? 0 : context.season) - 1
  const sigma2 = state.squares / Math.max(1, count - Math.min(used, count / 2))
  const sd = deviation(into.horizon)
  etsMoments(state, spec, length, sigma2, into.horizon, into.mean, sd)
  for (let h = 0; h < into.horizon; h++) sd[h] = Math.sqrt(sd[h]!)
  const z = shape(into.levels.length)
  const prior = readKnob(normalPrior, context.settings)
  residualShape(e, state.count, Math.sqrt(sigma2), prior, into.levels, z)
  spread(into, sd, z)
}
