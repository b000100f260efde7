import { createBestWays } from './best-ways.ts'
import type { StockCells } from './cells.ts'
import { type BasketForecast, checkForecast, type WayCosts } from './forecast.ts'

/** How a step of prices is taken. */
export interface AscentStep {
  /** Expected baskets that are still to come, as a share of the forecast's weights. */
  readonly remaining: number
  /** Cents by which a price falls where nobody asks for the stock. */
  readonly stepCents: number
  /** Share of the newest price in the mean. */
  readonly mix: number
  /** Share of the baskets that are looked at in this step, the next ones in turn. */
  readonly share: number
}

/**
 * Prices of stock that follow demand: the dual of the basket LP by a subgradient method with averaging
 * (Nesterov and Shikhman 2015, Quasi-monotone subgradient methods), without the LP. A step gives every
 * basket its cheapest way at the prices, and moves the price of each cell by the units that are asked
 * for too much:
 *
 *   price ← max(0, price + step · (asked − stock) / max(usual, stock, 5)),   worth ← mean of the prices
 *
 * where `usual` is the mean of what was asked: a measure that moved with each step's asked units would
 * pull prices of equally good sites down together.
 * Its cost is that of pricing the baskets (about a microsecond each), whatever the number of products;
 * it starts where the last step ended. The mean is what worths go by: where a basket has two ways that
 * are equally good, single prices jump between them.
 */
export interface PriceAscent {
  /** Cents a unit by cell; the mean of prices. */
  readonly worth: Float64Array
  step(stock: Float64Array, step: AscentStep): void
  /** Goes on from these worths. */
  set(worth: Float64Array): void
}

/** Stock below this many units counts as this many: the last units must not make prices jump. */
const LEAST_UNITS = 5
/** A price rises by at most this many steps at once. */
const MOST_EXCESS = 4
/** Steps through the baskets visit them in this stride, so that a share of them is a mixed one. */
const STRIDE = 7919

/** Prices for the baskets of a forecast, from 0. Throws ERR_ARGUMENT as `checkForecast`. */
export function createPriceAscent(
  forecast: BasketForecast,
  ways: WayCosts,
  cells: StockCells,
): PriceAscent {
  checkForecast(forecast, ways, cells)
  const { starts, units, weight } = forecast
  const best = createBestWays(forecast, ways, cells)
  const baskets = weight.length
  const total = weight.reduce((sum, one) => sum + one, 0)
  const price = new Float64Array(cells.site.length)
  const asked = new Float64Array(cells.site.length)
  const usual = evenDemand(forecast, cells)
  const worth = new Float64Array(cells.site.length)
  const stride = coprimeStride(baskets)
  let next = 0
  return {
    worth,
    step(stock, { remaining, stepCents, mix, share }) {
      if (total === 0) return
      for (let c = 0; c < price.length; c++) {
        if (stock[c]! <= 0) price[c] = Infinity
        else if (price[c] === Infinity) price[c] = worth[c]!
      }
      const scale = (remaining * total) / askSome(Math.max(1, Math.round(share * baskets)))
      for (let c = 0; c < price.length; c++) {
        if (stock[c] === Infinity || stock[c]! <= 0) continue
        const wanted = asked[c]! * scale
        usual[c] = usual[c]! + mix * (wanted - usual[c]!)
        const excess = (wanted - stock[c]!) / Math.max(usual[c]!, stock[c]!, LEAST_UNITS)
        price[c] = Math.max(0, price[c]! + stepCents * Math.min(MOST_EXCESS, excess))
        worth[c] = worth[c]! + mix * (price[c]! - worth[c]!)
      }
    },
    set(from) {
      price.set(from)
      worth.set(from)
    },
  }

  /** Gives the next `count` baskets their cheapest ways; returns their weight. */
  function askSome(count: number): number {
    asked.fill(0)
    let seen = 0
    for (let k = 0; k < count; k++) {
      const b = next
      next = (next + stride) % baskets
      seen += weight[b]!
      if (weight[b] === 0 || best.find(b, price) === Infinity) continue
      for (let line = starts[b]!; line < starts[b + 1]!; line++) {
        const cell = best.cellOf[line - starts[b]!]!
        asked[cell] = asked[cell]! + weight[b]! * units[line]!
      }
    }
    return seen > 0 ? seen : total
  }
}

/** Units that would be asked of each cell if its product's demand came to all alike. */
function evenDemand({ starts, product, units, weight }: BasketForecast, cells: StockCells) {
  const even = new Float64Array(cells.site.length)
  for (let b = 0; b < weight.length; b++) {
    for (let line = starts[b]!; line < starts[b + 1]!; line++) {
      const first = cells.starts[product[line]!]!
      const end = cells.starts[product[line]! + 1]!
      const each = (weight[b]! * units[line]!) / Math.max(1, end - first)
      for (let cell = first; cell < end; cell++) even[cell] = even[cell]! + each
    }
  }
  return even
}

function coprimeStride(count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let stride = STRIDE % Math.max(1, count)
  while (divisor(stride, count) !== 1) stride++
  return stride
}
