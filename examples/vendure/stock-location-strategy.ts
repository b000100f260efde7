// How a Vendure shop lets Storewright choose where each order ships from. Only types of Vendure are
// used here; the strategy is a plain object behind its interface.
//
//   import { VendureConfig } from '@vendure/core'
//   import { createStockLocationStrategy } from './stock-location-strategy.ts'
//
//   export const config: VendureConfig = {
//     catalogOptions: { stockLocationStrategy: createStockLocationStrategy({ … }) },
//   }
import type {
  ID,
  LocationWithQuantity,
  OrderLine,
  RequestContext,
  StockLocation,
  StockLocationStrategy,
} from '@vendure/core'
import type { NewOrder, OrderReply, StorewrightClient } from '../storewright-client.ts'

export interface StrategyOptions {
  readonly client: StorewrightClient
  /**
   * The whole order of a line, as Storewright is to know it: its code as `orderId`, the area of its
   * shipping address, the SKUs of all its lines. It must say the same each time it is asked.
   */
  orderOf(ctx: RequestContext, line: OrderLine): Promise<NewOrder>
  /** SKU of a line: the product as Storewright knows it. */
  skuOf(ctx: RequestContext, line: OrderLine): Promise<string>
  /** Site of a stock location; by default they have the same name. */
  readonly siteOf?: (location: StockLocation) => string
  /** Told when Storewright does not answer and Vendure goes on without it. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Allocation places the order with Storewright, which reserves its units and chooses the sites; each
 * line gets the locations of the order's parcels. Release, sale and cancellation ask the same order
 * where the units are. Where Storewright does not answer, the first location takes the line, so that
 * a checkout never fails for it.
 */
export function createStockLocationStrategy(options: StrategyOptions): StockLocationStrategy {
  const { client, orderOf, skuOf, siteOf = ({ name }) => name, onFailure } = options

  /** Locations of a line's units in an order, at most `quantity` of them. */
  async function split(
    order: OrderReply,
    ctx: RequestContext,
    locations: StockLocation[],
    line: OrderLine,
    quantity: number,
  ): Promise<LocationWithQuantity[]> {
    const sku = await skuOf(ctx, line)
    const split: LocationWithQuantity[] = []
    let left = quantity
    for (const { siteId, status, lines } of order.parcels) {
      const location = locations.find((candidate) => siteOf(candidate) === siteId)
      if (location === undefined || status === 'cancelled') continue
      for (const { productId, quantity: units } of lines) {
        if (productId !== sku || left === 0) continue
        const taken = Math.min(units, left)
        const known = split.find((one) => one.location === location)
        if (known === undefined) split.push({ location, quantity: taken })
        else known.quantity += taken
        left -= taken
      }
    }
    // Units that wait for stock are in no parcel yet; Vendure wants a place for each.
    if (left > 0) split.push({ location: locations[0]!, quantity: left })
    return split
  }

  type Ask = (ctx: RequestContext, line: OrderLine) => Promise<OrderReply>
  const place: Ask = async (ctx, line) => client.placeOrder(await orderOf(ctx, line))
  const look: Ask = async (ctx, line) => client.order((await orderOf(ctx, line)).orderId)
  const by =
    (ask: Ask) =>
    async (
      ctx: RequestContext,
      locations: StockLocation[],
      line: OrderLine,
      quantity: number,
    ): Promise<LocationWithQuantity[]> => {
      try {
        return await split(await ask(ctx, line), ctx, locations, line, quantity)
      } catch (error) {
        onFailure?.(error)
        return [{ location: locations[0]!, quantity }]
      }
    }

  return {
    getAvailableStock(_ctx: RequestContext, _variantId: ID, levels) {
      const sum = (of: 'stockOnHand' | 'stockAllocated') =>
        levels.reduce((total, level) => total + level[of], 0)
      return { stockOnHand: sum('stockOnHand'), stockAllocated: sum('stockAllocated') }
    },
    forAllocation: by(place),
    forRelease: by(look),
    forSale: by(look),
    forCancellation: by(look),
  }
}
