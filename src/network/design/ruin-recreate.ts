import type { Random } from '../../core/random/random.ts'
import type { Design } from './problem.ts'
import {
  createRouter,
  flowCost,
  putRoutes,
  type Route,
  type Router,
  type Routing,
  routingOf,
  takeRoutes,
  valueOfRouting,
} from './routes.ts'
import { createPathFinder } from './shortest-path.ts'

/** How long and how boldly to search. */
export interface RuinOptions {
  readonly random: Random
  /** True to end; asked every few trials with the share of the trials done. */
  readonly stop: () => boolean
  readonly trials: number
  /** Losses accepted at the start and at the end, as shares of the value of the design. */
  readonly heat: readonly [start: number, end: number]
  /** Arcs that may not be used: 1 each. */
  readonly closed?: Uint8Array
}

/** What the search found. */
export interface RuinResult {
  readonly routes: readonly (readonly Route[])[]
  readonly value: number
  readonly trials: number
}

/** Arcs and commodities that one trial touches. */
interface Ruin {
  readonly commodities: readonly number[]
  /** Arcs whose charge is set for this trial: Infinity closes, 0 opens freely. */
  readonly charges: readonly (readonly [arc: number, charge: number])[]
}

/**
 * Improves a routing: takes the flow of some commodities out (those of an arc, around a node, of
 * like ends, or near an unused arc), sends it anew by its cheapest ways at the margin, twice, and
 * keeps what is better or little worse, less so as trials go by. Source: ruin and recreate
 * (Schrimpf et al. 2000) over the flow moves of Ghamlouche, Crainic & Gendron 2003.
 */
export function ruinAndRecreate(
  design: Design,
  start: readonly (readonly Route[])[],
  options: RuinOptions,
): RuinResult {
  const { random, trials, heat } = options
  const router = createRouter(design, createPathFinder(design))
  let routing = routingOf(design, start)
  let value = valueOfRouting(design, routing)
  let best = { routes: routing.routes.slice() as readonly (readonly Route[])[], value }
  let done = 0
  const base = best.value
  const closed = options.closed ?? new Uint8Array(design.arcs)
  for (; done < trials && !(done % 16 === 0 && options.stop()); done++) {
    const share = done / trials
    const warmth = heat[0] * (heat[1] / heat[0]) ** share
    const limit = value - base * warmth * Math.log(random.next())
    const after = attempt(design, routing, router, random, closed, value, limit)
    if (after === undefined) continue
    value = after
    if (value < best.value - 1e-9 * base) {
      best = { routes: routing.routes.slice(), value }
    }
    if (done % 4096 === 4095) routing = routingOf(design, routing.routes)
  }
  return { ...best, trials: done }
}

/** One trial: the new value, or undefined when the routing was put back. */
function attempt(
  design: Design,
  routing: Routing,
  router: Router,
  random: Random,
  closed: Uint8Array,
  value: number,
  limit: number,
): number | undefined {
  const ruin = chooseRuin(design, routing, random)
  const before = new Map<number, readonly Route[]>()
  const fixedBefore = fixedCostOf(design, routing)
  let flow = 0
  for (const k of ruin.commodities) {
    const routes = takeRoutes(routing, k)
    flow -= flowCost(design, k, routes)
    before.set(k, routes)
  }
  const complete = recreate(design, routing, router, random, ruin, closed)
  if (complete) {
    for (const k of ruin.commodities) flow += flowCost(design, k, routing.routes[k]!)
    const after = value + flow + fixedCostOf(design, routing) - fixedBefore
    if (after <= limit) return after
  }
  for (const k of before.keys()) takeRoutes(routing, k)
  for (const [k, routes] of before) putRoutes(routing, k, routes)
  return undefined
}

function fixedCostOf(design: Design, routing: Routing): number {
  const { users } = routing
  const { fixedCost } = design
  let sum = 0
  for (let a = 0; a < users.length; a++) if (users[a]! > 0) sum += fixedCost[a]!
  return sum
}

