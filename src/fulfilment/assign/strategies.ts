import type { KnobSettings } from '../../core/knobs.ts'
import { type Box, createPacker, type Packer, STANDARD_BOXES } from './boxes.ts'
import { type Cart, cartOf } from './cart.ts'
import { type Explanation, explainChoice } from './explain.ts'
import { boxSettings } from './knobs.ts'
import { type CheapestSearch, type Counts, createCheapestSearch } from './least-cost.ts'
import { assignmentOf, parcelOf } from './parcel-cost.ts'
import type { Assignment, AssignmentStrategy, ProductPhysics, Situation } from './types.ts'

/** What every strategy is made with. */
export interface StrategySettings {
  readonly boxes?: readonly Box[]
  readonly knobs?: KnobSettings
}

/** How a strategy chooses; everything else is common to all. */
export type Choose = (
  cart: Cart,
  situation: Situation,
  tools: { readonly packer: Packer; readonly search: CheapestSearch },
) => Assignment | undefined

/**
 * A strategy from its rule: carts, packing and explanations are the same for all, so that strategies
 * differ in what they choose alone. Your own: give a name and a rule.
 */
export function createStrategy(
  name: string,
  counts: Counts,
  choose: Choose,
  { boxes = STANDARD_BOXES, knobs = {} }: StrategySettings = {},
): AssignmentStrategy {
  let current: Situation | undefined
  const physics = (product: number): ProductPhysics => current!.physics(product)
  const packer = createPacker(boxes, boxSettings(knobs), physics)
  const search = createCheapestSearch(packer, knobs)
  const tools = { packer, search }
  return {
    name,
    assign(order, situation) {
      current = situation
      const cart = cartOf(order, situation)
      return 'blockedBy' in cart ? undefined : choose(cart, situation, tools)
    },
    explain(order, situation): Explanation {
      current = situation
      const cart = cartOf(order, situation)
      if ('blockedBy' in cart) return { chosen: undefined, alternatives: [], ...cart }
      return explainChoice(cart, situation, tools, counts, choose(cart, situation, tools))
    },
  }
}

/** Each line from the nearest site that has it (ties: the lower site), whatever that splits. */
export function createNearest(settings?: StrategySettings): AssignmentStrategy {
  return createStrategy('nearest', 'shipping', nearest, settings)
}

/** The assignment that is cheapest to ship now, with no thought of who orders next. */
export function createCheapestNow(settings?: StrategySettings): AssignmentStrategy {
  const choose: Choose = (cart, situation, { search }) => search.find(cart, situation, 'shipping')
  return createStrategy('cheapest-now', 'shipping', choose, settings)
}

/**
 * Least shipping plus worth of the stock used, where the worth (`Situation.unitWorthCents`) is that of
 * a transport LP over forecast demand (Acimovic and Graves 2015, Making better fulfillment decisions
 * on the fly in an online retail environment, M&SOM 17).
 */
export function createLpDuals(settings?: StrategySettings): AssignmentStrategy {
  const choose: Choose = (cart, situation, { search }) =>
    search.find(cart, situation, 'shipping-and-worth')
  return createStrategy('lp-duals', 'shipping-and-worth', choose, settings)
}

/** Where a parcel of all that is nearest cannot arrive in time, what is cheapest to ship takes over. */
const nearest: Choose = (cart, situation, { packer, search }) => {
  const { order, pieces } = cart
  const km = cart.sites.map((site) => situation.distanceKm(site, order.area))
  const byDistance = cart.sites.map((_, at) => at).sort((a, b) => km[a]! - km[b]! || a - b)
  const placed = new Uint8Array(pieces.length)
  const parcels = byDistance.map((at) => {
    const mine = cart.held[at]!.filter((piece) => placed[piece] === 0)
    for (const piece of mine) placed[piece] = 1
    return [at, mine] as const
  })
  const made = parcels
    .filter(([, mine]) => mine.length > 0)
    .map(([at, mine]) => parcelOf(cart, situation, packer, cart.sites[at]!, mine))
  const shipped = made.filter((parcel) => parcel !== undefined)
  return shipped.length === made.length
    ? assignmentOf(shipped)
    : search.find(cart, situation, 'shipping')
}
