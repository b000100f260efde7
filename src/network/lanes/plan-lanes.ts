import { requireArgument, requireFinite, StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import { trucksFor, WEEK_MINUTES } from './departures.ts'
import { type LaneSettings, laneSettings } from './knobs.ts'
import { LaneLoads } from './loads.ts'
import { type LanePath, pathsOf } from './paths.ts'
import { goRound, improve, type LaneUser, shake, startBySlopes, waysByLane } from './search.ts'
import type { LanePlan, LaneProblem, LanePurpose, PlannedLane } from './types.ts'

export interface LanePlanOptions {
  readonly seed: string | number
  readonly knobs?: KnobSettings
  /** True: a pair that no way serves within its window is served as fast as can be. Default: an error. */
  readonly mayBeLate?: boolean
  /** Asked after every step; the plan found by then is returned. Default: until nothing gains. */
  readonly stop?: () => boolean
}

/**
 * Which lanes to run, how often, and which of them each pair of a site and a station takes: least
 * expected cost over the scenarios of demand, in whole departures, within each pair's window.
 * Slope scaling, local search, then ruin and recreate. Throws ERR_INFEASIBLE naming a pair that no lanes serve in
 * time or a site that cannot sort what must pass it, ERR_ARGUMENT and ERR_NOT_FINITE on bad input.
 */
export function planLanes(problem: LaneProblem, options: LanePlanOptions): LanePlan {
  checkProblem(problem)
  const settings = laneSettings(options.knobs)
  const { allowedShare, volume, betweenCents } = throttled(problem, settings)
  const means = meanVolumes(problem, volume)
  const { paths, late } = pathsOf(problem, means, settings, options.mayBeLate)
  const loads = new LaneLoads(problem, paths, volume, settings)
  startBySlopes(problem, paths, loads)
  const random = createRandom(options.seed)
  const stop = options.stop ?? (() => false)
  improve(problem, paths, loads, random.split('improve'), stop)
  shake(problem, paths, loads, random.split('shake'), settings.placements, stop)
  requireRoom(problem, loads)
  return { ...describe(problem, paths, loads, betweenCents), allowedShare, latePairs: late }
}

function checkProblem({ sites, lanes, demand, limits }: LaneProblem): void {
  const isSite = (site: number) => Number.isInteger(site) && site >= 0 && site < sites
  for (let lane = 0; lane < lanes.fromSite.length; lane++) {
    requireArgument(
      isSite(lanes.fromSite[lane]!) && isSite(lanes.toSite[lane]!),
      `lane ${lane} goes from site ${lanes.fromSite[lane]} to site ${lanes.toSite[lane]}; sites are 0 to ${sites - 1}`,
    )
    for (const name of ['minutes', 'departureCents', 'centsPerM3', 'capacityM3'] as const) {
      const value = requireFinite(lanes[name][lane]!, `${name} of lane ${lane}`)
      requireArgument(value >= 0, `${name} of lane ${lane} is negative: ${value}`)
    }
    requireArgument(lanes.capacityM3[lane]! > 0, `lane ${lane} has no room`)
  }
  const scenarios = demand.probability.length
  const sum = demand.probability.reduce((total, p) => total + p, 0)
  requireArgument(scenarios > 0 && Math.abs(sum - 1) < 1e-6, `probabilities add to ${sum}, not 1`)
  requireArgument(
    demand.m3.length === scenarios * demand.from.length,
    `${demand.m3.length} volumes for ${scenarios} scenarios of ${demand.from.length} pairs`,
  )
  demand.m3.forEach((m3, i) => {
    requireFinite(m3, `volume ${i}`)
    requireArgument(m3 >= 0, `volume ${i} is negative: ${m3}`)
  })
  requireArgument(
    limits.siteRegion.length === sites,
    `${limits.siteRegion.length} regions for ${sites} sites`,
  )
}

/** Volumes that the caps between regions let through, and what they cost by region, cents a week. */
function throttled({ demand, limits }: LaneProblem, { betweenRegionsCents }: LaneSettings) {
  const { betweenRegionsM3, siteRegion, regions } = limits
  const pairs = demand.from.length
  const crossing = Int32Array.from(demand.from, (from, pair) => {
    const a = siteRegion[from]!
    const b = siteRegion[demand.to[pair]!]!
    return a >= 0 && b >= 0 && a !== b ? a * regions + b : -1
  })
  const means = meanVolumes({ demand }, demand.m3)
  const total = new Float64Array(regions * regions)
  crossing.forEach((border, pair) => {
    if (border >= 0) total[border]! += means[pair]!
  })
  const allowedShare = Float64Array.from(crossing, (border) => {
    const cap =
      border < 0
        ? Number.POSITIVE_INFINITY
        : (betweenRegionsM3?.[border] ?? Number.POSITIVE_INFINITY)
    return border < 0 || total[border]! <= cap ? 1 : cap / total[border]!
  })
  const volume = demand.m3.map((m3, i) => m3 * allowedShare[i % pairs]!)
  let betweenCents = 0
  crossing.forEach((border, pair) => {
    if (border >= 0) betweenCents += betweenRegionsCents * allowedShare[pair]! * means[pair]!
  })
  return { allowedShare, volume, betweenCents }
}

function meanVolumes({ demand }: Pick<LaneProblem, 'demand'>, volume: Float64Array): Float64Array {
  const pairs = demand.from.length
  const means = new Float64Array(pairs)
  demand.probability.forEach((p, s) => {
    for (let pair = 0; pair < pairs; pair++) means[pair]! += p * volume[s * pairs + pair]!
  })
  return means
}

function requireRoom({ limits, sites }: LaneProblem, loads: LaneLoads): void {
  for (let site = 0; site < sites; site++) {
    const most = loads.mostAtSite(site)
    const room = limits.throughputM3[site]!
    if (most <= room * (1 + 1e-9) + 1e-6) continue
    throw new StorewrightError(
      'ERR_INFEASIBLE',
      `site ${site} can sort ${room} m³ a week; ${Math.ceil(most)} must pass it in the fullest scenario`,
      { next: 'Give it more room, or add lanes that go past it.' },
    )
  }
}

function describe(
  problem: LaneProblem,
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  betweenCents: number,
): Omit<LanePlan, 'allowedShare' | 'latePairs'> {
  const chosen = paths.map((ways, pair) => ways[loads.choice[pair]!])
  const pairsOn = new Int32Array(problem.lanes.fromSite.length)
  for (const path of chosen) for (const lane of path?.lanes ?? []) pairsOn[lane]!++
  const users = waysByLane(problem, paths)
  const planned: PlannedLane[] = []
  pairsOn.forEach((pairs, lane) => {
    if (pairs > 0) planned.push(describeLane(problem, paths, loads, users[lane]!, lane, pairs))
  })
  const departures = new Map(planned.map((one) => [one.lane, one.departuresAWeek]))
  let bound = betweenCents
  let minutes = 0
  let volume = 0
  chosen.forEach((path, pair) => {
    if (path === undefined) return
    const mean = loads.meanOf(pair)
    bound += mean * paths[pair]![0]!.fullCentsPerM3
    volume += mean
    const waiting = path.lanes.reduce(
      (sum, lane) => sum + WEEK_MINUTES / departures.get(lane)! / 2,
      0,
    )
    minutes += mean * (path.minutes + waiting)
  })
  return {
    lanes: planned,
    paths: chosen.map((path) => Int32Array.from(path?.lanes ?? [])),
    costCents: loads.cents + betweenCents,
    boundCents: bound,
    fill: fillOf(problem, planned, () => true),
    directFill: fillOf(problem, planned, ({ purpose }) => purpose === 'direct'),
    meanMinutes: volume > 0 ? minutes / volume : 0,
  }
}

function describeLane(
  problem: LaneProblem,
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  users: readonly LaneUser[],
  lane: number,
  pairs: number,
): PlannedLane {
  const { lanes, demand } = problem
  const count = lanes.fromSite.length
  const running = loads.runningOf(lane)
  let mean = 0
  let most = 0
  demand.probability.forEach((p, s) => {
    mean += p * loads.m3[s * count + lane]!
    most = Math.max(most, loads.m3[s * count + lane]!)
  })
  const before = loads.cents
  const mark = loads.mark()
  const hasOtherWay = goRound(paths, loads, users, lane)
  const worthCents = hasOtherWay ? loads.cents - before : Number.POSITIVE_INFINITY
  loads.undo(mark)
  return {
    lane,
    purpose: purposeOf(problem, lane),
    departuresAWeek: running.departures,
    bound: running.departures > trucksFor(most, lanes.capacityM3[lane]!) ? 'window' : 'volume',
    meanM3: mean,
    mostM3: most,
    fill: mean / ((running.departures + running.extra) * lanes.capacityM3[lane]!),
    extraDepartures: running.extra,
    costCents: running.cents + mean * lanes.centsPerM3[lane]!,
    pairs,
    worthCents,
  }
}

function purposeOf({ lanes, limits }: LaneProblem, lane: number): LanePurpose {
  const from = lanes.fromSite[lane]!
  const to = lanes.toSite[lane]!
  const a = limits.siteRegion[from]!
  const b = limits.siteRegion[to]!
  if (limits.isTransfer[to] === 0) return limits.isTransfer[from] === 1 ? 'spoke' : 'direct'
  if (a >= 0 && b >= 0 && a !== b) return 'bridge'
  return limits.isTransfer[from] === 1 ? 'trunk' : 'feeder'
}

/** m³ carried over room offered, of the truck lanes that `counts` admits; 0 where there are none. */
function fillOf(
  { lanes }: LaneProblem,
  planned: readonly PlannedLane[],
  counts: (lane: PlannedLane) => boolean,
): number {
  let carried = 0
  let offered = 0
  for (const one of planned) {
    if (lanes.modes[one.lane] !== 'truck' || !counts(one)) continue
    carried += one.meanM3
    offered += (one.departuresAWeek + one.extraDepartures) * lanes.capacityM3[one.lane]!
  }
  return offered > 0 ? carried / offered : 0
}
