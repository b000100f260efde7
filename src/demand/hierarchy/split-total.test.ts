import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { splitTotal } from './split-total.ts'

const LENGTH = 200
const HORIZON = 14
const SAMPLES = 60
const LEVELS = Float64Array.from([0.05, 0.25, 0.5, 0.75, 0.95])

/** Two places: one sells `share(day)` of 100 units a day, the other the rest. */
function placesOf(share: (day: number) => number): Panel {
  const random = createRandom('places')
  const values = [new Float64Array(LENGTH), new Float64Array(LENGTH)]
  for (let t = 0; t < LENGTH; t++) {
    const [mine, noise] = [share(t), 1 + 0.05 * random.normal()]
    values[0]![t] = 100 * mine * noise
    values[1]![t] = 100 * (1 - mine) * (2 - noise)
  }
  const series = values.map((own, p) => ({ id: `p${p}`, firstBucket: 0, values: own }))
  return panelOf(series, { frequency: 'D' })
}

/** A total of 130 a day, its paths 0.8 to 1.2 times that. */
const total = {
  origin: LENGTH,
  levels: LEVELS,
  mean: new Float64Array(HORIZON).fill(130),
  paths: Float64Array.from(
    { length: HORIZON * SAMPLES },
    (_, k) => 130 * (0.8 + (0.4 * ((k % SAMPLES) + 0.5)) / SAMPLES),
  ),
}
const past = [144, 158, 172].map((origin) => ({ origin, horizon: HORIZON }))

function expectToAddUp(mean: Float64Array) {
  for (let h = 0; h < HORIZON; h++) expect(mean[h]! + mean[HORIZON + h]!).toBeCloseTo(130, 9)
}

describe('splitTotal', () => {
  it('follows the places’ own forecasts where shares move with the weekday', async () => {
    const made = await splitTotal(
      placesOf((day) => (day % 7 < 2 ? 0.9 : 0.3)),
      total,
      { past },
    )
    expect(made.method).toBe('own')
    expectToAddUp(made.parts.mean)
    const share = (h: number) => made.parts.mean[h]! / 130
    for (let h = 0; h < HORIZON; h++) {
      expect(Math.abs(share(h) - ((LENGTH + h) % 7 < 2 ? 0.9 : 0.3))).toBeLessThan(0.06)
    }
    expect(made.wape[0]).toBeLessThan(0.15)
  })

  it('gives usual shares, and bands as wide as the total’s, where nothing was judged', async () => {
    const made = await splitTotal(
      placesOf(() => 0.25),
      total,
    )
    expect(made.method).toBe('shares')
    expect(made.wape.every(Number.isNaN)).toBe(true)
    expectToAddUp(made.parts.mean)
    for (const m of made.parts.mean.subarray(0, HORIZON)) expect(m / 130).toBeCloseTo(0.25, 1)
    const { quantiles } = made.parts
    quantiles.forEach((q, k) => {
      if (k % LEVELS.length > 0) expect(q).toBeGreaterThanOrEqual(quantiles[k - 1]!)
    })
    const width = quantiles[4]! - quantiles[0]!
    expect(width).toBeGreaterThan(0.25 * 130 * 0.3)
    expect(width).toBeLessThan(0.25 * 130 * 0.8)
    expect(
      await splitTotal(
        placesOf(() => 0.25),
        total,
      ),
    ).toEqual(made)
  })
})
