import { expect, it } from 'vitest'
import { learningRateAt } from './schedule.ts'

it('rises to the peak, then falls along a half cosine to the floor', () => {
  const schedule = { peak: 0.01, steps: 110, warmUp: 10, floor: 0.1 }
  const rates = Array.from({ length: 111 }, (_, step) => learningRateAt(schedule, step))
  expect(rates[0]).toBeCloseTo(0.001, 12)
  expect(rates[9]).toBeCloseTo(0.01, 12)
  expect(rates[60]).toBeCloseTo(0.01 * (0.1 + 0.9 / 2), 12)
  expect(rates[110]).toBeCloseTo(0.001, 12)
  for (let step = 11; step < 111; step++) expect(rates[step]!).toBeLessThan(rates[step - 1]!)
})
