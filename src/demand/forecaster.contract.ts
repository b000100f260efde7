import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenDays } from '../core/calendar.ts'
import { type Panel, panelOf, type QuantileForecast } from '../core/panel.ts'
import { createRandom } from '../core/random/random.ts'
import type { Forecaster } from './forecaster.ts'
import { MEANS, QUANTILES } from './wanted.ts'

const LEVELS = Float64Array.from([0.05, 0.25, 0.5, 0.75, 0.95])
const DAILY = { frequency: 'D' } as const
const HORIZON = 16

/** How far the contract bends for a method. */
export interface ContractLimits {
  /** Random histories to try; fewer where a fit takes long. Default 60. */
  readonly runs?: number
  /** By how much, of a value, a forecast of thousandfold data may differ. Default 1e-6. */
  readonly scaling?: number
}

/** What every forecaster must do, whatever its method; run by each one's tests. */
export function forecasterContract(
  forecaster: Forecaster,
  { runs = 60, scaling = 1e-6 }: ContractLimits = {},
): void {
  describe(`${forecaster.name} as a forecaster`, () => {
    hasSensibleShortForecasts(forecaster, runs)
    readsNothingFromTheOriginOn(forecaster)
    givesWhatIsWanted(forecaster)
    respectsClosedDays(forecaster)
    copesWithGaps(forecaster)
    scales(forecaster, scaling)
  })
}

function hasSensibleShortForecasts(forecaster: Forecaster, runs: number): void {
  it('forecasts any history finitely, rising with the level and not below zero', async () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.nat(5),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constant(Number.NaN),
    )
    const histories = fc.array(fc.array(value, { maxLength: 40 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(histories, async (ys) => {
        const panel = panelOf(
          ys.map((values, i) => ({ id: `s${i}`, firstBucket: 100 - values.length, values })),
          DAILY,
        )
        const fitted = await forecaster.fit(panel, { trainEnd: 100 })
        requireSound(fitted.predict(100, HORIZON, LEVELS), 0)
      }),
      { numRuns: runs, examples: [[[[], [3], [1, 4], Array(30).fill(0)]]] },
    )
  })

  it('forecasts zeros as zero and a constant as about that constant', async () => {
    const panel = panelOf(
      [0, 5].map((c) => ({ id: `${c}`, firstBucket: 0, values: Array(60).fill(c) })),
      DAILY,
    )
    const { mean, quantiles } = (await forecaster.fit(panel)).predict(60, HORIZON, LEVELS)
    expect([...mean.subarray(0, HORIZON)].every((v) => v === 0)).toBe(true)
    expect([...quantiles.subarray(0, HORIZON * LEVELS.length)].every((v) => v === 0)).toBe(true)
    for (const v of mean.subarray(HORIZON)) expect(Math.abs(v - 5)).toBeLessThan(1)
  })

  it('lets a panel with negative values go below zero', async () => {
    const random = createRandom('negative')
    const values = Float64Array.from({ length: 90 }, () => -20 + random.normal())
    const panel = panelOf([{ id: 'a', firstBucket: 0, values }], DAILY)
    const forecast = (await forecaster.fit(panel)).predict(90, 3, LEVELS)
    requireSound(forecast, -Infinity)
    expect(forecast.mean[0]!).toBeLessThan(-15)
  })
}

function readsNothingFromTheOriginOn(forecaster: Forecaster): void {
  it('reads nothing at or after the origin', async () => {
    const whole = lumpyPanel(6, 150)
    const origin = 118
    const destroyed: Panel = { ...whole, values: whole.values.slice() }
    for (let i = 0; i < whole.ids.length; i++) {
      const from = whole.offsets[i]! + origin - whole.firstBucket[i]!
      destroyed.values.fill(1e6, from, whole.offsets[i + 1]!)
    }
    const clean = await forecaster.fit(whole, { trainEnd: 110 })
    const dirty = await forecaster.fit(destroyed, { trainEnd: 110 })
    for (const at of [110, origin]) {
      const expected = clean.predict(at, HORIZON, LEVELS)
      const actual = dirty.predict(at, HORIZON, LEVELS)
      expect(actual.mean).toEqual(expected.mean)
      expect(actual.quantiles).toEqual(expected.quantiles)
    }
  })

  it('says the same again, also after a forecast from another origin', async () => {
    const fitted = await forecaster.fit(lumpyPanel(3, 90), { trainEnd: 60 })
    const first = fitted.predict(60, HORIZON, LEVELS)
    const later = fitted.predict(85, HORIZON, LEVELS)
    expect(fitted.predict(60, HORIZON, LEVELS)).toEqual(first)
    expect(later).not.toEqual(first)
  })
}

