import { expect, it } from 'vitest'
import type { Panel } from '../../../core/panel.ts'
import { createRandom } from '../../../core/random/random.ts'
import { netForecaster } from '../net-forecaster.ts'

const LEVELS = Float64Array.from([0.01, 0.3, 0.5, 0.8, 0.99])
const SETTINGS = { 'demand.net-steps': 15 }

/** A panel with everything it may carry, each with holes; one series has a single point, one none. */
function richPanel(frequency: 'H' | 'D' | 'W' | 'M'): Panel {
  const random = createRandom(frequency)
  const lengths = [90, 90, 60, 1, 0]
  const ahead = 20
  const offsets = new Int32Array(6)
  const knownOffsets = new Int32Array(6)
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length
    knownOffsets[i + 1] = knownOffsets[i]! + length + ahead
  })
  const some = (share: number, x: number) => (random.next() < share ? x : Number.NaN)
  const values = Float64Array.from({ length: offsets[5]! }, () => some(0.9, 20 * random.next()))
  const price = () => some(0.8, 5 + random.next())
  const known = (read: () => number) => Float64Array.from({ length: knownOffsets[5]! }, read)
  const columns = {
    price: known(price),
    promotion: known(() => random.int(2)),
    nothing: known(() => Number.NaN),
  }
  const day = frequency === 'H' ? 4 : frequency === 'D' ? 100 : frequency === 'W' ? 700 : 3000
  return {
    ids: ['a', 'b', 'c', 'd', 'e'],
    buckets: { frequency },
    firstBucket: Int32Array.from(lengths, (length) => 100 - length),
    offsets,
    values,
    censored: values.map((value) => (Number.isNaN(value) ? 3 : Number.NaN)),
    known: { offsets: knownOffsets, columns },
    statics: {
      brand: { kind: 'category', codes: Int32Array.of(0, 1, -1, 1, 0), dictionary: ['x', 'y'] },
      weight: { kind: 'number', values: Float64Array.of(1, 2, Number.NaN, 4, 5) },
      title: { kind: 'text', texts: ['red mug', 'blue mug', '', 'oak table', 'green mug'] },
    },
    events: [
      { name: 'sale', kind: 'promotion', firstDay: day - 30, lastDay: day - 29, strength: 2 },
      { name: 'sale', kind: 'promotion', firstDay: day + 2, lastDay: day + 3 },
      {
        name: 'fair',
        kind: 'season',
        firstDay: day - 9,
        lastDay: day - 9,
        series: Int32Array.of(1),
      },
    ],
  }
}

it.each(['H', 'D', 'W', 'M'] as const)(
  'reads everything a panel of %s may carry, whatever is missing of it',
  async (frequency) => {
    const panel = richPanel(frequency)
    for (const encoder of ['conv', 'lstm'] as const) {
      const options = { trainEnd: 100, horizon: 10, settings: SETTINGS }
      const fitted = await netForecaster(encoder).fit(panel, options)
      // Further than known covariates go, and than the net learned.
      for (const horizon of [4, 30]) {
        const { mean, quantiles } = fitted.predict(100, horizon, LEVELS)
        expect(mean.every((x) => Number.isFinite(x) && x >= 0)).toBe(true)
        quantiles.forEach((q, k) => {
          expect(q).toBeGreaterThanOrEqual(k % 5 > 0 ? quantiles[k - 1]! : 0)
        })
      }
    }
  },
)
