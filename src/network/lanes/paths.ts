import { StorewrightError } from '../../core/errors.ts'
import { departuresFor } from './departures.ts'
import type { LaneSettings } from './knobs.ts'
import type { LaneProblem } from './types.ts'

/** One way of a pair from its site to its station. */
export interface LanePath {
  readonly lanes: readonly number[]
  /** Sites at which it changes lanes. */
  readonly transfers: readonly number[]
  /** Minutes on lanes and at transfers, waiting left out. */
  readonly minutes: number
  /** Departures a week that each of its lanes needs, so that waiting fits the pair's window. */
  readonly departures: number
  /** Cents a m³ beside departures: by volume, and at transfers. */
  readonly centsPerM3: number
  /** The same with departures in full. */
  readonly fullCentsPerM3: number
}

/** Ways kept for each pair: the cheapest ones in full departures, and always the direct lane. */
const MOST_PATHS = 14

/** The ways of all pairs, and the pairs whose windows were stretched. */
export interface PairPaths {
  readonly paths: readonly (readonly LanePath[])[]
  readonly late: readonly number[]
}

/** What a stretched window leaves for waiting beside the fastest way: two days a lane. */
const LATE_SLACK_MINUTES = 2 * 1440 * 3

/**
 * The ways of each pair over at most three lanes that fit its window, cheapest in full departures
 * first; none where nothing goes (`means`, m³ a week, is 0). With `mayBeLate` a window that no way
 * fits is stretched to the fastest one and two days of waiting a lane. Throws ERR_INFEASIBLE naming
 * a pair that no lanes join, or, without `mayBeLate`, that all ways are too slow for.
 */
export function pathsOf(
  problem: LaneProblem,
  means: Float64Array,
  settings: LaneSettings,
  mayBeLate = false,
): PairPaths {
  const { demand } = problem
  const outgoing = outgoingLanes(problem)
  const late: number[] = []
  const paths = Array.from(demand.from, (from, pair) => {
    if (means[pair] === 0) return []
    const walked = [...walks(problem, outgoing, from, demand.to[pair]!)]
    const within = (window: number) =>
      walked
        .map((legs) => pathOf(problem, legs, window, settings))
        .filter(({ departures }) => departures <= settings.mostDepartures)
    let ways = within(demand.windowMinutes[pair]!)
    if (ways.length === 0) {
      const fastest = walked.reduce(
        (least, legs) => Math.min(least, pathOf(problem, legs, 0, settings).minutes),
        Number.POSITIVE_INFINITY,
      )
      if (!mayBeLate || walked.length === 0) throw nothingFits(problem, pair, fastest)
      late.push(pair)
      ways = within(fastest + LATE_SLACK_MINUTES)
    }
    return cheapestFew(ways)
  })
  return { paths, late }
}

function cheapestFew(ways: LanePath[]): LanePath[] {
  ways.sort((a, b) => a.fullCentsPerM3 - b.fullCentsPerM3 || a.minutes - b.minutes)
  const kept = ways.slice(0, MOST_PATHS)
  const direct = ways.find(({ lanes }) => lanes.length === 1)
  return direct === undefined || kept.includes(direct) ? kept : [...kept.slice(0, -1), direct]
}

function nothingFits({ demand, limits }: LaneProblem, pair: number, fastest: number) {
  const who = `site ${demand.from[pair]} to station ${demand.to[pair]}`
  const sorts = limits.isTransfer.reduce((count, one) => count + one, 0)
  return Number.isFinite(fastest)
    ? new StorewrightError(
        'ERR_INFEASIBLE',
        `${who}: the fastest way takes ${Math.round(fastest)} minutes without waiting, the window has ${Math.round(demand.windowMinutes[pair]!)}`,
        { next: 'Widen the window of this pair, or add a faster lane (air).' },
      )
    : new StorewrightError('ERR_INFEASIBLE', `${who}: no lanes join them in at most three legs`, {
        next: `Add a lane, or a way over one of the ${sorts} sort centres.`,
      })
}

function outgoingLanes({ sites, lanes }: LaneProblem): number[][] {
  const outgoing: number[][] = Array.from({ length: sites }, () => [])
  lanes.fromSite.forEach((site, lane) => {
    outgoing[site]!.push(lane)
  })
  return outgoing
}

/** All walks of one to three lanes from a site to a station, changing lanes at transfers alone. */
function* walks(
  { lanes, limits }: LaneProblem,
  outgoing: readonly (readonly number[])[],
  from: number,
  to: number,
): Generator<readonly number[]> {
  for (const first of outgoing[from]!) {
    const a = lanes.toSite[first]!
    if (a === to) yield [first]
    else if (limits.isTransfer[a] === 1) {
      for (const second of outgoing[a]!) {
        const b = lanes.toSite[second]!
        if (b === to) yield [first, second]
        else if (limits.isTransfer[b] === 1 && b !== from) {
          for (const third of outgoing[b]!) {
            if (lanes.toSite[third] === to) yield [first, second, third]
          }
        }
      }
    }
  }
}

function pathOf(
  { lanes, limits }: LaneProblem,
  legs: readonly number[],
  windowMinutes: number,
  { waitShare }: LaneSettings,
): LanePath {
  const transfers = legs.slice(0, -1).map((lane) => lanes.toSite[lane]!)
  let minutes = 0
  let cents = 0
  let full = 0
  for (const lane of legs) {
    minutes += lanes.minutes[lane]!
    cents += lanes.centsPerM3[lane]!
    full += lanes.departureCents[lane]! / lanes.capacityM3[lane]!
  }
  for (const site of transfers) {
    minutes += limits.transferMinutes[site]!
    cents += limits.transferCents[site]!
  }
  return {
    lanes: legs,
    transfers,
    minutes,
    // The slack is shared out evenly among the departures that have to be waited for.
    departures: departuresFor((windowMinutes - minutes) / legs.length, waitShare),
    centsPerM3: cents,
    fullCentsPerM3: cents + full,
  }
}
