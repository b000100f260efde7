import { type Running, runLane } from './departures.ts'
import type { LaneSettings } from './knobs.ts'
import type { LanePath } from './paths.ts'
import type { LaneProblem } from './types.ts'

/** Numbers of departures a week that lanes are asked for; what a window needs is rounded up to one. */
const CLASSES = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 18, 21, 28, 42, 56, 84, 168, 336, 700, 10_000]

/** Cents a m³ a week beyond what a site can sort: more than any way round it costs. */
const OVERLOAD_CENTS = 1e6

/** One step that can be taken back. */
interface Step {
  readonly pair: number
  readonly before: number
}

/**
 * Which way each pair takes, and what that loads on lanes and sites; the cost follows every change
 * at the cost of the lanes it touches.
 */
export class LaneLoads {
  /** Way of each pair, −1 where it has none yet. */
  readonly choice: Int32Array
  /** m³ a week, row-major scenario × lane. */
  readonly m3: Float64Array
  private readonly problem: LaneProblem
  private readonly paths: readonly (readonly LanePath[])[]
  private readonly volume: Float64Array
  private readonly mean: Float64Array
  private readonly settings: LaneSettings
  /** Pairs on a lane that ask for each class of departures, row-major lane × class. */
  private readonly asked: Int32Array
  private readonly siteM3: Float64Array
  private readonly laneCents: Float64Array
  private readonly scratch: Float64Array
  private total = 0
  private steps: Step[] = []

  constructor(
    problem: LaneProblem,
    paths: readonly (readonly LanePath[])[],
    volume: Float64Array,
    settings: LaneSettings,
  ) {
    const pairs = problem.demand.from.length
    const lanes = problem.lanes.fromSite.length
    const scenarios = problem.demand.probability.length
    this.problem = problem
    this.paths = paths
    this.volume = volume
    this.settings = settings
    this.choice = new Int32Array(pairs).fill(-1)
    this.m3 = new Float64Array(scenarios * lanes)
    this.asked = new Int32Array(lanes * CLASSES.length)
    this.siteM3 = new Float64Array(scenarios * problem.sites)
    this.laneCents = new Float64Array(lanes)
    this.mean = new Float64Array(pairs)
    this.scratch = new Float64Array(scenarios)
    problem.demand.probability.forEach((p, s) => {
      for (let pair = 0; pair < pairs; pair++) this.mean[pair]! += p * volume[s * pairs + pair]!
    })
  }

  /** Expected cost a week of lanes and transfers, cents, with what overloads cost. */
  get cents(): number {
    return this.total
  }

  /** Expected m³ a week of a pair. */
  meanOf(pair: number): number {
    return this.mean[pair]!
  }

  /** Remembers where the choice stands; `undo` goes back to it. */
  mark(): number {
    return this.steps.length
  }

  undo(mark: number): void {
    while (this.steps.length > mark) {
      const { pair, before } = this.steps.pop()!
      this.put(pair, before)
    }
  }

  /** Forgets how it came here: what was marked before can no longer be undone. */
  settle(): void {
    this.steps = []
  }

  /** Sends a pair another way (−1: none). */
  send(pair: number, way: number): void {
    if (this.choice[pair] === way) return
    this.steps.push({ pair, before: this.choice[pair]! })
    this.put(pair, way)
  }

  /**
   * What the week would cost more if a pair that goes no way now took one, cents: the same as sending
   * it there would add, without sending it.
   */
  addedCents(pair: number, way: number): number {
    const { lanes, demand, sites } = this.problem
    const path = this.paths[pair]![way]!
    const pairs = demand.from.length
    const laneCount = lanes.fromSite.length
    const scenarios = demand.probability.length
    let added = this.mean[pair]! * path.centsPerM3
    for (const lane of path.lanes) {
      const asked = this.askedOf(lane)
      for (let s = 0; s < scenarios; s++)
        this.scratch[s] = this.m3[s * laneCount + lane]! + this.volume[s * pairs + pair]!
      const least = Math.max(asked, CLASSES[classOf(path.departures)]!)
      added += this.run(lane, this.scratch, 0, 1, least).cents - this.laneCents[lane]!
    }
    for (const site of path.transfers) {
      const room = this.problem.limits.throughputM3[site]!
      if (room === Number.POSITIVE_INFINITY) continue
      let most = 0
      for (let s = 0; s < scenarios; s++)
        most = Math.max(most, this.siteM3[s * sites + site]! + this.volume[s * pairs + pair]!)
      added += overloadCents(most, room) - this.overload(site)
    }
    return added
  }

