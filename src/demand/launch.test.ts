import { describe, expect, it } from 'vitest'
import type { Panel } from '../core/panel.ts'
import { createRandom } from '../core/random/random.ts'
import { forecastPanel } from './forecast-panel.ts'

const SERIES = 30
const LENGTH = 150
const ORIGIN = LENGTH

/** Grown products, a third of them launched within the data, and one that is launched on `day`. */
function panelWith(day: number): Panel {
  const random = createRandom('launch')
  const born = Array.from({ length: SERIES }, (_, i) => (i % 3 === 0 ? 40 + i : 0))
  const offsets = new Int32Array(SERIES + 2)
  born.forEach((first, i) => {
    offsets[i + 1] = offsets[i]! + LENGTH - first
  })
  offsets[SERIES + 1] = offsets[SERIES]!
  const values = Float64Array.from({ length: offsets[SERIES]! }, () =>
    Math.max(0, Math.round(3 + 2 * random.normal())),
  )
  return {
    ids: [...born.map((_, i) => `s${i}`), 'coming'],
    buckets: { frequency: 'D' },
    firstBucket: Int32Array.from([...born, ORIGIN]),
    offsets,
    values,
    statics: {
      launched_on: { kind: 'number', values: Float64Array.from([...born, day]) },
      title: { kind: 'text', texts: Array.from({ length: SERIES + 1 }, () => 'blue mug') },
    },
  }
}

describe('a product that is launched after the origin', () => {
  const of = (day: number, models: readonly string[]) =>
    forecastPanel(panelWith(day), { horizon: 28, levels: [0.1, 0.5, 0.9], models, explain: true })

  it.each([[['cold-start']], [['auto']]])(
    'sells nothing before its launch, by %s',
    async (models) => {
      const { forecast, contributions } = await of(ORIGIN + 10, models)
      const own = forecast.mean.subarray(SERIES * 28)
      expect(own.subarray(0, 10).every((m) => m === 0)).toBe(true)
      expect(own.subarray(10).every((m) => m > 0)).toBe(true)
      expect(
        forecast.quantiles.subarray(SERIES * 28 * 3, SERIES * 28 * 3 + 30).every((q) => q === 0),
      ).toBe(true)
      for (let at = SERIES * 28; at < (SERIES + 1) * 28; at++) {
        const parts = Object.values(contributions!.parts).map((units) => units[at]!)
        expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(forecast.mean[at]!, 9)
        if (at < SERIES * 28 + 10) expect(parts.every((units) => units === 0)).toBe(true)
      }
    },
  )

  it('is as old after its launch as one launched at the origin', async () => {
    const [now, later] = await Promise.all([
      of(ORIGIN, ['cold-start']),
      of(ORIGIN + 7, ['cold-start']),
    ])
    const sum = (made: typeof now, from: number) =>
      made.forecast.mean
        .subarray(SERIES * 28 + from, SERIES * 28 + from + 14)
        .reduce((a, b) => a + b, 0)
    expect(sum(later, 7)).toBeCloseTo(sum(now, 0), 9)
  })
})
