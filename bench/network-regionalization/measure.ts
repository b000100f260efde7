import {
  type NetworkFigures,
  type NetworkPolicy,
  type NetworkWorld,
  replayNetwork,
} from '../../src/world/index.ts'
import { cpuSeconds } from '../figure.ts'
import { placeInRegions, planRegions } from './after.ts'
import { beforePolicy } from './before.ts'
import { type Assumptions, createCase, judgedOrders, WARM_UP_DAYS } from './case.ts'
import { lanesForRegions } from './lanes.ts'

/** The same orders under three ways of running the network. */
export interface Measured {
  readonly before: NetworkFigures
  /** Regions and lanes as after, the stock still as before. */
  readonly sameStock: NetworkFigures
  readonly after: NetworkFigures
  readonly planCpuSeconds: number
  readonly replayCpuSeconds: number
}

/** 2026-03-30, a Monday. */
const FIRST_DAY = 20_542

/** Plans from the history of a seed and replays its other orders. */
export function measureSeed(seed: number, assumptions: Assumptions): Measured {
  const world = createCase(seed, assumptions)
  const planning = process.cpuUsage()
  const plan = planRegions(world)
  const openLanes = lanesForRegions(world, plan)
  const before = beforePolicy(world)
  const policies: NetworkPolicy[] = [
    before,
    { name: 'same stock', openLanes, baseStock: before.baseStock, regions: plan },
    { name: 'after', openLanes, baseStock: placeInRegions(world, plan), regions: plan },
  ]
  const planCpuSeconds = cpuSeconds(planning)
  const { network, shop, dock, days, centres, params } = world
  const judge: NetworkWorld = {
    network,
    products: { unitM3: shop.unitM3, unitKg: shop.unitKg, dock },
    orders: judgedOrders(world),
    firstDay: FIRST_DAY,
    days,
    warmUpDays: WARM_UP_DAYS,
    centres,
    yardstick: plan,
    params,
  }
  const replaying = process.cpuUsage()
  const [first, second, third] = policies.map(
    (policy) => replayNetwork(judge, policy, seed).figures,
  )
  return {
    before: first!,
    sameStock: second!,
    after: third!,
    planCpuSeconds,
    replayCpuSeconds: cpuSeconds(replaying) / policies.length,
  }
}
