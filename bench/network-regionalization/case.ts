import { createRandom } from '../../src/core/random/random.ts'
import {
  centresOf,
  createNetworkShop,
  createUsNetwork,
  drawNetworkOrders,
  type NetworkOrders,
  type NetworkReplayParams,
  type NetworkShop,
  readNetworkReplayParams,
  type UsAreas,
  type UsNetwork,
  usAreas,
} from '../../src/world/index.ts'

/** What is assumed of the store and its network; each can be changed alone. */
export interface Assumptions {
  readonly products: number
  /** Orders replayed and counted. */
  readonly orders: number
  readonly centres: number
  readonly regions: number
  /** Days of demand that the shelves hold: levels of base stock. */
  readonly coverDays: number
  /** Room over the volume of those levels. */
  readonly roomShare: number
  readonly truckM3: number
  /** Before: a product lies at (level in units)^½ × this many centres. */
  readonly spread: number
  /** Popularity to this power: above 1 the top sells more. */
  readonly skew: number
  /** Probability of 1, 2, … lines; absent: the demo store's, 2.1 in the mean. */
  readonly basketShares?: readonly number[]
  /** Orders of the store for which each replayed one stands on trucks. */
  readonly ordersPerReplayed: number
}

export const STANDARD: Assumptions = {
  products: 100_000,
  orders: 1_000_000,
  centres: 60,
  regions: 8,
  coverDays: 30,
  roomShare: 1.2,
  truckM3: 80,
  spread: 1,
  skew: 1,
  ordersPerReplayed: 40,
}

export const COUNTED_DAYS = 28
export const WARM_UP_DAYS = 8
const AREAS = 885

/** One world: the network, a history to plan from, and other orders to judge by. */
export interface Case {
  readonly assumptions: Assumptions
  readonly seed: number
  readonly us: UsAreas
  readonly network: UsNetwork['network']
  readonly centres: Int32Array
  readonly shop: NetworkShop
  readonly dock: Int32Array
  /** As many days as are replayed; another path of the same shop. */
  readonly history: NetworkOrders
  readonly days: number
  /** Levels of base stock that were bought, by product: the same before and after. */
  readonly levels: Int32Array
  readonly params: NetworkReplayParams
}

/** Makes the world of a seed. Room for stock follows from what the history says the store holds. */
export function createCase(seed: number, assumptions: Assumptions): Case {
  const { products, skew, coverDays, roomShare, truckM3 } = assumptions
  const random = createRandom(`network-regionalization:${seed}`)
  const us = usAreas(AREAS)
  const shop = createNetworkShop(seed, { products, skew })
  const days = COUNTED_DAYS + WARM_UP_DAYS
  const history = drawOrders(shop, us, assumptions, random.split('history'))
  const levels = levelsOf(history, products, coverDays, days)
  const m3 = levels.reduce((sum, units, p) => sum + units * shop.unitM3[p]!, 0)
  const { network } = createUsNetwork({
    seed,
    areas: AREAS,
    centres: assumptions.centres,
    capacityM3: roomShare * m3,
    truckM3,
  })
  const docks = network.sites.kinds.flatMap((kind, site) => (kind === 'cross_dock' ? [site] : []))
  const dockStream = random.split('docks')
  return {
    assumptions,
    seed,
    us,
    network,
    centres: centresOf(network),
    shop,
    dock: Int32Array.from({ length: products }, () => docks[dockStream.int(docks.length)]!),
    history,
    days,
    levels,
    params: readNetworkReplayParams({}, { ordersPerReplayed: assumptions.ordersPerReplayed }),
  }
}

/** The orders that judge: a path that no plan has seen. */
export function judgedOrders({ shop, us, assumptions, seed }: Case): NetworkOrders {
  const random = createRandom(`network-regionalization:${seed}`)
  return drawOrders(shop, us, assumptions, random.split('judged'))
}

function drawOrders(
  shop: NetworkShop,
  us: UsAreas,
  { orders, basketShares }: Assumptions,
  random: ReturnType<typeof createRandom>,
): NetworkOrders {
  const days = COUNTED_DAYS + WARM_UP_DAYS
  return drawNetworkOrders(
    shop,
    us.areas,
    {
      orders: Math.round((orders * days) / COUNTED_DAYS),
      days,
      hoursBehindUtc: us.hoursBehindUtc,
      ...(basketShares === undefined ? {} : { basketShares }),
    },
    random,
  )
}

/** Units over the cover as the history sold them, half a unit more for what it did not see; 2 at least. */
function levelsOf(
  history: NetworkOrders,
  products: number,
  coverDays: number,
  days: number,
): Int32Array {
  const units = new Float64Array(products)
  history.product.forEach((p, line) => {
    units[p]! += history.quantity[line]!
  })
  return Int32Array.from(units, (sold) => Math.max(2, Math.ceil(((sold + 0.5) * coverDays) / days)))
}