/** Sends the commodities of a ruin anew, then once more each at true charges. */
function recreate(
  design: Design,
  routing: Routing,
  router: Router,
  random: Random,
  ruin: Ruin,
  closed: Uint8Array,
): boolean {
  const charge = design.fixedCost.slice()
  if (random.next() < 0.5) {
    const least = random.next()
    for (let a = 0; a < charge.length; a++) charge[a]! *= least + (1 - least) * random.next()
  }
  for (let a = 0; a < charge.length; a++) if (closed[a] === 1) charge[a] = Infinity
  for (const [a, set] of ruin.charges) if (closed[a] === 0) charge[a] = set
  const order = shuffled(ruin.commodities, random)
  if (random.next() < 0.5) order.sort((i, j) => design.demand[j]! - design.demand[i]!)
  for (const k of order) if (!router.insert(routing, k, charge)) return false
  for (let a = 0; a < charge.length; a++)
    charge[a] = closed[a] === 1 ? Infinity : design.fixedCost[a]!
  for (const k of shuffled(order, random)) {
    const routes = takeRoutes(routing, k)
    if (!router.insert(routing, k, charge)) putRoutes(routing, k, routes)
  }
  return true
}

function chooseRuin(design: Design, routing: Routing, random: Random): Ruin {
  const kind = random.next()
  if (kind < 0.4) return closeArcs(design, routing, random)
  if (kind < 0.7) return openArc(design, routing, random)
  if (kind < 0.85) return aroundNode(design, routing, random)
  return likeEnds(design, random)
}

/** Closes one to three used arcs. */
function closeArcs(design: Design, routing: Routing, random: Random): Ruin {
  const used: number[] = []
  for (let a = 0; a < design.arcs; a++) if (routing.users[a]! > 0) used.push(a)
  const count = 1 + random.int(3)
  const arcs = new Set(Array.from({ length: count }, () => used[random.int(used.length)]!))
  return {
    commodities: usersOf(routing, (a) => arcs.has(a)),
    charges: [...arcs].map((a) => [a, Infinity] as const),
  }
}

/** Offers an unused arc for nothing to commodities that pass near its ends. */
function openArc(design: Design, routing: Routing, random: Random): Ruin {
  let arc = random.int(design.arcs)
  for (let i = 0; i < 20 && routing.users[arc]! > 0; i++) arc = random.int(design.arcs)
  const v = design.from[arc]!
  const w = design.to[arc]!
  const near = (a: number) => design.from[a] === v || design.to[a] === w
  const commodities = sampled(usersOf(routing, near), random)
  return { commodities, charges: [[arc, 0]] }
}

/** All flow through a few arcs of one node. */
function aroundNode(design: Design, routing: Routing, random: Random): Ruin {
  const v = random.int(design.nodes)
  const share = random.next()
  const drawn = new Map<number, boolean>()
  const chosen = (a: number) => {
    if (design.from[a] !== v && design.to[a] !== v) return false
    if (!drawn.has(a)) drawn.set(a, random.next() < share)
    return drawn.get(a)!
  }
  return { commodities: sampled(usersOf(routing, chosen), random), charges: [] }
}

/** Commodities that start or end where a random one does. */
function likeEnds(design: Design, random: Random): Ruin {
  const k = random.int(design.commodities)
  const found: number[] = []
  for (let j = 0; j < design.commodities; j++) {
    const like =
      design.origin[j] === design.origin[k] || design.destination[j] === design.destination[k]
    if (like) found.push(j)
  }
  return { commodities: sampled(found, random), charges: [] }
}

/** Commodities with a way over an arc that `chosen` names. */
function usersOf(routing: Routing, chosen: (a: number) => boolean): number[] {
  const found: number[] = []
  for (let k = 0; k < routing.routes.length; k++) {
    if (routing.routes[k]!.some(({ arcs }) => arcs.some(chosen))) found.push(k)
  }
  return found
}

/** A random share of `items`, at least one. */
function sampled(items: readonly number[], random: Random): number[] {
  const share = Math.max(random.next(), random.next())
  return shuffled(items, random).slice(0, Math.max(1, Math.round(share * items.length)))
}

function shuffled(items: readonly number[], random: Random): number[] {
  const order = [...items]
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
