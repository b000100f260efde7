import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Curves, createArrivals, type Spacing } from './arrivals.ts'

function all(curves: Curves, spacing: Spacing, seed = 1): { due: number; step: number }[] {
  const arrivals = createArrivals(curves, spacing, seed)
  const list: { due: number; step: number }[] = []
  for (; arrivals.dueMs < Infinity; arrivals.next()) {
    list.push({ due: arrivals.dueMs, step: arrivals.step })
  }
  return list
}

const rates = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), {
  minLength: 1,
  maxLength: 12,
})

test('even arrivals keep the count of every interval within one, in order', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 10, max: 2000 }), (a, intervalMs) => {
      const perSecond = Float64Array.from(a)
      const curves = { intervalMs, steps: [{ step: 'a', perSecond }] }
      const list = all(curves, 'even')
      let sum = 0
      a.forEach((rate, i) => {
        sum += (rate * intervalMs) / 1000
        const sent = list.filter(({ due }) => due <= (i + 1) * intervalMs).length
        expect(Math.abs(sent - sum)).toBeLessThanOrEqual(1)
      })
      for (let k = 1; k < list.length; k++) {
        expect(list[k]!.due).toBeGreaterThanOrEqual(list[k - 1]!.due)
      }
    }),
  )
})

test('Poisson arrivals have the mean of the curve and its square root as spread', () => {
  const perSecond = Float64Array.of(50, 200, 0, 100)
  const curves = { intervalMs: 1000, steps: [{ step: 'a', perSecond }] }
  const counts = Array.from({ length: 400 }, (_, seed) => {
    const list = all(curves, 'poisson', seed)
    return [0, 1, 2, 3].map(
      (i) => list.filter(({ due }) => due >= i * 1000 && due < (i + 1) * 1000).length,
    )
  })
  perSecond.forEach((rate, i) => {
    const mean = counts.reduce((sum, row) => sum + row[i]!, 0) / counts.length
    const variance = counts.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / counts.length
    expect(Math.abs(mean - rate)).toBeLessThanOrEqual(4 * Math.sqrt(rate / counts.length))
    expect(Math.abs(variance - rate)).toBeLessThanOrEqual(0.35 * rate)
  })
})

test('steps keep their own curves', () => {
  const steps = [
    { step: 'search', perSecond: Float64Array.of(10, 0) },
    { step: 'order', perSecond: Float64Array.of(0, 4) },
  ]
  const list = all({ intervalMs: 1000, steps }, 'even')
  expect(list.filter(({ step }) => step === 0).length).toBe(10)
  expect(list.filter(({ step, due }) => step === 1 && due >= 1000).length).toBe(4)
})

test('the same seed sends at the same moments; nothing is sent without a rate', () => {
  const curves = { intervalMs: 500, steps: [{ step: 'a', perSecond: Float64Array.of(40, 80) }] }
  expect(all(curves, 'poisson', 3)).toEqual(all(curves, 'poisson', 3))
  expect(all(curves, 'poisson', 3)).not.toEqual(all(curves, 'poisson', 4))
  expect(all({ intervalMs: 500, steps: [] }, 'even')).toEqual([])
})

test('curves that cannot be sent are refused', () => {
  const curve = (step: string, ...perSecond: number[]) => ({
    step,
    perSecond: Float64Array.from(perSecond),
  })
  const refused = (curves: Curves) =>
    expect(() => createArrivals(curves, 'even', 1)).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT' }),
    )
  refused({ intervalMs: 0, steps: [] })
  refused({ intervalMs: 1000, steps: [curve('a', -1)] })
  refused({ intervalMs: 1000, steps: [curve('a', Number.NaN)] })
  refused({ intervalMs: 1000, steps: [curve('a', 1), curve('b', 1, 2)] })
})
