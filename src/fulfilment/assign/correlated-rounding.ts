import type { Cart } from './cart.ts'
import { assignmentOf, parcelOf } from './parcel-cost.ts'
import { randomOf, roundCart, type WayShares } from './rounding.ts'
import { type Choose, createStrategy, type StrategySettings } from './strategies.ts'
import type { AssignmentStrategy, Situation } from './types.ts'

/**
 * Follows the shares of a plan by correlated rounding (`roundCart`), drawn from the order's id: the
 * same order is answered the same way. Pieces of which the plan says nothing, or whose sites are out
 * of stock, go to a site that ships already, else to the site that ships them for least; where a
 * parcel cannot arrive in time, what is cheapest to ship takes over.
 */
export function createCorrelatedRounding(
  shares: () => WayShares,
  seed: string | number,
  settings?: StrategySettings,
): AssignmentStrategy {
  const choose: Choose = (cart, situation, { packer, search }) => {
    const plan = shares()
    const siteOf = roundCart(
      cart,
      (piece, at) => plan.share(cart.order, cart.pieces[piece]!.product, cart.sites[at]!),
      randomOf(cart.order, seed),
    )
    placeRest(cart, situation, siteOf)
    const parcels = new Map<number, number[]>()
    siteOf.forEach((at, piece) => {
      parcels.set(at, [...(parcels.get(at) ?? []), piece])
    })
    const made = [...parcels].map(([at, pieces]) =>
      parcelOf(cart, situation, packer, cart.sites[at]!, pieces),
    )
    const shipped = made.filter((parcel) => parcel !== undefined)
    return shipped.length === made.length
      ? assignmentOf(shipped)
      : search.find(cart, situation, 'shipping')
  }
  return createStrategy('correlated-rounding', 'shipping', choose, settings)
}

/** Gives pieces without a site one that ships already, else the one with the cheapest way. */
function placeRest(cart: Cart, situation: Situation, siteOf: Int32Array): void {
  const opened = new Set(siteOf)
  const holders = cart.pieces.map((): number[] => [])
  cart.held.forEach((held, at) => {
    for (const piece of held) holders[piece]!.push(at)
  })
  cart.pieces.forEach(({ product, quantity }, piece) => {
    if (siteOf[piece] !== -1) return
    const { kg, m3 } = situation.physics(product)
    let least = Infinity
    for (const at of holders[piece]!) {
      const way = situation.price(cart.sites[at]!, cart.order, kg * quantity, m3 * quantity)
      const cents = opened.has(at) ? 0 : (way?.cents ?? Number.MAX_VALUE)
      if (cents < least) {
        siteOf[piece] = at
        least = cents
      }
    }
    opened.add(siteOf[piece]!)
  })
}
