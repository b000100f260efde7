import { readKnob } from '../../core/knobs.ts'
import type { Packer } from './boxes.ts'
import type { Cart } from './cart.ts'
import { ASSIGN_KNOBS } from './knobs.ts'
import { improve, type LargeSplitProblem, splitLarge } from './large-split.ts'
import { largeProblem } from './least-cost.ts'
import { assignmentOf, parcelOf } from './parcel-cost.ts'
import { randomOf, roundCart } from './rounding.ts'
import type { Split } from './split.ts'
import { type Choose, createStrategy, type StrategySettings } from './strategies.ts'
import type { Assignment, AssignmentStrategy, Situation } from './types.ts'

/** How fast a site's share falls with what a piece costs from it beyond the least, in parts of the least. */
const SHARE_FALL = 0.15

/**
 * Ours: least shipping plus worth of the stock used, every split of small carts looked at; larger carts
 * take the best of the greedy cover and some covers by correlated rounding, each improved. Meant to go
 * with the worths of `createBasketWorth`, which know what is bought together.
 */
export function createStorewright(settings: StrategySettings = {}): AssignmentStrategy {
  const small = readKnob(ASSIGN_KNOBS.enumerateLines, settings.knobs)
  const draws = readKnob(ASSIGN_KNOBS.roundingDraws, settings.knobs)
  const choose: Choose = (cart, situation, { packer, search }) =>
    cart.pieces.length <= small
      ? search.find(cart, situation, 'shipping-and-worth')
      : assignLarge(cart, situation, packer, draws)
  return createStrategy('storewright', 'shipping-and-worth', choose, settings)
}

function assignLarge(
  cart: Cart,
  situation: Situation,
  packer: Packer,
  draws: number,
): Assignment | undefined {
  const problem = withSingles(largeProblem(cart, situation, packer, 'shipping-and-worth'))
  const greedy = splitLarge(problem)
  if (greedy === undefined) return undefined
  const least = leastSingles(problem)
  const random = randomOf(cart.order, 'storewright')
  let best = greedy
  let bestCents = centsOf(problem, greedy)
  for (let draw = 0; draw < draws; draw++) {
    const siteOf = roundCart(cart, (piece, at) => shareOf(problem, least, piece, at), random)
    const split = siteOf.includes(-1) ? greedy : improve(problem, siteOf)
    const cents = centsOf(problem, split)
    if (cents < bestCents - 1e-7) [best, bestCents] = [split, cents]
  }
  const parcels = best.map(({ site, pieces }) =>
    parcelOf(cart, situation, packer, cart.sites[site]!, pieces),
  )
  return assignmentOf(parcels.filter((parcel) => parcel !== undefined))
}

/** Cheap sites are likely ones: exp(−(cost − least) / (0.15 |least|)). */
function shareOf(
  problem: LargeSplitProblem,
  least: Float64Array,
  piece: number,
  at: number,
): number {
  const scale = SHARE_FALL * Math.max(1, Math.abs(least[piece]!))
  return Math.exp(-(problem.cost(at, [piece]) - least[piece]!) / scale)
}

function leastSingles({ pieces, held, cost }: LargeSplitProblem): Float64Array {
  const least = new Float64Array(pieces).fill(Infinity)
  held.forEach((mine, at) => {
    for (const piece of mine) least[piece] = Math.min(least[piece]!, cost(at, [piece]))
  })
  return least
}

function centsOf({ cost }: LargeSplitProblem, split: Split): number {
  return split.reduce((sum, { site, pieces }) => sum + cost(site, pieces), 0)
}

/** The same problem with costs of single pieces kept: they are asked for again and again. */
function withSingles(problem: LargeSplitProblem): LargeSplitProblem {
  const known = new Float64Array(problem.pieces * problem.held.length).fill(Number.NaN)
  return {
    ...problem,
    cost(site, pieces) {
      if (pieces.length !== 1) return problem.cost(site, pieces)
      const at = site * problem.pieces + pieces[0]!
      if (Number.isNaN(known[at]!)) known[at] = problem.cost(site, pieces)
      return known[at]!
    },
  }
}
