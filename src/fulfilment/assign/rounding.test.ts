import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { Cart } from './cart.ts'
import { roundCart } from './rounding.ts'

const pieces = [0, 1, 2].map((product) => ({ product, quantity: 1 }))
const cart: Cart = {
  order: { orderId: 'a', area: 0, lines: pieces, now: 0, promisedBy: 1 },
  pieces,
  sites: [0, 1, 2],
  held: [
    [0, 1, 2],
    [0, 1, 2],
    [0, 1],
  ],
}
const shares = [
  [0.5, 0.3, 0.2],
  [0.1, 0.6, 0.3],
  [0.8, 0.2, 0],
]

describe('correlated rounding', () => {
  const random = createRandom(1)
  const draws = Array.from({ length: 20_000 }, () =>
    roundCart(cart, (piece, at) => shares[piece]![at]!, random),
  )

  it('gives each piece each site with its share as chance', () => {
    shares.forEach((row, piece) => {
      row.forEach((share, at) => {
        const seen = draws.filter((siteOf) => siteOf[piece] === at).length / draws.length
        expect(Math.abs(seen - share)).toBeLessThan(4 * Math.sqrt(0.25 / draws.length))
      })
    })
  })

  it('uses each site at most 1 + ln q times as often as any rounding must', () => {
    for (const at of [0, 1, 2]) {
      const used = draws.filter((siteOf) => siteOf.includes(at)).length / draws.length
      const must = Math.max(...shares.map((row) => row[at]!))
      expect(used).toBeGreaterThan(must - 0.02)
      expect(used).toBeLessThan((1 + Math.log(3)) * must)
    }
  })

  it('uses fewer parcels than pieces rounded on their own', () => {
    const parcels = draws.reduce((sum, siteOf) => sum + new Set(siteOf).size, 0) / draws.length
    const alone = [0, 1, 2].reduce(
      (sum, at) => sum + 1 - shares.reduce((none, row) => none * (1 - row[at]!), 1),
      0,
    )
    expect(parcels).toBeLessThan(alone - 0.2)
  })

  it('leaves a piece without a site where it has no share', () => {
    expect([...roundCart(cart, (piece) => (piece === 1 ? 0 : 1), random)][1]).toBe(-1)
  })
})
