import { describe, expect, it } from 'vitest'
import { gammaQ } from '../../core/distributions/special.ts'
import { drawKey, mix32, streamKey, uniformAt } from './counter-random.ts'

/** P(χ² ≥ observed) of counts against equal shares. */
function chiSquareTail(counts: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0)
  const share = total / counts.length
  const statistic = counts.reduce((sum, count) => sum + (count - share) ** 2 / share, 0)
  return gammaQ((counts.length - 1) / 2, statistic / 2)
}

function histogram(values: Iterable<number>, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of values) counts[Math.floor(value * bins)]! += 1
  return counts
}

function* grid(stream: number, products: number, days: number): Generator<number> {
  for (let p = 0; p < products; p++) {
    for (let d = 0; d < days; d++) yield uniformAt(drawKey(stream, p), d)
  }
}

describe('uniformAt', () => {
  const stream = streamKey(1, 'test')

  it('is uniform over products and days, over days of one product, over products of one day', () => {
    const key = drawKey(stream, 5)
    const days = Array.from({ length: 100_000 }, (_, d) => uniformAt(key, d))
    const products = Array.from({ length: 100_000 }, (_, p) => uniformAt(drawKey(stream, p), 5))
    for (const values of [grid(stream, 500, 400), days, products]) {
      const tail = chiSquareTail(histogram(values, 64))
      expect(tail).toBeGreaterThan(1e-4)
      expect(tail).toBeLessThan(1 - 1e-4)
    }
  })

  it('has independent neighbours: pairs of days, of products and of streams fill the square', () => {
    const other = streamKey(1, 'other')
    const pairings: ((p: number, d: number) => number)[] = [
      (p, d) => uniformAt(drawKey(stream, p), d + 1),
      (p, d) => uniformAt(drawKey(stream, p + 1), d),
      (p, d) => uniformAt(drawKey(other, p), d),
      (p, d) => uniformAt(drawKey(stream, d), p),
    ]
    for (const pairing of pairings) {
      const counts = Array.from({ length: 256 }, () => 0)
      for (let p = 0; p < 300; p++) {
        for (let d = 0; d < 300; d++) {
          if (p === d) continue
          const u = Math.floor(16 * uniformAt(drawKey(stream, p), d))
          counts[16 * u + Math.floor(16 * pairing(p, d))]! += 1
        }
      }
      expect(chiSquareTail(counts)).toBeGreaterThan(1e-4)
    }
  })

  it('depends on each of seed, stream, product and day', () => {
    const at = (seed: number, name: string, p: number, d: number) =>
      uniformAt(drawKey(streamKey(seed, name), p), d)
    const base = at(1, 'a', 1, 1)
    expect(at(1, 'a', 1, 1)).toBe(base)
    for (const other of [at(2, 'a', 1, 1), at(1, 'b', 1, 1), at(1, 'a', 2, 1), at(1, 'a', 1, 2)]) {
      expect(other).not.toBe(base)
    }
  })

  it('mixes without collisions: mix32 is a bijection on a run of counters', () => {
    expect(new Set(Array.from({ length: 200_000 }, (_, i) => mix32(i))).size).toBe(200_000)
  })
})
