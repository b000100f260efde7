import { regions as regional } from '../../src/network/index.ts'
import type { Case } from './case.ts'

/** How long the planner of regions searches: short, since one number of regions is asked for. */
const SEARCH = { 'network.region-starts': 4, 'network.region-steps': 20_000 }

/** Regions planned from the history alone. */
export async function planRegions(world: Case): Promise<regional.RegionPlan> {
  const { network, history, days, assumptions, seed } = world
  const demand = new Float64Array(network.areas.ids.length)
  for (const area of history.area) demand[area]! += 1 / days
  const problem = regional.regionProblemOf(network, demand, orderModel(world))
  const { chosen } = await regional.planRegions(problem, {
    counts: [assumptions.regions],
    settings: SEARCH,
    seed,
  })
  return chosen.plan
}

function orderModel(world: Case): regional.OrderModel {
  const { history, shop, assumptions } = world
  const orders = history.minute.length
  const lines = new Float64Array(shop.products)
  const units = new Float64Array(shop.products)
  history.product.forEach((p, line) => {
    lines[p]! += 1 / orders
    units[p]! += history.quantity[line]! / orders
  })
  return regional.learnOrderModel(
    {
      unitsPerOrder: units,
      linesPerOrder: lines,
      unitM3: shop.unitM3,
      casePack: new Float64Array(shop.products).fill(1),
    },
    history,
    { coverDays: assumptions.coverDays, safety: 0 },
  )
}
