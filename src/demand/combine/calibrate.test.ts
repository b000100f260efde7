import { describe, expect, it } from 'vitest'
import type { QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import { applyCalibration, applyHeldOut, learnCalibration, outerWidth } from './calibrate.ts'
import type { JudgedOrigin } from './judged.ts'
import { SEGMENTS } from './segments.ts'

const SERIES = 400
const HORIZON = 12
const SIZE = BACKTEST_LEVELS.length

/** Days without sales 45 % of the time, else 1 … 10 units; forecast with quantiles `lift` too low. */
function lumpy(lift: number): { judged: JudgedOrigin; forecast: QuantileForecast } {
  const random = createRandom('lumpy')
  const points = SERIES * HORIZON
  const actual = Float64Array.from({ length: points }, () =>
    random.next() < 0.45 ? 0 : 10 * random.next(),
  )
  const quantiles = new Float64Array(points * SIZE)
  for (let at = 0; at < points; at++) {
    BACKTEST_LEVELS.forEach((level, l) => {
      quantiles[at * SIZE + l] = Math.max(0, (10 * (level - 0.45)) / 0.55) * lift
    })
  }
  const forecast: QuantileForecast = {
    ids: Array.from({ length: SERIES }, (_, i) => `s${i}`),
    buckets: { frequency: 'D' },
    origin: 0,
    horizon: HORIZON,
    levels: BACKTEST_LEVELS,
    mean: new Float64Array(points),
    quantiles,
  }
  const segment = new Int32Array(SERIES)
  const scale = new Float64Array(SERIES).fill(1)
  return {
    judged: { origin: 0, horizon: HORIZON, actual, scale, segment, forecasts: [forecast] },
    forecast,
  }
}

describe('the correction of quantiles', () => {
  it('puts the right share below a quantile and leaves quantiles of zero where they are', () => {
    const { judged, forecast } = lumpy(0.7)
    const sizes = new Float64Array(SEGMENTS.length)
    sizes[0] = SERIES
    const calibration = learnCalibration([judged], [forecast], { series: 100, origins: 0 }, sizes)
    applyCalibration(forecast, calibration, judged.segment, outerWidth(forecast), 0)
    BACKTEST_LEVELS.forEach((level, l) => {
      const q = judged.actual.map((_, at) => forecast.quantiles[at * SIZE + l]!)
      if (level < 0.45) {
        expect(q.every((value) => value === 0)).toBe(true)
        return
      }
      const below = judged.actual.filter((y, at) => y <= q[at]!).length / judged.actual.length
      expect(Math.abs(below - level)).toBeLessThan(0.02)
    })
    // Nine of ten days lie in the band from 5 % to 95 %, those without sales among them.
    expect(calibration.points[SIZE - 1]).toBeGreaterThan(1000)
    expect(calibration.points[0]).toBe(0)
  })
})

describe('what is said of the correction', () => {
  const LAST = SIZE - 1
  const sizes = new Float64Array(SEGMENTS.length)
  sizes[0] = SERIES

  it('is out of sample: an origin unlike the others is not corrected by itself', () => {
    const usual = [1, 2].map(() => lumpy(1))
    const odd = lumpy(1)
    // All that is sold at the third origin is three times what was forecast.
    const actual = odd.judged.actual.map((y) => 3 * y)
    const origins = [...usual.map(({ judged }) => judged), { ...odd.judged, actual }]
    const combined = [...usual, odd].map(({ forecast }) => forecast)
    const calibration = learnCalibration(origins, combined, { series: 0, origins: 0 }, sizes)
    const own = learnCalibration(
      origins.slice(0, 2),
      combined.slice(0, 2),
      { series: 0, origins: 0 },
      sizes,
    )
    // The third fold is corrected by the first two alone, which show nothing to correct.
    expect(calibration.without[2]).toEqual(own.shift)
    expect(calibration.shift[LAST]!).toBeGreaterThan(own.shift[LAST]! + 0.1)
    // So that its share below is what two good origins and a bad one give, not the level.
    const q = combined[2]!.quantiles
    const kept = own.shift[LAST]! * (q[LAST]! - q[0]!) + q[LAST]!
    const below = actual.filter((y) => y <= kept).length / actual.length
    expect(below).toBeLessThan(0.75)
    expect(calibration.after[LAST]!).not.toBeCloseTo(BACKTEST_LEVELS[LAST]!, 2)
  })

  it('halves the series where there is one origin', () => {
    const { judged, forecast } = lumpy(0.7)
    const priors = { series: 0, origins: 0 }
    const { without, after } = learnCalibration([judged], [forecast], priors, sizes)
    expect(without).toHaveLength(2)
    expect(without[0]![LAST]!).toBeGreaterThan(0.1)
    expect(Math.abs(after[LAST]! - 0.95)).toBeLessThan(0.03)
    applyHeldOut(
      forecast,
      {
        bands: [0, 4, 8, 12],
        shift: without[0]!,
        without,
        before: after,
        after,
        points: new Int32Array(after.length),
      },
      { k: 0, origins: 1 },
      judged.segment,
      0,
    )
    const inside = judged.actual.filter((y, at) => y <= forecast.quantiles[at * SIZE + LAST]!)
    expect(Math.abs(inside.length / judged.actual.length - 0.95)).toBeLessThan(0.03)
  })
})
