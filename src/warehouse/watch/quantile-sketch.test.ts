import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSketch } from './quantile-sketch.ts'

describe('createSketch', () => {
  it('gives every quantile within 2 %', () => {
    const values = fc.array(fc.double({ min: 1e-5, max: 1e7, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, level) => {
        const sketch = createSketch()
        for (const value of all) sketch.add(value)
        const sorted = all.toSorted((a, b) => a - b)
        const truth = sorted[Math.max(1, Math.ceil(level * all.length)) - 1]!
        for (const one of [sketch, createSketch(sketch.buckets())]) {
          expect(Math.abs(one.quantile(level) - truth)).toBeLessThanOrEqual(0.0201 * truth)
          expect(one.count).toBe(all.length)
        }
      }),
    )
  })

  it('takes zeros and what is no number as zeros, and is NaN of nothing', () => {
    const sketch = createSketch()
    expect(sketch.quantile(0.5)).toBeNaN()
    for (const value of [0, -1, Number.NaN, 5]) sketch.add(value)
    expect(sketch.quantile(0.5)).toBe(0)
    expect(sketch.quantile(1)).toBeCloseTo(5, 0)
  })
})
