import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import type { PanelContext } from '../context.ts'
import type { SeriesView } from '../series-model.ts'
import { chooseEts, etsModel, fitEts } from './ets.ts'
import { createEtsState, ETS_SPECS, type EtsSpec, type EtsState, runEts } from './ets-kernel.ts'
import { etsMoments } from './ets-variance.ts'

const LEVELS = Float64Array.from([0.05, 0.5, 0.95])

const viewOf = (values: ArrayLike<number>): SeriesView => ({
  y: Float64Array.from(values),
  length: values.length,
  firstSlot: 0,
  observed: Array.from(values).filter((v) => !Number.isNaN(v)).length,
  nonNegative: true,
})

const contextOf = (season: number): PanelContext => ({
  season,
  trainEnd: 0,
  profile: new Float64Array(season).fill(1),
  nonNegative: true,
  pool: new Float64Array(1),
  easter: new Float64Array(0),
  settings: {},
})

const spec = (error: 'A' | 'M', trend: 'N' | 'A' | 'Ad', season: 'N' | 'A' | 'M') =>
  ETS_SPECS.find((s) => s.error === error && s.trend === trend && s.season === season)!

describe('ETS', () => {
  it('finds the published simple smoothing of Saudi oil production (FPP2, 7.1)', () => {
    const oil = [
      445.3641, 453.195, 454.4096, 422.3789, 456.0371, 440.3866, 425.1944, 486.2052, 500.4291,
      521.2759, 508.9476, 488.8889, 509.8706, 456.7229, 473.8166, 525.9509, 549.8338, 542.3405,
    ]
    const fit = fitEts(viewOf(oil), 1, spec('A', 'N', 'N'))
    expect(Math.abs(fit.alpha - 0.8339)).toBeLessThan(0.02)
    expect(Math.abs(fit.level - 446.5868)).toBeLessThan(2)
    const into = forecastOf('ses', [spec('A', 'N', 'N')], oil, 1, 3)
    for (const mean of into.mean) expect(Math.abs(mean - 542.6806)).toBeLessThan(0.5)
  })

  it('finds the published Holt trend of Australian air passengers (FPP2, 7.2)', () => {
    const air = [
      17.5534, 21.8601, 23.8866, 26.9293, 26.8885, 28.8314, 30.0751, 30.9535, 30.1857, 31.5797,
      32.5776, 33.4774, 39.0216, 41.3864, 41.5966, 44.6573, 46.9517, 48.7288, 51.4884, 50.0269,
      60.6409, 63.3603, 66.3551, 68.1979, 68.1205, 69.7784, 72.597,
    ]
    const into = forecastOf('holt', [spec('A', 'A', 'N')], air, 1, 5)
    const published = [74.6013, 76.70304, 78.80478, 80.90652, 83.00826]
    published.forEach((mean, h) => {
      expect(Math.abs(into.mean[h]! / mean - 1)).toBeLessThan(0.01)
    })
  })

  it('takes a season where there is one and none where there is none', () => {
    const random = createRandom('ets-choice')
    const seasonal = Array.from(
      { length: 140 },
      (_, t) => 50 + 20 * Math.sin((t * 2 * Math.PI) / 7) + random.normal(),
    )
    const plain = Array.from({ length: 140 }, () => 50 + random.normal())
    expect(chooseEts(viewOf(seasonal), 7).spec.season).not.toBe('N')
    expect(chooseEts(viewOf(plain), 7).spec).toMatchObject({ trend: 'N', season: 'N' })
  })

  it('takes multiplicative errors for a series whose noise grows with its level', () => {
    const random = createRandom('ets-multiplicative')
    const values = Array.from(
      { length: 200 },
      (_, t) =>
        (20 + 3 * t) *
        (1 + 0.5 * Math.sin((t * 2 * Math.PI) / 7)) *
        Math.exp(0.1 * random.normal()),
    )
    expect(chooseEts(viewOf(values), 7).spec).toMatchObject({ error: 'M', season: 'M' })
  })
})

