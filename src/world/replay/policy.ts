/** Units a day of every product, up to but not including the day of the review. */
export interface DailyUnits {
  /** Day number of index 0. */
  readonly firstDay: number
  /** Days known; index `days` and beyond are not. */
  readonly days: number
  /** Distance between products in `units`; product p on day index i is units[p × stride + i]. */
  readonly stride: number
  readonly units: Float64Array
}

/** What a buyer knows of each product. Arrays by dense product index. */
export interface BuyerProducts {
  readonly ids: readonly string[]
  readonly unitCostCents: Float64Array
  readonly minimumQuantity: Float64Array
  readonly casePack: Float64Array
  /** The vendor's usual lead time, days; what really happens is drawn by the world. */
  readonly quotedLeadTimeDays: Float64Array
  readonly volumeM3?: Float64Array
}

/** Orders not yet fully arrived, one row an order line, oldest first. */
export interface OpenOrders {
  readonly product: Int32Array
  /** Day numbers. */
  readonly orderedOn: Int32Array
  /** Ordered on + quoted lead time, tomorrow at the earliest where it is overdue. */
  readonly expectedOn: Int32Array
  /** Units still to come. */
  readonly units: Float64Array
}

/** What a buyer sees in the morning of a review day: after arrivals, before the day's sales. */
export interface ReviewState {
  /** Day number. */
  readonly day: number
  /** 0, 1, 2 … within the replay. */
  readonly review: number
  readonly reviewPeriodDays: number
  readonly products: BuyerProducts
  /** Selling price on this day, cents. */
  readonly priceCents: Float64Array
  readonly onHand: Float64Array
  /** Units ordered and not arrived. */
  readonly onOrder: Float64Array
  readonly openOrders: OpenOrders
  /** What sold before this day. */
  readonly sold: DailyUnits
}

/**
 * Decides what to order. It sees what a buyer sees: nothing of the future and none of the
 * simulator's parameters. `order` returns units wanted by product; the world turns them into whole
 * case packs of at least the minimum quantity (`roundOrder`). The same state must give the same
 * answer: a replay asks once per lead-time seed.
 */
export interface ReplayPolicy {
  readonly name: string
  order(state: ReviewState): Float64Array
  /**
   * Order-up-to levels, product × review, where the policy is a base-stock policy whose levels do
   * not depend on the state. The replay then takes the fast kernel and never calls `order`; both
   * give the same numbers.
   */
  readonly levels?: Float64Array
}

/** A policy that orders each product up to a level set beforehand; levels: product × review. */
export function baseStockPolicy(name: string, levels: Float64Array): ReplayPolicy {
  return {
    name,
    levels,
    order({ onHand, onOrder, review }) {
      const reviews = levels.length / onHand.length
      return onHand.map((stock, p) =>
        Math.max(0, levels[p * reviews + review]! - (stock + onOrder[p]!)),
      )
    },
  }
}

/** Units ordered when `wanted` are: none, or whole case packs of at least the minimum quantity. */
export function roundOrder(wanted: number, minimumQuantity: number, casePack: number): number {
  if (!(wanted > 1e-9)) return 0
  return Math.ceil(Math.max(wanted, minimumQuantity) / casePack - 1e-9) * casePack
}
