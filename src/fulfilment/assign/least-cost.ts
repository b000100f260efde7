import type { KnobSettings } from '../../core/knobs.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Packed, Packer } from './boxes.ts'
import type { Cart } from './cart.ts'
import { ASSIGN_KNOBS } from './knobs.ts'
import { splitLarge } from './large-split.ts'
import { assignmentOf, parcelOf, shippingOf, worthOf } from './parcel-cost.ts'
import { createSplitSearch, type Split, type SplitSearch } from './split.ts'
import type { AssignedParcel, Assignment, Situation } from './types.ts'

/** Whether the worth of stock counts in the choice. */
export type Counts = 'shipping' | 'shipping-and-worth'

/** Finds the cheapest assignment of a cart; holds its memory between orders. */
export interface CheapestSearch {
  /**
   * The assignment with least shipping (and worth of the stock used, by `counts`), of the sites of the
   * cart that `allowed` lets through. Exact up to `fulfilment.enumerate-lines` pieces, a greedy cover
   * beyond. Undefined where there is none.
   */
  find(
    cart: Cart,
    situation: Situation,
    counts: Counts,
    allowed?: (site: number) => boolean,
  ): Assignment | undefined
}

/** A search that packs with `packer`. */
export function createCheapestSearch(packer: Packer, knobs: KnobSettings = {}): CheapestSearch {
  const most = readKnob(ASSIGN_KNOBS.enumerateLines, knobs)
  const search = createSplitSearch(most)
  return {
    find(cart, situation, counts, allowed) {
      const open = allowed === undefined ? cart : withSites(cart, allowed)
      const split =
        open.pieces.length <= most
          ? splitSmall(open, situation, packer, search, counts)
          : splitLarge(largeProblem(open, situation, packer, counts))
      if (split === undefined) return undefined
      const parcels = split.map(({ site, pieces }) =>
        parcelOf(open, situation, packer, open.sites[site]!, pieces),
      )
      return assignmentOf(
        parcels.filter((parcel): parcel is AssignedParcel => parcel !== undefined),
      )
    },
  }
}

function withSites(cart: Cart, allowed: (site: number) => boolean): Cart {
  const kept = cart.sites.map((_, at) => at).filter((at) => allowed(cart.sites[at]!))
  return {
    ...cart,
    sites: kept.map((at) => cart.sites[at]!),
    held: kept.map((at) => cart.held[at]!),
  }
}

/** Every way; packing does not hang on the site, so each set of pieces is packed once. */
function splitSmall(
  cart: Cart,
  situation: Situation,
  packer: Packer,
  search: SplitSearch,
  counts: Counts,
): Split | undefined {
  const pieces = cart.pieces.length
  const packs: (Packed | undefined)[] = new Array(1 << pieces)
  const linesOf = (mask: number) => cart.pieces.filter((_, piece) => (mask >> piece) & 1)
  const packedOf = (mask: number) => (packs[mask] ??= packer.pack(linesOf(mask)))
  const worths = counts === 'shipping' ? undefined : worthTable(cart, situation)
  const parts = search.find({
    pieces,
    held: cart.held.map((held) => held.reduce((mask, piece) => mask | (1 << piece), 0)),
    ship: (site, mask) =>
      shippingOf(cart, situation, cart.sites[site]!, packedOf(mask))?.cents ?? Infinity,
    worth: worths === undefined ? () => 0 : (site, piece) => worths[site * pieces + piece]!,
    monotone: packedOf((1 << pieces) - 1).boxes === 1,
  })
  return parts?.map(({ site, mask }) => ({
    site,
    pieces: cart.pieces.map((_, piece) => piece).filter((piece) => (mask >> piece) & 1),
  }))
}

function worthTable(cart: Cart, situation: Situation): Float64Array {
  const pieces = cart.pieces.length
  const worths = new Float64Array(cart.sites.length * pieces)
  cart.held.forEach((held, at) => {
    for (const piece of held) {
      worths[at * pieces + piece] = worthOf(situation, cart.sites[at]!, cart.pieces[piece]!)
    }
  })
  return worths
}

/** The same for carts that are covered greedily. */
export function largeProblem(cart: Cart, situation: Situation, packer: Packer, counts: Counts) {
  return {
    pieces: cart.pieces.length,
    held: cart.held,
    cost: (site: number, pieces: readonly number[]) => {
      const parcel = parcelOf(cart, situation, packer, cart.sites[site]!, pieces)
      if (parcel === undefined) return Infinity
      const { shippingCents, opportunityCents } = parcel
      return counts === 'shipping' ? shippingCents : shippingCents + opportunityCents
    },
  }
}