describe('the kernel of ETS', () => {
  it('agrees with the recursions as they are printed', () => {
    const unit = fc.double({ min: 0.01, max: 0.99, noNaN: true })
    const value = fc.double({ min: 1, max: 100, noNaN: true })
    const series = fc.array(fc.oneof(value, fc.constant(Number.NaN)), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(fc.constantFrom(...ETS_SPECS), series, unit, unit, unit, (s, y, a, b, g) => {
        const fast = stateOf(s, a, b * a, g * (1 - a))
        const plain = stateOf(s, a, b * a, g * (1 - a))
        runEts(fast, s, Float64Array.from(y), y.length)
        runPlain(plain, s, y)
        for (const key of ['level', 'trend', 'squares', 'logSum', 'count'] as const) {
          const size = Math.max(1, Math.abs(plain[key]))
          expect(Math.abs(fast[key] - plain[key]) / size).toBeLessThan(1e-8)
        }
        const far = fast.season.findIndex(
          (v, p) => Math.abs(v - plain.season[p]!) > 1e-8 * Math.max(1, Math.abs(v)),
        )
        expect(far).toBe(-1)
      }),
    )
  })

  it('has the moments that simulation finds', () => {
    for (const s of [spec('A', 'A', 'A'), spec('M', 'A', 'N'), spec('M', 'Ad', 'M')]) {
      const horizon = 9
      const mean = new Float64Array(horizon)
      const variance = new Float64Array(horizon)
      const sigma = s.error === 'A' ? 2 : 0.05
      etsMoments(stateOf(s, 0.3, 0.1, 0.2), s, 0, sigma ** 2, horizon, mean, variance)
      const simulated = simulate(s, sigma, horizon)
      for (let h = 0; h < horizon; h++) {
        expect(Math.abs(simulated.mean[h]! / mean[h]! - 1)).toBeLessThan(0.02)
        expect(Math.abs(simulated.variance[h]! / variance[h]! - 1)).toBeLessThan(0.08)
      }
    }
  })
})

function forecastOf(
  name: string,
  specs: EtsSpec[],
  values: number[],
  season: number,
  horizon: number,
) {
  const model = etsModel(name, specs)
  const parameters = new Float64Array(model.parameterCount)
  const into = {
    horizon,
    levels: LEVELS,
    mean: new Float64Array(horizon),
    quantiles: new Float64Array(horizon * LEVELS.length),
  }
  model.fit(viewOf(values), contextOf(season), parameters)
  model.forecast(viewOf(values), contextOf(season), parameters, into)
  return into
}

function stateOf(s: EtsSpec, alpha: number, beta: number, gamma: number): EtsState {
  const state = createEtsState()
  const m = s.season === 'N' ? 1 : 3
  const season = s.season === 'N' ? [0] : s.season === 'A' ? [-4, 1, 3] : [0.8, 1.1, 1.1]
  state.season.set(season)
  const phi = s.trend === 'Ad' ? 0.9 : 1
  const trend = s.trend === 'N' ? 0 : 0.5
  return Object.assign(state, {
    alpha,
    beta: s.trend === 'N' ? 0 : beta,
    gamma: s.season === 'N' ? 0 : gamma,
    phi,
    level: 40,
    trend,
    seasonLength: m,
  })
}

/** Hyndman et al. 2008, tables 2.2 and 2.3, one line a state; NaN leaves out the error. */
function step(state: EtsState, s: EtsSpec, phase: number, error: (mu: number) => number): number {
  const { alpha, beta, gamma, phi } = state
  const base = state.level + phi * state.trend
  const season = state.season[phase]!
  const mu = s.season === 'M' ? base * season : base + season
  const e = error(mu)
  const absolute = s.error === 'M' ? mu * e : e
  state.trend = phi * state.trend
  state.level = base
  if (!Number.isNaN(e)) {
    state.level += alpha * (s.season === 'M' ? base * e : absolute)
    state.trend += beta * (s.season === 'M' ? base * e : absolute)
    state.season[phase] = s.season === 'M' ? season * (1 + gamma * e) : season + gamma * absolute
  }
  return mu
}

function runPlain(state: EtsState, s: EtsSpec, y: readonly number[]): void {
  y.forEach((value, t) => {
    let seen = Number.NaN
    const mu = step(state, s, t % state.seasonLength, (m) => {
      // The kernel's guard against a mean of zero.
      const safe = Math.abs(m) > 1e-10 ? m : 1e-10
      seen = s.error === 'M' ? (value - m) / safe : value - m
      return seen
    })
    if (Number.isNaN(seen)) return
    state.squares += seen * seen
    if (s.error === 'M') state.logSum += Math.log(Math.max(1e-10, Math.abs(mu)))
    state.count++
  })
}

function simulate(s: EtsSpec, sigma: number, horizon: number) {
  const random = createRandom('ets-moments')
  const runs = 20_000
  const sum = new Float64Array(horizon)
  const squares = new Float64Array(horizon)
  for (let run = 0; run < runs; run++) {
    const state = stateOf(s, 0.3, 0.1, 0.2)
    for (let h = 0; h < horizon; h++) {
      let e = 0
      const mu = step(state, s, h % state.seasonLength, () => {
        e = sigma * random.normal()
        return e
      })
      const y = s.error === 'M' ? mu * (1 + e) : mu + e
      sum[h]! += y
      squares[h]! += y * y
    }
  }
  const mean = sum.map((v) => v / runs)
  return { mean, variance: squares.map((v, h) => v / runs - mean[h]! ** 2) }
}
