import { loadSolver } from '../../../core/optimize/linear/solver.ts'
import {
  createBasketWorth,
  createTransportWorth,
  type PastOrder,
  type StockWorth,
  type WayCosts,
  type WorthSources,
} from '../../../fulfilment/index.ts'
import type { ExpectedOrders, WorthJob } from './worth-job.ts'

/** Cents that a unit is worth in each cell, computed in a thread of its own. */
export async function worthsOf(job: WorthJob): Promise<Float64Array> {
  const { cells, stock } = job
  using worth = await worthOf(job)
  const cellOf = new Map<number, number>()
  for (let product = 0; product + 1 < cells.starts.length; product++) {
    for (let cell = cells.starts[product]!; cell < cells.starts[product + 1]!; cell++) {
      cellOf.set(product * cells.sites + cells.site[cell]!, cell)
    }
  }
  worth.update((site, product) => stock[cellOf.get(product * cells.sites + site)!]!, 1)
  const worths = new Float64Array(new SharedArrayBuffer(8 * stock.length))
  for (const [key, cell] of cellOf) {
    worths[cell] = worth.worthCents(key % cells.sites, Math.floor(key / cells.sites))
  }
  return worths
}

async function worthOf(job: WorthJob): Promise<StockWorth> {
  const { ways, cells, knobs } = job
  const sources: WorthSources = { orders: ordersOf(job.orders), weight: 1, ways, cells }
  if (job.of === 'baskets') return createBasketWorth(sources, knobs)
  return createTransportWorth(await loadSolver(), sources, lostCents(ways), knobs)
}

function ordersOf({ area, starts, product, units, weight }: ExpectedOrders): readonly PastOrder[] {
  return Array.from(area, (to, o) => ({
    ...{ area: to, weight: weight[o]! },
    lines: Array.from({ length: starts[o + 1]! - starts[o]! }, (_, i) => ({
      ...{ product: product[starts[o]! + i]!, quantity: units[starts[o]! + i]! },
    })),
  }))
}

/** Dearer than any way, so that a unit counts as lost only where no stock is left. */
function lostCents({ fixed, perKg }: WayCosts): number {
  let most = 0
  fixed.forEach((cents, way) => {
    if (cents < Infinity) most = Math.max(most, cents + perKg[way]!)
  })
  return 2 * most
}
