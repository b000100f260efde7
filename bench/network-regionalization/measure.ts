import type { regions as regional } from '../../src/network/index.ts'
import {
  type NetworkFigures,
  type NetworkPolicy,
  type NetworkWorld,
  replayNetwork,
} from '../../src/world/index.ts'
import { cpuSeconds } from '../figure.ts'
import { placeInRegions } from './after.ts'
import { beforePolicy } from './before.ts'
import { type Assumptions, type Case, createCase, judgedOrders, WARM_UP_DAYS } from './case.ts'
import { planLanesFor } from './lane-plan.ts'
import { lanesForRegions } from './plain-lanes.ts'
import { planRegions } from './regions.ts'

/** Ways of running the network that meet the same orders. */
export const ARMS = ['before', 'sameStock', 'plainLanes', 'todaysTimes', 'after'] as const

export type Arm = (typeof ARMS)[number]

/**
 * The same orders under each way of running the network. After: regions, stock placed by region,
 * lanes and departures as planned; sameStock: the same with the stock of before; plainLanes: lanes
 * opened by a plain rule; todaysTimes: the planned lanes at the times of today's timetable.
 */
export interface Measured {
  readonly figures: Readonly<Record<Arm, NetworkFigures>>
  readonly planCpuSeconds: number
  readonly replayCpuSeconds: number
}

/** 2026-03-30, a Monday. */
const FIRST_DAY = 20_542

/** Plans from the history of a seed and replays its other orders. */
export async function measureSeed(seed: number, assumptions: Assumptions): Promise<Measured> {
  const world = createCase(seed, assumptions)
  const planning = process.cpuUsage()
  const regions = await planRegions(world)
  const policies = policiesOf(world, regions)
  const planCpuSeconds = cpuSeconds(planning)
  const judge = judgeOf(world, regions)
  const replaying = process.cpuUsage()
  const figures = Object.fromEntries(
    ARMS.map((arm) => [arm, replayNetwork(judge, policies[arm], seed).figures]),
  ) as Record<Arm, NetworkFigures>
  return { figures, planCpuSeconds, replayCpuSeconds: cpuSeconds(replaying) / ARMS.length }
}

function policiesOf(world: Case, regions: regional.RegionPlan): Record<Arm, NetworkPolicy> {
  const before = beforePolicy(world)
  const placed = placeInRegions(world, regions)
  const { openLanes, departures, atTodaysTimes } = planLanesFor(world, regions, placed)
  const { baseStock } = placed
  return {
    before,
    sameStock: { name: 'same stock', openLanes, departures, baseStock: before.baseStock, regions },
    plainLanes: {
      name: 'lanes by a plain rule',
      openLanes: lanesForRegions(world, regions),
      baseStock,
      regions,
    },
    todaysTimes: {
      name: "planned lanes at today's times",
      openLanes,
      departures: atTodaysTimes,
      baseStock,
      regions,
    },
    after: { name: 'after', openLanes, departures, baseStock, regions },
  }
}

/** The orders that no plan has seen, with what all policies meet alike. */
function judgeOf(world: Case, yardstick: regional.RegionPlan): NetworkWorld {
  const { network, shop, dock, days, centres, params } = world
  return {
    network,
    products: { unitM3: shop.unitM3, unitKg: shop.unitKg, dock },
    orders: judgedOrders(world),
    firstDay: FIRST_DAY,
    days,
    warmUpDays: WARM_UP_DAYS,
    centres,
    yardstick,
    params,
  }
}
