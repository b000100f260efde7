import type { KnobSettings } from '../../../core/knobs.ts'
import { lookUpSettings, type RouteSet } from '../../../core/routes/door.ts'
import { routes } from '../../../network/index.ts'
import type { RouteJob } from '../route-sets.ts'
import { type AskedParcels, findWays, type Ways } from './ways.ts'

/** What a thread is asked: the routes of all that runs, or those without an outage. */
export interface WaysTask {
  readonly job: RouteJob
  readonly asked: AskedParcels
  readonly knobs: KnobSettings
  /** Both or none: the routes of all that runs, and what is taken from them. */
  readonly base?: RouteSet
  readonly outage?: routes.Outage
}

export interface WaysAnswer {
  readonly set: RouteSet
  readonly ways: Ways
}

/** Builds routes in a thread and finds the ways of parcels on them; arrays of sets are shared memory. */
export function waysOf({ job, asked, knobs, base, outage }: WaysTask): WaysAnswer {
  const options = { ...job.options, unreached: 'report' as const }
  const set =
    base === undefined || outage === undefined
      ? routes.buildRouteSet(job.timetable, options).set
      : routes.buildContingency(job.timetable, base, outage, options).set
  return { set, ways: findWays(set, asked, lookUpSettings(knobs)) }
}
