import { requireArgument, StorewrightError } from '../../core/errors.ts'

export const WEEK_HOURS = 168

/** A place where servers stand; its zones fail one at a time, servers are spread evenly over them. */
export interface CapacityLocation {
  readonly id: string
  /** Region whose load it carries; several locations may carry one region's. */
  readonly region: string
  /** How many zones; with one, nothing survives its failure and no server is added for it. */
  readonly zones: number
}

/** One way to have servers of a type at a location. */
export interface CapacityOffer {
  /** Index into the types and the locations of the problem. */
  readonly type: number
  readonly location: number
  readonly term: 'hourly' | 'reserved'
  readonly centsPerHour: number
  /** Weeks that are paid once it is taken: 1 by the hour. */
  readonly termWeeks: number
  /** First week in which such servers can serve: lead time, or the day a generation comes. */
  readonly firstWeek: number
  /** First week in which they can no longer be taken; Infinity: none. */
  readonly endWeek: number
  /** Days from order to use, for the latest day to order. */
  readonly leadDays: number
}

/** At most so many servers of a type at a location over all services, in any week. */
export interface CapacityLimit {
  readonly type: number
  readonly location: number
  readonly servers: number
}

/** What one service needs in one region. */
export interface CapacityNeed {
  readonly service: string
  readonly region: string
  /** [types] requests/s that one server of the type holds at the latency objective; 0: it cannot run there. */
  readonly perServer: Float64Array
  /** [weeks] requests/s to hold in each week. */
  readonly need: Float64Array
  /** Servers that stand already, [weeks] each; they cost nothing more. */
  readonly standing: readonly StandingServers[]
  /** [weeks] whether further servers stand for a part of the week; the need is what is left beside them. */
  readonly isBooked?: readonly boolean[]
}

export interface StandingServers {
  readonly type: number
  readonly location: number
  /** [weeks] how many. */
  readonly servers: Float64Array
}

/** Servers for many services over weeks: the least cost that holds every need. */
export interface CapacityProblem {
  /** Start of week 0, epoch ms. */
  readonly startMs: number
  readonly weeks: number
  readonly types: readonly string[]
  readonly locations: readonly CapacityLocation[]
  readonly offers: readonly CapacityOffer[]
  readonly limits: readonly CapacityLimit[]
  readonly needs: readonly CapacityNeed[]
  /** What a week in which a service's servers rise costs beside the servers, cents. */
  readonly riseCents: number
  /** Share of a term's cost beyond the last week that is charged, 0 to 1. */
  readonly beyondShare: number
  /** Whether each need must hold with any one zone gone. */
  readonly survivesZone: boolean
}

/** Throws ERR_ARGUMENT or ERR_NOT_FINITE on a problem that cannot be planned, naming what is wrong. */
export function checkProblem(problem: CapacityProblem): void {
  const { weeks, types, locations, offers, needs } = problem
  requireArgument(
    Number.isInteger(weeks) && weeks > 0,
    `weeks: ${weeks} is not a whole number from 1`,
  )
  for (const { id, zones } of locations) {
    requireArgument(zones >= 1, `location ${id} has ${zones} zones`)
  }
  for (const offer of offers) {
    const type = types[offer.type]
    const place = locations[offer.location]
    requireArgument(type !== undefined && place !== undefined, 'an offer names no type or location')
    const name = `offer ${type} at ${place.id}, ${offer.term}`
    requireArgument(offer.centsPerHour >= 0, `${name}: ${offer.centsPerHour} cents an hour`)
    requireArgument(offer.termWeeks >= 1, `${name}: a term of ${offer.termWeeks} weeks`)
  }
  for (const need of needs) checkNeed(problem, need)
}

function checkNeed(problem: CapacityProblem, need: CapacityNeed): void {
  const name = `${need.service} in ${need.region}`
  requireArgument(need.need.length === problem.weeks, `${name}: ${need.need.length} weeks of need`)
  requireArgument(
    need.perServer.length === problem.types.length,
    `${name}: ${need.perServer.length} types, not ${problem.types.length}`,
  )
  for (const value of need.need) {
    if (!(value >= 0 && Number.isFinite(value)))
      throw new StorewrightError('ERR_NOT_FINITE', `${name} needs ${value} requests/s in a week`)
  }
}
