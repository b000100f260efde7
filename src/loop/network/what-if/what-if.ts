import { StorewrightError } from '../../../core/errors.ts'
import type { Database } from '../../../core/sql/database.ts'
import { type Network, regions, routes } from '../../../network/index.ts'
import type { Settings } from '../../store/settings.ts'
import type { Version } from '../../versions.ts'
import { type NetworkFacts, readNetworkFacts } from '../facts.ts'
import { planInForce, problemOf } from '../region-plan.ts'
import { withoutJudged } from '../region-score.ts'

/** Regions of a store, ready to be asked what they would be without some of their sites. */
export interface WhatIf {
  readonly plan: regions.RegionPlan
  readonly problem: regions.RegionProblem
  readonly prices: regions.RegionPrices
  readonly network: Network
  /** All that is known, the orders of the last days too. */
  readonly facts: NetworkFacts
  /** What the regions give with all sites. */
  readonly now: regions.PlanMeasures
}

/** What is asked to be closed, as for a route set; its lanes are no matter of regions. */
export type ClosedPlaces = Omit<routes.Outage, 'storm'>

/** Regions without what is closed, beside what they give now. */
export interface WithoutPlaces {
  readonly before: regions.PlanMeasures
  readonly after: regions.PlanMeasures
  /** Numbers of the sites closed, those that hold no stock among them, and of the areas. */
  readonly sites: readonly number[]
  readonly areas: readonly number[]
  /** Regions in which no site with stock is left: their own measures, and those over all, are not finite. */
  readonly emptied: readonly number[]
}

/**
 * Reads what a what-if is computed from: network, orders and the regions of `version`. Throws
 * ERR_NETWORK where areas or sites are newer than the regions.
 */
export async function readWhatIf(
  db: Database,
  { knobs }: Pick<Settings, 'knobs'>,
  version: Pick<Version, 'version'>,
): Promise<WhatIf> {
  // By the orders that the plan was made from, so that "now" is what the plan said.
  const all = await readNetworkFacts(db, knobs)
  const facts = withoutJudged(all, knobs)
  const plan = await planInForce(db, facts, version)
  if (plan === undefined) {
    throw new StorewrightError(
      'ERR_NETWORK',
      'areas or sites were added after the regions were planned',
      { next: 'Plan them again: storewright network regions --apply --store DIR' },
    )
  }
  const problem = problemOf(facts, { settings: { knobs } })
  const prices = regions.readPrices(knobs)
  const now = regions.measurePlan(problem, plan, prices)
  return { plan, problem, prices, network: facts.network, facts: all, now }
}

/**
 * What the regions lose when sites and areas close and the borders stay: the same plan, measured
 * with no room at these sites and no orders from these areas. Changes nothing. Throws
 * ERR_ARGUMENT on a storm in which nothing lies, or where no site with stock or no customer would be
 * left; ERR_NOT_FOUND on a site, lane or area that there is not.
 */
export function closePlaces(whatIf: WhatIf, places: ClosedPlaces): WithoutPlaces {
  const { problem, plan, prices, now, network } = whatIf
  requireKnown(whatIf, places)
  const { sites, areas } = routes.closedBy(network, places)
  if (sites.size + areas.size + (places.lanes ?? []).length === 0)
    throw new StorewrightError('ERR_ARGUMENT', 'no site and no area lies within the storm', {
      next: 'Give degrees north, degrees east (negative in America) and a wider circle.',
    })
  const capacityM3 = problem.capacityM3.map((room, s) => (sites.has(s) ? 0 : room))
  const demand = problem.demand.map((orders, a) => (areas.has(a) ? 0 : orders))
  if (!capacityM3.some((room) => room > 0)) {
    throw new StorewrightError('ERR_ARGUMENT', 'no site with stock would be left', {
      next: 'Leave at least one open.',
    })
  }
  if (!demand.some((orders) => orders > 0))
    throw new StorewrightError('ERR_ARGUMENT', 'no area with customers would be left')
  const left = new Set(plan.siteRegion.filter((_, s) => capacityM3[s]! > 0))
  return {
    before: now,
    after: regions.measurePlan({ ...problem, capacityM3, demand }, plan, prices),
    sites: [...sites],
    areas: [...areas],
    emptied: Array.from({ length: plan.regions }, (_, r) => r).filter((r) => !left.has(r)),
  }
}

function requireKnown({ network }: WhatIf, { sites = [], areas = [], lanes = [] }: ClosedPlaces) {
  const check = (what: string, known: readonly string[], ids: readonly string[]) => {
    const missing = ids.find((id) => !known.includes(id))
    if (missing !== undefined)
      throw new StorewrightError('ERR_NOT_FOUND', `there is no ${what} ${missing}`)
  }
  check('area', network.areas.ids, areas)
  check('site', network.sites.ids, sites)
  check('lane', network.lanes.ids, lanes)
}
