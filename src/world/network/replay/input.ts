import { requireArgument } from '../../../core/errors.ts'
import type { Departures, Network, regions } from '../../../network/index.ts'
import type { NetworkReplayParams } from './knobs.ts'

/** Most lines of one order: centres are compared by bit masks of lines. */
export const MOST_LINES = 24

/** What is sold, one entry a product. */
export interface NetworkProducts {
  readonly unitM3: Float64Array
  readonly unitKg: Float64Array
  /** Site (a dock) through which each product comes into the network. */
  readonly dock: Int32Array
}

/** Orders in order of time; lines of order o are `starts[o]` … `starts[o + 1] − 1`. */
export interface NetworkOrders {
  readonly starts: Int32Array
  readonly area: Int32Array
  /** Minutes (UTC) after the first midnight of the replay. */
  readonly minute: Int32Array
  readonly product: Int32Array
  readonly quantity: Int32Array
}

/** The world that every policy meets alike. */
export interface NetworkWorld {
  readonly network: Network
  readonly products: NetworkProducts
  readonly orders: NetworkOrders
  /** Day number of the first day; days are UTC days. */
  readonly firstDay: number
  readonly days: number
  /** Days at the start that are played and not counted: shelves and pipelines settle. */
  readonly warmUpDays: number
  /** Fulfilment centres, as sites; cells of stock are product × centre in this order. */
  readonly centres: Int32Array
  /** By which a parcel is called inside its region, whatever the policy plans by. */
  readonly yardstick: regions.RegionPlan
  readonly params: NetworkReplayParams
}

/** What is decided before the replay, from a history that the replay does not hold. */
export interface NetworkPolicy {
  readonly name: string
  /** Lanes that run, 1 or 0. */
  readonly openLanes: Uint8Array
  /** When they leave; absent: as the network's timetable says. */
  readonly departures?: Departures
  /** Order-up-to level of each product × centre, units; shelves begin at it. */
  readonly baseStock: Int32Array
  /** Regions that orders are filled within first; absent: the whole country alike. */
  readonly regions?: regions.RegionPlan
}

/** Fulfilment centres of a network, as sites. */
export function centresOf({ sites }: Network): Int32Array {
  return Int32Array.from(
    sites.kinds.flatMap((kind, site) => (kind === 'fulfilment_centre' ? [site] : [])),
  )
}

/** Throws ERR_ARGUMENT where a world or policy does not fit together. */
export function checkReplay(world: NetworkWorld, policy: NetworkPolicy): void {
  const { network, orders, products, centres, days, warmUpDays } = world
  const cells = products.unitM3.length * centres.length
  requireArgument(centres.length > 0, 'the network has no fulfilment centre')
  requireArgument(
    Number.isInteger(days) && Number.isInteger(warmUpDays) && warmUpDays >= 0 && days > warmUpDays,
    `a replay of ${days} days has ${warmUpDays} days of warm-up; give whole days, more of the first`,
  )
  requireArgument(
    policy.openLanes.length === network.lanes.ids.length,
    `${policy.name} opens ${policy.openLanes.length} lanes of ${network.lanes.ids.length}`,
  )
  requireArgument(
    policy.baseStock.length === cells,
    `${policy.name} has ${policy.baseStock.length} levels for ${cells} products × centres`,
  )
  const last = orders.minute.length - 1
  requireArgument(
    last < 0 || orders.minute[last]! < days * 1440,
    `the last order comes after the ${days} days of the replay`,
  )
  for (let order = 1; order <= last; order++) {
    requireArgument(
      orders.minute[order]! >= orders.minute[order - 1]!,
      `order ${order} is out of time`,
    )
  }
  for (let order = 0; order <= last; order++) {
    const lines = orders.starts[order + 1]! - orders.starts[order]!
    requireArgument(lines >= 1 && lines <= MOST_LINES, `order ${order} has ${lines} lines`)
  }
  for (let line = 0; line < orders.product.length; line++) {
    const [p, quantity] = [orders.product[line]!, orders.quantity[line]!]
    requireArgument(p >= 0 && p < products.unitM3.length, `line ${line} asks for product ${p}`)
    requireArgument(quantity >= 1, `line ${line} asks for ${quantity} units`)
  }
}
