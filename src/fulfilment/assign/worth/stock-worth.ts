import type { StockCells } from './cells.ts'
import type { PastOrder, WayCosts } from './forecast.ts'

/** What a unit is worth where it lies: what it saves on later orders. */
export interface StockWorth extends Disposable {
  /** Cents a unit, at least 0; 0 where the forecast does not ask for the product. */
  worthCents(site: number, product: number): number
  /**
   * Prices stock anew. `available` as of now; `remaining`: the share of the forecast's orders that is
   * still to come before stock is replenished, 0 to 1 (more where the horizon grows).
   */
  update(available: (site: number, product: number) => number, remaining: number): void
}

/** What worths are made from. */
export interface WorthSources {
  /** Past orders that stand for those to come, each counted `weight` times. */
  readonly orders: readonly PastOrder[]
  readonly weight: number
  readonly ways: WayCosts
  /** Where stock lies, or may come to lie. */
  readonly cells: StockCells
}

/** Units in each cell. */
export function readStock(
  { starts, site }: StockCells,
  available: (site: number, product: number) => number,
  into: Float64Array,
): void {
  for (let product = 0; product + 1 < starts.length; product++) {
    for (let cell = starts[product]!; cell < starts[product + 1]!; cell++) {
      into[cell] = available(site[cell]!, product)
    }
  }
}

/** Orders of each area. */
export function demandByArea(orders: readonly PastOrder[], areas: number): Float64Array {
  const demand = new Float64Array(areas)
  for (const { area, weight = 1 } of orders) demand[area] = demand[area]! + weight
  return demand
}
