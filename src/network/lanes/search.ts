import type { Random } from '../../core/random/random.ts'
import type { LaneLoads } from './loads.ts'
import type { LanePath } from './paths.ts'
import type { LaneProblem } from './types.ts'

/** Rounds of slope scaling before the local search. */
const SLOPE_ROUNDS = 12
/** What a truck is taken to be filled to before anything is known. */
const FIRST_FILL = 0.85
/** Ruins tried for each lane that any way uses. */
const RUINS_A_LANE = 20
/** Chance that a way is not seen when a pair is put back (Christiaens & Vanden Berghe 2020). */
const BLINK = 0.1
/** How much more than the best a ruin may cost at first. */
const WORST_SHARE = 0.03
/** A change must save this share of the cost to be taken: what is less is rounding. */
const LEAST_GAIN = 1e-9

/**
 * Slope scaling (Kim & Pardalos 1999; Crainic, Gendron & Hernu 2004): departures are priced by the
 * m³ as they cost in the round before, each pair takes its cheapest way, and the best round stands.
 */
export function startBySlopes(
  { lanes }: LaneProblem,
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
): void {
  const laneCount = lanes.fromSite.length
  const slope = Float64Array.from(
    lanes.departureCents,
    (cents, lane) => cents / (FIRST_FILL * lanes.capacityM3[lane]!),
  )
  const mean = new Float64Array(laneCount)
  let best: { readonly cents: number; readonly choice: Int32Array } | undefined
  for (let round = 0; round < SLOPE_ROUNDS; round++) {
    mean.fill(0)
    paths.forEach((ways, pair) => {
      if (ways.length === 0) return
      const way = cheapest(ways, (path) => pricedBy(path, slope))
      loads.send(pair, way)
      for (const lane of ways[way]!.lanes) mean[lane]! += loads.meanOf(pair)
    })
    if (best === undefined || loads.cents < best.cents)
      best = { cents: loads.cents, choice: loads.choice.slice() }
    for (let lane = 0; lane < laneCount; lane++)
      if (mean[lane]! > 0) slope[lane] = loads.runningOf(lane).cents / mean[lane]!
  }
  best?.choice.forEach((way, pair) => {
    loads.send(pair, way)
  })
  loads.settle()
}

function pricedBy(path: LanePath, slope: Float64Array): number {
  return path.lanes.reduce((cents, lane) => cents + slope[lane]!, path.centsPerM3)
}

function cheapest(ways: readonly LanePath[], price: (way: LanePath) => number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  ways.forEach((way, w) => {
    const cents = price(way)
    if (cents < least) {
      least = cents
      best = w
    }
  })
  return best
}

/**
 * Local search: pairs one by one take a cheaper way; lanes are closed, their pairs going round them;
 * lanes are opened, and all pairs that can take them do; what changes at one sort centre changes at
 * another. Goes on until a round gains nothing or
 * `stop` says so; same random numbers, same result.
 */
export function improve(
  problem: LaneProblem,
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  random: Random,
  stop: () => boolean,
): void {
  const users = waysByLane(problem, paths)
  for (let round = 0; !stop(); round++) {
    const before = loads.cents
    const order = random.split(round)
    for (const pair of shuffled(paths.length, order)) {
      if (stop()) return
      moveOne(paths, loads, pair)
    }
    for (const lane of shuffled(users.length, order)) {
      if (stop()) return
      if (loads.askedOf(lane) > 0) closeLane(paths, loads, users[lane]!, lane)
      else openLane(loads, users[lane]!)
    }
    for (let site = 0; site < problem.sites && !stop(); site++) moveHub(paths, loads, site)
    loads.settle()
    if (loads.cents > before * (1 - 1e-6)) return
  }
}

/**
 * Ruin and recreate (Schrimpf et al. 2000): all pairs of one to four lanes, or of one site, are taken out and put
 * back one by one in random order, each the cheapest way for what stands then. What costs more than
 * the best by a threshold that falls to nothing is undone (record-to-record travel, Dueck 1993).
 */
export function shake(
  problem: LaneProblem,
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  random: Random,
  placements: number,
  stop: () => boolean,
): void {
  const users = waysByLane(problem, paths).filter((own) => own.length > 0)
  const ruins = RUINS_A_LANE * users.length
  let best = { cents: loads.cents, choice: loads.choice.slice() }
  let placed = 0
  for (let ruin = 0; ruin < ruins && placed < placements && !stop(); ruin++) {
    const out = ruined(problem, users, paths.length, random)
    for (const pair of out) if (paths[pair]!.length > 0) loads.send(pair, -1)
    for (const at of shuffled(out.length, random)) {
      if (paths[out[at]!]!.length === 0) continue
      placed++
      const way = bestWay(paths, loads, out[at]!, () => random.next() >= BLINK)
      loads.send(out[at]!, Math.max(0, way))
    }
    if (
      loads.cents >
      best.cents * (1 + WORST_SHARE * (1 - Math.max(ruin / ruins, placed / placements)))
    )
      loads.undo(0)
    loads.settle()
    if (loads.cents < best.cents * (1 - LEAST_GAIN))
      best = { cents: loads.cents, choice: loads.choice.slice() }
  }
  best.choice.forEach((way, pair) => {
    loads.send(pair, way)
  })
  loads.settle()
}

