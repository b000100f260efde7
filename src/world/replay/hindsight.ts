import { replayBaseStock } from './base-stock.ts'
import type { World } from './input.ts'
import type { Luck } from './luck.ts'
import { productSums } from './metrics.ts'

/** Days of the replay's average demand that are tried as levels. */
const COVERS = [0, 2, 4, 7, 10, 14, 18, 21, 25, 28, 35, 42, 56, 70, 90, 120]

/**
 * Order-up-to levels (product × review) that would have been best, one constant level a product,
 * chosen in hindsight among covers of 0 … 120 days of the average demand of the replay itself. No
 * buyer could have known them: run as `baseStockPolicy('hindsight', …)` they part the gap to the
 * bound into what a better level would have gained and what only knowing each day could.
 */
export function hindsightLevels(world: World, luck: Luck): Float64Array {
  const reviews = world.reviewDays.length
  const best = new Float64Array(world.products).fill(-Infinity)
  const chosen = new Float64Array(world.products * reviews)
  for (const cover of COVERS) {
    const levels = new Float64Array(world.products * reviews)
    for (let p = 0; p < world.products; p++) {
      const row = world.demand.subarray(p * world.days, (p + 1) * world.days)
      const daily = row.reduce((a, b) => a + b, 0) / world.days
      levels.fill(Math.ceil(daily * cover), p * reviews, (p + 1) * reviews)
    }
    const { profitCents } = productSums(world, replayBaseStock(world, luck, levels))
    for (let p = 0; p < world.products; p++) {
      if (profitCents[p]! <= best[p]!) continue
      best[p] = profitCents[p]!
      chosen.fill(levels[p * reviews] ?? 0, p * reviews, (p + 1) * reviews)
    }
  }
  return chosen
}