function givesWhatIsWanted(forecaster: Forecaster): void {
  it('says the same, to the bit, of what is wanted, whatever else is', async () => {
    const panel = lumpyPanel(9, 120)
    const fitted = await forecaster.fit(panel, { trainEnd: 100 })
    const wanted = Uint8Array.from(panel.ids, (_, i) => i % 3)
    for (const at of [100, 113]) {
      const whole = fitted.predict(at, HORIZON, LEVELS)
      const asked = fitted.predict(at, HORIZON, LEVELS, wanted)
      requireSound(asked, 0)
      wanted.forEach((what, i) => {
        const of = (values: Float64Array, width: number) =>
          values.subarray(i * width, (i + 1) * width)
        if (what >= MEANS) expect(of(asked.mean, HORIZON)).toEqual(of(whole.mean, HORIZON))
        if (what < QUANTILES) return
        const width = HORIZON * LEVELS.length
        expect(of(asked.quantiles, width)).toEqual(of(whole.quantiles, width))
      })
    }
  })
}

function respectsClosedDays(forecaster: Forecaster): void {
  it('takes closed weekdays out of the time axis and forecasts closed days as zero', async () => {
    const openDays: OpenDays = { closedWeekdays: [5], closedDays: new Set([96]) }
    const values = Float64Array.from({ length: 90 }, (_, d) => ((d + 3) % 7 === 5 ? 0 : 8))
    const panel = panelOf([{ id: 'a', firstBucket: 0, values }], DAILY, openDays)
    const { mean, quantiles } = (await forecaster.fit(panel)).predict(90, HORIZON, LEVELS)
    for (let h = 0; h < HORIZON; h++) {
      const closed = (90 + h + 3) % 7 === 5 || 90 + h === 96
      if (closed) {
        expect(mean[h]).toBe(0)
        const at = h * LEVELS.length
        expect([...quantiles.subarray(at, at + LEVELS.length)]).toEqual([0, 0, 0, 0, 0])
      } else {
        // The zeros of closed days must not pull the level or the season down.
        expect(Math.abs(mean[h]! - 8)).toBeLessThan(1.5)
      }
    }
  })
}

function copesWithGaps(forecaster: Forecaster): void {
  it('skips missing observations and forecasts on after the end of a series', async () => {
    const full = lumpyPanel(4, 120)
    const values = full.values.map((v, k) => (k % 5 === 2 || k % 120 > 100 ? Number.NaN : v))
    const gappy = { ...full, values }
    requireSound((await forecaster.fit(gappy, { trainEnd: 120 })).predict(120, HORIZON, LEVELS), 0)
    requireSound((await forecaster.fit(full, { trainEnd: 120 })).predict(133, HORIZON, LEVELS), 0)
  })
}

function scales(forecaster: Forecaster, tolerance: number): void {
  it('scales with the data', async () => {
    const panel = lumpyPanel(3, 100)
    const thousand = { ...panel, values: panel.values.map((v) => v * 1000) }
    const small = (await forecaster.fit(panel)).predict(100, HORIZON, LEVELS)
    const large = (await forecaster.fit(thousand)).predict(100, HORIZON, LEVELS)
    for (let k = 0; k < small.quantiles.length; k++) {
      const allowed = tolerance * Math.max(1, small.quantiles[k]!)
      expect(Math.abs(large.quantiles[k]! / 1000 - small.quantiles[k]!)).toBeLessThan(allowed)
    }
  })
}

/** Finite means and quantiles, the latter rising and at least `floor`. */
function requireSound(forecast: QuantileForecast, floor: number): void {
  const { mean, quantiles } = forecast
  expect(mean.every(Number.isFinite)).toBe(true)
  let falls = 0
  let low = 0
  let wild = 0
  for (let k = 0; k < quantiles.length; k++) {
    if (!Number.isFinite(quantiles[k]!)) wild++
    if (quantiles[k]! < floor) low++
    if (k % LEVELS.length > 0 && quantiles[k]! < quantiles[k - 1]!) falls++
  }
  expect({ falls, low, wild }).toEqual({ falls: 0, low: 0, wild: 0 })
}

/** Daily series with weekdays, zeros and a few large orders. */
function lumpyPanel(series: number, length: number): Panel {
  const random = createRandom('lumpy')
  return panelOf(
    Array.from({ length: series }, (_, i) => ({
      id: `s${i}`,
      firstBucket: 0,
      values: Float64Array.from({ length }, (_v, t) => {
        if (random.next() < 0.15 * i) return 0
        const large = random.next() < 0.05 ? 30 : 0
        return Math.floor(5 + i + (t % 7) + 3 * random.next() + large)
      }),
    })),
    DAILY,
  )
}
