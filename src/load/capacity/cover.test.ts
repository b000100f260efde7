import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CoverItem, cheapestCover, heldBy, serversFor } from './cover.ts'

const item = fc.record({
  perServer: fc.double({ min: 0.5, max: 24, noNaN: true }),
  zones: fc.constantFrom(1, 2, 3),
  price: fc.double({ min: 0.5, max: 24, noNaN: true }),
  standing: fc.integer({ min: 0, max: 3 }),
})

/** Every combination of up to `most` servers of each item. */
function plainCover(items: readonly CoverItem[], need: number, most: number): number {
  const held = (n: readonly number[]) =>
    items.reduce((sum, one, j) => sum + heldBy(one.standing + n[j]!, one.perServer, one.zones), 0)
  let best = Infinity
  const walk = (n: number[], price: number): void => {
    if (n.length === items.length) {
      if (held(n) >= need - 1e-9) best = Math.min(best, price)
      return
    }
    for (let k = 0; k <= most; k++) walk([...n, k], price + k * items[n.length]!.price)
  }
  walk([], 0)
  return best
}

test('finds the cheapest cover of a need, as trying all combinations does', () => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 3 }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      (items, need) => {
        const cover = cheapestCover(items, need)
        const plain = plainCover(items, need, 20)
        expect(cover.price).toBeCloseTo(plain, 5)
        expect(cover.bound).toBeLessThanOrEqual(plain * (1 + 1e-5) + 1e-9)
        const held = items.reduce(
          (sum, one, j) => sum + heldBy(one.standing + cover.servers[j]!, one.perServer, one.zones),
          0,
        )
        expect(held).toBeGreaterThanOrEqual(need - 1e-6)
      },
    ),
    { numRuns: 200 },
  )
})

test('covers what is hardly more than nothing, and a hair more than whole servers', () => {
  const one = { perServer: 1.0000000000000002, zones: 1, price: 0.5, standing: 0 }
  expect(cheapestCover([one], 1.0000000000000003e-9).price).toBe(0.5)
  const large = { perServer: 9000, zones: 3, price: 2, standing: 1 }
  const { servers } = cheapestCover([large], 3 * 9000 * (1 + 1e-10))
  expect(heldBy(1 + servers[0]!, 9000, 3)).toBeGreaterThanOrEqual(27_000)
})

test('knows how many servers hold a need when a zone is gone', () => {
  for (const zones of [1, 2, 3, 4]) {
    for (let need = 0.5; need < 12; need += 0.5) {
      const n = serversFor(need, 1, zones)
      expect(heldBy(n, 1, zones)).toBeGreaterThanOrEqual(need)
      expect(heldBy(n - 1, 1, zones)).toBeLessThan(need)
    }
  }
})
