import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { regions } from '../../network/index.ts'
import type { Settings } from '../store/settings.ts'
import type { Version } from '../versions.ts'
import { readNetworkFacts } from './facts.ts'
import { planInForce, problemOf } from './region-plan.ts'
import { withoutJudged } from './region-score.ts'

/** Regions of a store, ready to be asked what they would be without some of their sites. */
export interface WhatIf {
  readonly plan: regions.RegionPlan
  readonly problem: regions.RegionProblem
  readonly prices: regions.RegionPrices
  readonly siteIds: readonly string[]
  /** What the regions give with all sites. */
  readonly now: regions.PlanMeasures
}

/** Regions without the sites that are closed, beside what they give now. */
export interface ClosedSites {
  readonly before: regions.PlanMeasures
  readonly after: regions.PlanMeasures
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
  const facts = withoutJudged(await readNetworkFacts(db, knobs), knobs)
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
  return { plan, problem, prices, siteIds: facts.network.sites.ids, now }
}

/**
 * What the regions lose when sites close and the borders stay: the same plan, measured with no room
 * at these sites. Changes nothing. Throws ERR_NOT_FOUND on a site that there is not, ERR_ARGUMENT
 * on one that holds no stock, or where none would be left.
 */
export function closeSites(whatIf: WhatIf, siteIds: readonly string[]): ClosedSites {
  const { problem, plan, prices, now } = whatIf
  const closed = new Set(siteIds.map((id) => numberOfSite(whatIf, id)))
  const capacityM3 = problem.capacityM3.map((room, s) => (closed.has(s) ? 0 : room))
  if (!capacityM3.some((room) => room > 0)) {
    throw new StorewrightError('ERR_ARGUMENT', 'no site with stock would be left', {
      next: 'Leave at least one open.',
    })
  }
  const left = new Set(plan.siteRegion.filter((_, s) => capacityM3[s]! > 0))
  return {
    before: now,
    after: regions.measurePlan({ ...problem, capacityM3 }, plan, prices),
    emptied: Array.from({ length: plan.regions }, (_, r) => r).filter((r) => !left.has(r)),
  }
}

function numberOfSite({ siteIds, problem }: WhatIf, id: string): number {
  const site = siteIds.indexOf(id)
  if (site < 0) throw new StorewrightError('ERR_NOT_FOUND', `there is no site ${id}`)
  if (problem.capacityM3[site]! > 0) return site
  throw new StorewrightError('ERR_ARGUMENT', `site ${id} holds no stock`, {
    next: 'Ask about a site that ships orders; for a sort centre or a lane build a route set without it.',
  })
}