function ruined(
  { demand }: LaneProblem,
  users: readonly (readonly LaneUser[])[],
  pairs: number,
  random: Random,
): number[] {
  if (random.next() < 0.5) {
    const lanes = Array.from({ length: 2 ** random.int(3) }, () => users[random.int(users.length)]!)
    return [...new Set(lanes.flat().map(({ pair }) => pair))]
  }
  const pair = random.int(pairs)
  const end = random.next() < 0.5 ? demand.from : demand.to
  return [...end.keys()].filter((other) => end[other] === end[pair])
}

/** A pair that can take a lane, and by which of its ways. */
export interface LaneUser {
  readonly pair: number
  readonly ways: readonly number[]
}

/** Every lane's pairs and their ways over it. */
export function waysByLane(
  { lanes }: LaneProblem,
  paths: readonly (readonly LanePath[])[],
): LaneUser[][] {
  const users: LaneUser[][] = Array.from(lanes.fromSite, () => [])
  paths.forEach((ways, pair) => {
    const byLane = new Map<number, number[]>()
    ways.forEach(({ lanes: legs }, way) => {
      for (const lane of legs) byLane.set(lane, [...(byLane.get(lane) ?? []), way])
    })
    for (const [lane, own] of byLane) users[lane]!.push({ pair, ways: own })
  })
  return users
}

function moveOne(paths: readonly (readonly LanePath[])[], loads: LaneLoads, pair: number): void {
  const before = loads.choice[pair]!
  if (before < 0 || paths[pair]!.length < 2) return
  const cents = loads.cents
  const mark = loads.mark()
  loads.send(pair, -1)
  const way = bestWay(paths, loads, pair, () => true)
  if (way === before || loads.cents + loads.addedCents(pair, way) >= cents * (1 - LEAST_GAIN))
    loads.undo(mark)
  else loads.send(pair, way)
}

/** The way that costs the week least for a pair that goes no way now; −1 where none is allowed. */
function bestWay(
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  pair: number,
  allowed: (way: LanePath) => boolean,
): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  paths[pair]!.forEach((path, way) => {
    if (!allowed(path)) return
    const cents = loads.addedCents(pair, way)
    if (cents < least) {
      least = cents
      best = way
    }
  })
  return best
}

/** Sends all pairs of a lane round it; keeps that where it saves. */
function closeLane(
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  users: readonly LaneUser[],
  lane: number,
): void {
  const before = loads.cents
  const mark = loads.mark()
  if (!goRound(paths, loads, users, lane) || loads.cents >= before * (1 - LEAST_GAIN))
    loads.undo(mark)
}

/** Takes every pair off a lane, the largest first; false where one of them has no other way. */
export function goRound(
  paths: readonly (readonly LanePath[])[],
  loads: LaneLoads,
  users: readonly LaneUser[],
  lane: number,
): boolean {
  const on = users
    .filter(({ pair, ways }) => ways.includes(loads.choice[pair]!))
    .sort((a, b) => loads.meanOf(b.pair) - loads.meanOf(a.pair) || a.pair - b.pair)
  // All leave before the first one looks round, so that none stays for the sake of another.
  for (const { pair } of on) loads.send(pair, -1)
  for (const { pair } of on) {
    const way = bestWay(paths, loads, pair, ({ lanes }) => !lanes.includes(lane))
    if (way < 0) return false
    loads.send(pair, way)
  }
  return true
}

/** Other sort centres tried in place of one. */
const HUBS_TRIED = 3

/** Sends all that changes lanes at a site over another one; keeps that where it saves. */
function moveHub(paths: readonly (readonly LanePath[])[], loads: LaneLoads, site: number): void {
  const on = [...paths.keys()].filter((pair) =>
    paths[pair]![loads.choice[pair]!]?.transfers.includes(site),
  )
  const uses = new Map<number, number>()
  for (const pair of on)
    for (const { transfers } of paths[pair]!)
      for (const other of transfers)
        if (other !== site) uses.set(other, (uses.get(other) ?? 0) + loads.meanOf(pair))
  const others = [...uses].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, HUBS_TRIED)
  for (const [other] of others) {
    const before = loads.cents
    const mark = loads.mark()
    for (const pair of on) {
      const from = loads.choice[pair]!
      loads.send(pair, -1)
      const isOver = ({ transfers }: LanePath) =>
        transfers.includes(other) && !transfers.includes(site)
      const way = bestWay(paths, loads, pair, isOver)
      loads.send(pair, way >= 0 ? way : from)
    }
    if (loads.cents < before * (1 - LEAST_GAIN)) return
    loads.undo(mark)
  }
}

/** Sends all pairs that can over an unused lane, then lets each go back; keeps that where it saves. */
function openLane(loads: LaneLoads, users: readonly LaneUser[]): void {
  const before = loads.cents
  const mark = loads.mark()
  const came: { readonly pair: number; readonly from: number }[] = []
  for (const { pair, ways } of users) {
    came.push({ pair, from: loads.choice[pair]! })
    loads.send(pair, -1)
    let best = ways[0]!
    let least = Number.POSITIVE_INFINITY
    for (const way of ways) {
      const cents = loads.addedCents(pair, way)
      if (cents < least) {
        least = cents
        best = way
      }
    }
    loads.send(pair, best)
  }
  for (const { pair, from } of came) {
    const here = loads.choice[pair]!
    const cents = loads.cents
    loads.send(pair, -1)
    const goesBack = loads.cents + loads.addedCents(pair, from) < cents * (1 - LEAST_GAIN)
    loads.send(pair, goesBack ? from : here)
  }
  if (loads.cents >= before * (1 - LEAST_GAIN)) loads.undo(mark)
}

function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
