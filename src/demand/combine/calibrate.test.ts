import { describe, expect, it } from 'vitest'
import type { QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import { applyCalibration, learnCalibration, outerWidth } from './calibrate.ts'
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
