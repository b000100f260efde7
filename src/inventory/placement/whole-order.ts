import { requireArgument } from '../../core/errors.ts'

/** Lines of past orders, the lines of one order together: `product[starts[o]]` … `starts[o + 1] − 1`. */
export interface PastOrders {
  readonly starts: Int32Array
  readonly product: Int32Array
}

/** Order lines of the store's mean that a product's own count for as many beside. */
const PRIOR_LINES = 5

/**
 * What one unit of each product saves when it lies in the customer's region, cents: a parcel from
 * another region (`splitCents`), but only where the order's other products are in the region too;
 * otherwise that parcel comes anyway. `inRegion` is the probability that each product is in stock
 * in the region; the mean over a product's lines is drawn towards the store's by five lines.
 */
export function wholeOrderSavings(
  orders: PastOrders,
  inRegion: Float64Array,
  splitCents: number,
): Float64Array {
  requireArgument(splitCents >= 0, `a split costs ${splitCents} cents, less than 0`)
  const sum = new Float64Array(inRegion.length)
  const lines = new Float64Array(inRegion.length)
  let all = 0
  let allLines = 0
  for (let o = 0; o + 1 < orders.starts.length; o++) {
    const basket = [...new Set(orders.product.subarray(orders.starts[o]!, orders.starts[o + 1]!))]
    basket.forEach((product, i) => {
      let others = 1
      basket.forEach((other, l) => {
        if (l !== i) others *= inRegion[other]!
      })
      sum[product]! += others
      lines[product]!++
      all += others
      allLines++
    })
  }
  const mean = allLines > 0 ? all / allLines : 1
  return sum.map((s, j) => (splitCents * (s + PRIOR_LINES * mean)) / (lines[j]! + PRIOR_LINES))
}