  /** Departures a week that windows ask of a lane; 0 where no pair takes it. */
  askedOf(lane: number): number {
    const at = lane * CLASSES.length
    for (let c = CLASSES.length - 1; c >= 0; c--) if (this.asked[at + c]! > 0) return CLASSES[c]!
    return 0
  }

  /** How a lane is run now. */
  runningOf(lane: number): Running {
    return this.run(lane, this.m3, lane, this.problem.lanes.fromSite.length, this.askedOf(lane))
  }

  private run(lane: number, m3: Float64Array, at: number, stride: number, least: number): Running {
    const { lanes, demand } = this.problem
    const [room, cents] = [lanes.capacityM3[lane]!, lanes.departureCents[lane]!]
    return runLane(m3, at, stride, demand.probability, room, cents, least, this.settings)
  }

  /** m³ a week at a site in its fullest scenario, of parcels that change lanes there. */
  mostAtSite(site: number): number {
    let most = 0
    for (let s = 0; s < this.problem.demand.probability.length; s++)
      most = Math.max(most, this.siteM3[s * this.problem.sites + site]!)
    return most
  }

  private put(pair: number, way: number): void {
    const before = this.choice[pair]!
    if (before >= 0) this.load(pair, this.paths[pair]![before]!, -1)
    if (way >= 0) this.load(pair, this.paths[pair]![way]!, 1)
    this.choice[pair] = way
  }

  private load(pair: number, path: LanePath, sign: 1 | -1): void {
    const { lanes, demand, sites } = this.problem
    const pairs = demand.from.length
    const laneCount = lanes.fromSite.length
    const scenarios = demand.probability.length
    const asked = classOf(path.departures)
    for (const site of path.transfers) this.total -= this.overload(site)
    for (const lane of path.lanes) {
      this.asked[lane * CLASSES.length + asked]! += sign
      for (let s = 0; s < scenarios; s++)
        this.m3[s * laneCount + lane]! += sign * this.volume[s * pairs + pair]!
      if (this.askedOf(lane) === 0) this.clear(lane)
      this.price(lane)
    }
    for (const site of path.transfers) {
      for (let s = 0; s < scenarios; s++)
        this.siteM3[s * sites + site]! += sign * this.volume[s * pairs + pair]!
      this.total += this.overload(site)
    }
    this.total += sign * this.mean[pair]! * path.centsPerM3
  }

  /** An empty lane carries exactly nothing, whatever rounding left on it. */
  private clear(lane: number): void {
    const laneCount = this.problem.lanes.fromSite.length
    for (let s = 0; s < this.problem.demand.probability.length; s++)
      this.m3[s * laneCount + lane] = 0
  }

  private price(lane: number): void {
    const cents = this.askedOf(lane) === 0 ? 0 : this.runningOf(lane).cents
    this.total += cents - this.laneCents[lane]!
    this.laneCents[lane] = cents
  }

  private overload(site: number): number {
    const room = this.problem.limits.throughputM3[site]!
    return room === Number.POSITIVE_INFINITY ? 0 : overloadCents(this.mostAtSite(site), room)
  }
}

function overloadCents(m3: number, room: number): number {
  return OVERLOAD_CENTS * Math.max(0, m3 - room - 1e-6)
}

/** Place in CLASSES of the least number of departures that is enough. */
function classOf(departures: number): number {
  return CLASSES.findIndex((enough) => enough >= departures)
}
