import type { KnobSettings } from '../../../core/knobs.ts'
import type { StockCells, WayCosts } from '../../../fulfilment/index.ts'

/** Expected orders in columns: those of an order's lines are `starts[o]` … `starts[o + 1] − 1`. */
export interface ExpectedOrders {
  readonly area: Int32Array
  readonly starts: Int32Array
  readonly product: Int32Array
  readonly units: Int32Array
  /** How many of each are expected until the horizon ends. */
  readonly weight: Float64Array
}

/** What worths are computed from; products are numbered as in `cells`. */
export interface WorthJob {
  /** Of baskets, or of a transport LP a product. */
  readonly of: 'baskets' | 'transport'
  readonly orders: ExpectedOrders
  readonly ways: WayCosts
  readonly cells: StockCells
  /** Units that can be taken, by cell. */
  readonly stock: Float64Array
  readonly knobs: KnobSettings
}
