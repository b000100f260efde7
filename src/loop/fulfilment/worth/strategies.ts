import { readKnob } from '../../../core/knobs.ts'
import { chargeableKg, lookUpSettings, unitsOf } from '../../../core/routes/door.ts'
import {
  type AssignmentStrategy,
  boxSettings,
  createCheapestNow,
  createLpDuals,
  createNearest,
  createStorewright,
  promise,
  type Situation,
} from '../../../fulfilment/index.ts'
import type { Ledger } from '../../../ledger/index.ts'
import type { Settings } from '../../store/settings.ts'
import { FULFILMENT_KNOBS } from '../knobs.ts'
import type { RouteSource } from '../route-sources.ts'
import type { RoutesInForce } from '../routes-in-force.ts'
import type { Situations } from '../situations.ts'
import type { StoreReads } from '../store-reads.ts'
import { createLiveWorth, type LiveWorth } from './live-worth.ts'
import { createGuardedStrategy, type GuardedStrategy } from './strategy-guard.ts'
import { readWayCosts } from './way-costs.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Worths of strategies that count them. */
const WORTHS = { 'lp-duals': 'transport', storewright: 'baskets' } as const

export interface StrategyParts {
  readonly settings: Settings
  readonly ledger: Ledger
  readonly clock: () => number
  readonly situations: Situations
  readonly routes: RoutesInForce
  readonly source: RouteSource
  readonly reads: StoreReads
  readonly siteCount: number
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/** The strategy that the settings name, compared with cheapest-now all the time. */
export function createStoreStrategy(parts: StrategyParts): Promise<GuardedStrategy> {
  const { settings, ledger, clock, situations, routes, onFailure } = parts
  const { knobs } = settings
  return createGuardedStrategy({
    ...{ ledger, clock, onFailure },
    own: strategyNamed(settings),
    simple: createCheapestNow({ knobs }),
    situation: acrossAll(situations, routes),
    leastOrders: readKnob(FULFILMENT_KNOBS.guardOrders, knobs),
    margin: readKnob(FULFILMENT_KNOBS.guardMargin, knobs),
    spanMs: DAY_MS * readKnob(FULFILMENT_KNOBS.guardDays, knobs),
  })
}

function acrossAll(situations: Situations, routes: RoutesInForce): Situation {
  return situations.across((area) => routes.take(area).set)
}

function strategyNamed({ fulfilment: { strategy }, knobs }: Settings): AssignmentStrategy {
  switch (strategy) {
    case 'nearest':
      return createNearest({ knobs })
    case 'cheapest-now':
      return createCheapestNow({ knobs })
    case 'lp-duals':
      return createLpDuals({ knobs })
    case 'storewright':
      return createStorewright({ knobs })
  }
}

/** Worths for the strategy of the settings; undefined where it does not count them. */
export function createStoreWorth(
  parts: Omit<StrategyParts, 'ledger' | 'situations'> & { readonly situations: () => Situations },
): LiveWorth | undefined {
  const { settings, situations, siteCount } = parts
  const { knobs, fulfilment } = settings
  const { strategy } = fulfilment
  if (strategy !== 'lp-duals' && strategy !== 'storewright') return undefined
  const lookUp = lookUpSettings(knobs)
  return createLiveWorth({
    ...{ of: WORTHS[strategy], siteCount, knobs },
    // Worths belong to the situations that assignments look at; these are made after them.
    situations: {
      get stock() {
        return situations().stock
      },
    },
    expected: () => parts.reads.expectedOrders(),
    ways: createWays(parts, () => situations()),
    chargedKg(product) {
      const { kg, m3 } = situations().physics(product)
      return chargeableKg(unitsOf(m3), kg, lookUp)
    },
    everyMs: MINUTE_MS * readKnob(FULFILMENT_KNOBS.worthMinutes, knobs),
    shift: readKnob(FULFILMENT_KNOBS.worthShift, knobs),
  })
}

/** What ways cost, read again when other sets serve, and each day. */
function createWays(
  {
    settings: { knobs },
    routes,
    source,
    siteCount,
    clock,
  }: Omit<StrategyParts, 'situations' | 'ledger'>,
  situations: () => Situations,
) {
  let known: { readonly key: string; readonly ways: Awaited<ReturnType<typeof read>> } | undefined
  const areas = routes.areaIds.length
  const read = async () => ({
    areas,
    ...(await readWayCosts({
      ...{ sites: siteCount, areas, room: source.book, settings: lookUpSettings(knobs) },
      routesOf: (area) => routes.take(area).set,
      siteIn: (set, site) => situations().siteIn(set, site),
      now: Math.ceil(clock() / MINUTE_MS),
      windowMinutes: promise.promiseSettings(knobs).windowMinutes,
      boxCents: boxSettings(knobs).handlingCents,
      ticks: () => performance.now(),
    })),
  })
  return async () => {
    const day = Math.floor(clock() / DAY_MS)
    const key = `${day} ${routes.holder.current}`
    if (known?.key !== key) known = { key, ways: await read() }
    return known.ways
  }
}
