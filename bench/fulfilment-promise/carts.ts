import { createRandom } from '../../src/core/random/random.ts'
import { promiseSettings } from '../../src/fulfilment/promise/knobs.ts'
import { createPromiser } from '../../src/fulfilment/promise/promiser.ts'
import type { PromiseRequest } from '../../src/fulfilment/promise/types.ts'
import { cpuSeconds } from '../figure.ts'
import type { FullWorld } from './full-world.ts'

/** Carts parted greedily beside the proven optimum. */
export interface CartGaps {
  /** Cost above the optimum's, a share for each cart. */
  readonly gaps: readonly number[]
  readonly exactMs: number
  readonly greedyMs: number
}

/** Carts of `lines` lines at one moment, the cheapest date of all of it. */
export function measureCarts(
  world: FullWorld,
  products: number,
  lines: number,
  carts: number,
): CartGaps {
  const random = createRandom(`carts ${lines}`)
  const exact = createPromiser(world, promiseSettings({ 'fulfilment.promise-exact-lines': 10 }))
  const greedy = createPromiser(world, promiseSettings({ 'fulfilment.promise-exact-lines': 1 }))
  const requests = Array.from(
    { length: carts },
    (): PromiseRequest => ({
      lines: Array.from({ length: lines }, () => ({ product: random.int(products), quantity: 1 })),
      area: random.int(world.set.areaIds.length),
      ...{ now: world.set.baseMinute + 2000, kind: 'guaranteed', delivery: 'whole' },
    }),
  )
  const costs = (promiser: typeof exact) => {
    const since = process.cpuUsage()
    const cents = requests.map((request) => promiser.promise(request).cheapest?.costCents ?? 0)
    return { cents, ms: (1000 * cpuSeconds(since)) / carts }
  }
  const [best, quick] = [costs(exact), costs(greedy)]
  const gaps = quick.cents.map((cents, i) => cents / best.cents[i]! - 1)
  return { gaps, exactMs: best.ms, greedyMs: quick.ms }
}
