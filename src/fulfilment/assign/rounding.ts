import { createRandom, type Random } from '../../core/random/random.ts'
import type { Cart } from './cart.ts'
import type { OrderToAssign } from './types.ts'

/**
 * Shares of sites in which a plan ships a product of an order: the chance of each of `sites` for the
 * line of `product`; undefined where the plan does not say.
 */
export interface WayShares {
  share(order: OrderToAssign, product: number, site: number): number
}

/**
 * Sites for the pieces of a cart by correlated rounding on dilated clocks (Ma 2023, Order-optimal
 * correlated rounding for fulfilling multi-item e-commerce orders, M&SOM 25): site k opens at a time
 * E(k) ~ Exp(1), the same for all pieces; piece i sees it open at E(k) / share(i, k) and takes the first.
 * Each piece has each site with its share as chance, and an order of q pieces uses at most 1 + ln q
 * times the parcels that any rounding must. −1 for pieces of which no site has a share.
 */
export function roundCart(
  cart: Cart,
  share: (piece: number, at: number) => number,
  random: Random,
): Int32Array {
  const siteOf = new Int32Array(cart.pieces.length).fill(-1)
  const first = new Float64Array(cart.pieces.length).fill(Infinity)
  cart.held.forEach((held, at) => {
    const opens = -Math.log(1 - random.next())
    for (const piece of held) {
      const seen = opens / share(piece, at)
      if (seen < first[piece]!) {
        first[piece] = seen
        siteOf[piece] = at
      }
    }
  })
  return siteOf
}

/** A stream for an order: the same order is rounded the same way, whatever came before it. */
export function randomOf({ orderId }: OrderToAssign, seed: string | number): Random {
  return createRandom(`${seed}|${orderId}`)
}
