import { describe, expect, it } from 'vitest'
import { studentInterval, studentQuantile975 } from './student.ts'

describe('studentInterval', () => {
  it('uses the quantiles of the printed tables', () => {
    const table = { 1: 12.706, 2: 4.303, 5: 2.571, 7: 2.365, 30: 2.042 }
    for (const [freedom, t] of Object.entries(table)) {
      expect(studentQuantile975(Number(freedom))).toBeCloseTo(t, 3)
    }
  })

  it('is mean ± t s / √n, and says nothing from one value', () => {
    // Values 1, 2, 3: s = 1, t = 4.3027.
    const { mean, low, high } = studentInterval([1, 2, 3])
    expect(mean).toBe(2)
    expect(high - 2).toBeCloseTo(4.3027 / Math.sqrt(3), 4)
    expect(2 - low).toBeCloseTo(high - 2, 12)
    expect(studentInterval([5])).toEqual({ mean: 5, low: -Infinity, high: Infinity })
  })
})
