import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'

describe('createRandom', () => {
  it('gives the same numbers for the same seed', () => {
    const a = createRandom(7)
    const b = createRandom(7)
    expect(Array.from({ length: 50 }, () => a.next())).toEqual(
      Array.from({ length: 50 }, () => b.next()),
    )
  })

  it('splits by label, whatever was drawn before', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string(),
        fc.integer({ min: 0, max: 20 }),
        (seed, label, drawn) => {
          const fresh = createRandom(seed)
          const used = createRandom(seed)
          for (let i = 0; i < drawn; i++) used.next()
          expect(used.split(label).next()).toBe(fresh.split(label).next())
        },
      ),
    )
  })

  it('gives split streams that differ and do not correlate', () => {
    const root = createRandom(1)
    const n = 2000
    const a = root.split(0)
    const b = root.split(1)
    let product = 0
    for (let i = 0; i < n; i++) product += (a.next() - 0.5) * (b.next() - 0.5)
    // The sample correlation of independent streams has standard deviation 1/√n.
    expect(Math.abs((product / n) * 12)).toBeLessThan(5 / Math.sqrt(n))
  })

  it('draws normals with mean 0, variance 1 and kurtosis 3', () => {
    const random = createRandom('normal')
    const n = 100_000
    let sum = 0
    let squares = 0
    let fourths = 0
    for (let i = 0; i < n; i++) {
      const z = random.normal()
      sum += z
      squares += z * z
      fourths += z ** 4
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.02)
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.02)
    expect(Math.abs(fourths / n - 3)).toBeLessThan(0.15)
  })

  it('covers every integer below the bound evenly', () => {
    const random = createRandom(3)
    const counts = new Int32Array(7)
    for (let i = 0; i < 70_000; i++) counts[random.int(7)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })
})
