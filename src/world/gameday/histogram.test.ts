import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHistogram } from './histogram.ts'

const durations = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
})
const level = fc.double({ min: 0.001, max: 1, noNaN: true })

test('a quantile is that of the sorted durations, within a hundredth', () => {
  fc.assert(
    fc.property(durations, level, (values, at) => {
      const histogram = createHistogram()
      for (const ms of values) histogram.record(ms)
      const exact = values.toSorted((a, b) => a - b)[Math.ceil(at * values.length) - 1]!
      expect(histogram.quantile(at)).toBeGreaterThanOrEqual(exact * 0.999_999)
      expect(histogram.quantile(at)).toBeLessThanOrEqual(exact * 1.01)
      expect(histogram.maxMs).toBe(Math.max(...values))
    }),
  )
})

test('histograms that are added count as one', () => {
  fc.assert(
    fc.property(durations, durations, level, (a, b, at) => {
      const [one, other, both] = [createHistogram(), createHistogram(), createHistogram()]
      for (const ms of a) one.record(ms)
      for (const ms of b) other.record(ms)
      for (const ms of [...a, ...b]) both.record(ms)
      one.add(other)
      expect(one.quantile(at)).toBe(both.quantile(at))
      expect(one.count).toBe(both.count)
    }),
  )
})

test('nothing recorded, nothing before it began, hours', () => {
  const histogram = createHistogram()
  expect(histogram.quantile(0.5)).toBeNaN()
  histogram.record(-1)
  expect(histogram.count).toBe(1)
  histogram.record(10_000_000)
  expect(histogram.maxMs).toBe(10_000_000)
})
