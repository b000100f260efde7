import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { ASSIGN_KNOBS } from '../knobs.ts'
import { createBestWays } from './best-ways.ts'
import { cellAt, type StockCells } from './cells.ts'
import { type BasketForecast, basketsOf, type WayCosts } from './forecast.ts'
import { mergeAreas } from './merge-areas.ts'
import { createPriceAscent } from './price-ascent.ts'
import { demandByArea, readStock, type StockWorth, type WorthSources } from './stock-worth.ts'

/** Passes over all baskets at the first update; their steps fall from ten times the later ones. */
const FIRST_PASSES = 60
const FIRST_STEP = 12

/**
 * Worths that know which products are bought together: prices of the basket LP, by a step of
 * `createPriceAscent` an update. A unit is worth more where the rest of its likely baskets lies,
 * because there it saves a parcel. One update prices every basket once (about a microsecond each).
 */
export function createBasketWorth(
  { orders, weight, ways, cells }: WorthSources,
  knobs: KnobSettings = {},
): StockWorth {
  const tolerance = readKnob(ASSIGN_KNOBS.areaMerge, knobs)
  const share = readKnob(ASSIGN_KNOBS.worthStep, knobs)
  const mix = 1 / readKnob(ASSIGN_KNOBS.worthMemory, knobs)
  const merged = mergeAreas(ways, demandByArea(orders, ways.areas), tolerance, meanKg(ways))
  const forecast = basketsOf(
    orders.map((order) => ({ ...order, area: merged.areaOf[order.area]! })),
    weight,
  )
  const looked = readKnob(ASSIGN_KNOBS.worthBaskets, knobs)
  const part = Math.min(1, looked / Math.max(1, forecast.weight.length))
  const ascent = createPriceAscent(forecast, merged.ways, cells)
  const stock = new Float64Array(cells.site.length)
  let orderCents: number | undefined
  return {
    worthCents(site, product) {
      const cell = cellAt(cells, product, site)
      return cell < 0 ? 0 : ascent.worth[cell]!
    },
    update(available, remaining) {
      readStock(cells, available, stock)
      if (orderCents === undefined) {
        orderCents = centsOfOrder(forecast, merged.ways, cells)
        for (let pass = 0; pass < FIRST_PASSES; pass++) {
          const stepCents = (FIRST_STEP * share * orderCents) / (1 + pass / 5)
          ascent.step(stock, { remaining, stepCents, mix: 2 / (pass + 2), share: 1 })
        }
      } else ascent.step(stock, { remaining, stepCents: share * orderCents, mix, share: part })
    },
    [Symbol.dispose]() {},
  }
}

function meanKg({ kg }: WayCosts): number {
  return kg.reduce((sum, one) => sum + one, 0) / Math.max(1, kg.length)
}

/** Cents to ship an expected order from wherever is cheapest: what steps are measured by. */
function centsOfOrder(forecast: BasketForecast, ways: WayCosts, cells: StockCells): number {
  const best = createBestWays(forecast, ways, cells)
  const free = new Float64Array(cells.site.length)
  let [cents, orders] = [0, 0]
  forecast.weight.forEach((weight, b) => {
    const least = best.find(b, free)
    if (least === Infinity) return
    cents += weight * least
    orders += weight
  })
  return orders === 0 ? 0 : cents / orders
}
