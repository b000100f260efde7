import type { WayShares } from '../rounding.ts'
import type { BasketPlan } from './basket-lp.ts'
import type { StockCells } from './cells.ts'
import { type BasketForecast, keyOfBasket } from './forecast.ts'

/**
 * Shares of the ways of a basket LP: of the order's own basket where the plan has it, else of its
 * product in its area. `areaOf` gives the (merged) area of the forecast.
 */
export function sharesOf(
  plan: BasketPlan,
  forecast: BasketForecast,
  cells: StockCells,
  areaOf: (area: number) => number,
): WayShares {
  const byBasket = new Map<string, Map<number, number>>()
  const byArea = new Map<number, Map<number, number>>()
  const products = cells.starts.length
  const add = <K>(
    to: Map<K, Map<number, number>>,
    key: K,
    product: number,
    site: number,
    n: number,
  ) => {
    const cell = product * cells.sites + site
    const shares = to.get(key) ?? new Map<number, number>()
    shares.set(cell, (shares.get(cell) ?? 0) + n)
    to.set(key, shares)
  }
  for (const { basket, cells: used, orders } of plan.used) {
    const first = forecast.starts[basket]!
    const key = keyOf(forecast, basket)
    used.forEach((cell, line) => {
      const product = forecast.product[first + line]!
      const site = cells.site[cell]!
      add(byBasket, key, product, site, orders)
      add(byArea, forecast.area[basket]! * products + product, product, site, orders)
    })
  }
  return {
    share(order, product, site) {
      const area = areaOf(order.area)
      const shares =
        byBasket.get(keyOfBasket({ area, lines: order.lines })) ??
        byArea.get(area * products + product)
      return shares?.get(product * cells.sites + site) ?? 0
    },
  }
}

function keyOf({ area, starts, product, units }: BasketForecast, b: number): string {
  const lines = Array.from({ length: starts[b + 1]! - starts[b]! }, (_, line) => ({
    product: product[starts[b]! + line]!,
    quantity: units[starts[b]! + line]!,
  }))
  return keyOfBasket({ area: area[b]!, lines })
}
