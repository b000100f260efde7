import { createRandom, type Random } from '../../core/random/random.ts'
import type { Network } from '../../network/index.ts'
import { DEMO_NETWORK, peopleShares } from '../demo/demo-network.ts'
import { apportion } from '../demo/population.ts'
import { createNetworkShop, drawNetworkOrders, type NetworkShop } from '../network/orders.ts'
import { centresOf, type NetworkOrders, type NetworkPolicy } from '../network/replay/input.ts'
import { readNetworkReplayParams } from '../network/replay/knobs.ts'
import { countyCount, type UsAreas, usAreas } from '../network/us-areas.ts'
import { createUsNetwork } from '../network/us-network.ts'
import { withReturningCustomers } from './customers-orders.ts'
import type { OrdersWorld } from './input.ts'
import { type OrdersReplayParams, readOrdersReplayParams } from './knobs.ts'

/** What is assumed of the store. */
export interface DemoOrdersOptions {
  readonly products: number
  readonly ordersPerDay: number
  /** Days replayed, those at the start that are not counted among them. */
  readonly days: number
  readonly warmUpDays: number
  /** Days of demand that shelves are kept at. */
  readonly coverDays: number
  /** Orders of the store for which each replayed one stands on trucks. */
  readonly ordersPerReplayed: number
  readonly params?: Partial<OrdersReplayParams>
}

/** A centre for every so many units of a product, as in the demo store. */
const UNITS_A_CENTRE = 8
/** 2026-03-30, a Monday. */
const FIRST_DAY = 20_542

/**
 * The demo store's network, catalogue and customers as a world to replay orders in: shelves are kept
 * at what another path of the same shop sold in so many days, placed as the demo store places stock;
 * every centre sends to every sort centre, sort centres send each other nothing by truck. Same seed
 * and options, same world.
 */
export function createDemoOrders(seed: string | number, options: DemoOrdersOptions): OrdersWorld {
  const { products, days, warmUpDays, ordersPerReplayed } = options
  const random = createRandom(`demo orders:${seed}`)
  const us = usAreas(countyCount())
  const { network } = createUsNetwork({ ...DEMO_NETWORK, seed })
  const shop = createNetworkShop(seed, { products })
  const draw = (label: string) => drawOrders(shop, us, options, random.split(label))
  const params = readOrdersReplayParams({}, options.params)
  const baseStock = placeStock(draw('history'), network, options, random.split('stock'))
  const docks = network.sites.kinds.flatMap((kind, site) => (kind === 'cross_dock' ? [site] : []))
  const dockStream = random.split('docks')
  return {
    network: {
      network,
      products: {
        unitM3: shop.unitM3,
        unitKg: shop.unitKg,
        dock: Int32Array.from({ length: products }, () => docks[dockStream.int(docks.length)]!),
      },
      orders: withReturningCustomers(draw('judged'), params.comesBackShare, seed),
      ...{ firstDay: FIRST_DAY, days, warmUpDays, centres: centresOf(network) },
      yardstick: oneRegion(network),
      params: readNetworkReplayParams({}, { ordersPerReplayed }),
    },
    running: { name: 'demo', openLanes: lanesThatRun(network), baseStock },
    params,
  }
}

function drawOrders(
  shop: NetworkShop,
  us: UsAreas,
  { ordersPerDay, days }: DemoOrdersOptions,
  random: Random,
): NetworkOrders {
  const { hoursBehindUtc } = us
  const options = { orders: ordersPerDay * days, days, hoursBehindUtc }
  return drawNetworkOrders(shop, us.areas, options, random)
}

/** Levels by product × centre: units that the history sold in the days covered, 2 at least. */
function placeStock(
  history: NetworkOrders,
  network: Network,
  { products, days, coverDays }: DemoOrdersOptions,
  random: Random,
): Int32Array {
  const sold = new Float64Array(products)
  history.product.forEach((product, line) => {
    sold[product]! += history.quantity[line]!
  })
  const shares = peopleShares(network)
  const cells = new Int32Array(products * shares.length)
  for (let product = 0; product < products; product++) {
    const level = Math.max(2, Math.ceil(((sold[product]! + 0.5) * coverDays) / days))
    const weights = drawCentres(shares, level, random.split(product))
    cells.set(apportion(level, weights), product * shares.length)
  }
  return cells
}

/** Shares of the centres that hold a product, drawn by people without putting back. */
function drawCentres(shares: readonly number[], level: number, random: Random): number[] {
  const count = Math.min(shares.length, Math.max(1, Math.round(level / UNITS_A_CENTRE)))
  const keys = shares.map((share, centre) => ({ key: random.next() ** (1 / share), centre }))
  const chosen = keys.sort((a, b) => b.key - a.key || a.centre - b.centre).slice(0, count)
  const weights = shares.map(() => 0)
  for (const { centre } of chosen) weights[centre] = shares[centre]! * (0.6 + 0.8 * random.next())
  return weights
}

/** All lanes but trucks between sort centres and transfers between centres, 1 or 0. */
function lanesThatRun({ lanes, sites }: Network): NetworkPolicy['openLanes'] {
  return Uint8Array.from(lanes.ids, (_, lane) => {
    const isTrunk =
      lanes.modes[lane] === 'truck' &&
      sites.kinds[lanes.fromSite[lane]!] === 'sort_centre' &&
      sites.kinds[lanes.toSite[lane]!] === 'sort_centre'
    return isTrunk || lanes.carriers[lane] === 'Transfer' ? 0 : 1
  })
}

/** Regions play no part here: all is one. */
function oneRegion({ areas, sites }: Network): OrdersWorld['network']['yardstick'] {
  return {
    regions: 1,
    areaRegion: new Int32Array(areas.ids.length),
    siteRegion: new Int32Array(sites.ids.length),
  }
}
