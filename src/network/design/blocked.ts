import { StorewrightError } from '../../core/errors.ts'
import type { FlowSolver } from './flow.ts'
import type { Design } from './problem.ts'
import { createPathFinder } from './shortest-path.ts'

/** How many arcs or nodes are named in words. */
const NAMED = 6

/** A set of nodes that more has to leave than its arcs carry. */
interface Cut {
  readonly inside: Uint8Array
  readonly capacity: number
  readonly demand: number
}

/**
 * Throws ERR_INFEASIBLE unless all arcs together carry all demand: names the nodes whose outgoing
 * arcs are too small, or, where no single cut shows it, the arcs whose capacity the flow with least
 * missing demand is short of (positive prices: the Japanese theorem, Iri 1971).
 */
export function requireCarriable(design: Design, flow: FlowSolver): void {
  const open = new Uint8Array(design.arcs).fill(1)
  const { missing, capacityPrice } = flow.solve(new Float64Array(design.arcs), open)
  if (missing === 0) return
  const cut = worstCut(design, capacityPrice)
  const words = cut === undefined ? describePrices(design, capacityPrice) : describeCut(design, cut)
  throw new StorewrightError(
    'ERR_INFEASIBLE',
    `${round(missing)} units of demand cannot flow: ${words}.`,
    {
      next: 'Raise the capacity of these arcs, add arcs, or lower the demand.',
    },
  )
}

/** The most overloaded cut among balls around each node in the metric of capacity prices. */
function worstCut(design: Design, price: Float64Array): Cut | undefined {
  const finder = createPathFinder(design)
  let worst: Cut | undefined
  for (let source = 0; source < design.nodes; source++) {
    finder.search(source, -1, price)
    const distance = finder.distance.slice()
    for (const radius of new Set(distance)) {
      const reach = radius === Infinity ? Number.MAX_VALUE : radius
      const cut = measureCut(
        design,
        Uint8Array.from(distance, (far) => (far <= reach ? 1 : 0)),
      )
      const excess = cut.demand - cut.capacity
      if (excess <= 1e-6 * design.totalDemand) continue
      if (worst === undefined || isWorse(cut, worst)) worst = cut
    }
  }
  return worst
}

/** More overloaded, or as much with fewer nodes to name. */
function isWorse(cut: Cut, other: Cut): boolean {
  const more = cut.demand - cut.capacity - (other.demand - other.capacity)
  const size = ({ inside }: Cut) => inside.reduce((sum, node) => sum + node, 0)
  return more > 0 || (more === 0 && size(cut) < size(other))
}

function measureCut(design: Design, inside: Uint8Array): Cut {
  let capacity = 0
  let demand = 0
  for (let a = 0; a < design.arcs; a++) {
    if (inside[design.from[a]!] === 1 && inside[design.to[a]!] === 0)
      capacity += design.capacity[a]!
  }
  for (let k = 0; k < design.commodities; k++) {
    const leaves = inside[design.origin[k]!] === 1 && inside[design.destination[k]!] === 0
    if (leaves) demand += design.demand[k]!
  }
  return { inside, capacity, demand }
}

function describeCut(design: Design, { inside, capacity, demand }: Cut): string {
  const nodes = [...inside.keys()].filter((v) => inside[v] === 1)
  const arcs = Array.from({ length: design.arcs }, (_, a) => a).filter(
    (a) => inside[design.from[a]!] === 1 && inside[design.to[a]!] === 0,
  )
  const ways = arcs.length === 0 ? 'no arc leaves' : `arcs ${list(arcs)} leave`
  return `${ways} nodes ${list(nodes)} with a capacity of ${round(capacity)} for a demand of ${round(demand)}`
}

function describePrices(design: Design, price: Float64Array): string {
  const arcs = Array.from({ length: design.arcs }, (_, a) => a).filter((a) => price[a]! > 1e-9)
  arcs.sort((a, b) => price[b]! - price[a]! || a - b)
  return `the capacities of arcs ${list(arcs)} block it together`
}

function list(items: readonly number[]): string {
  const some = items.slice(0, NAMED).join(', ')
  return items.length > NAMED ? `${some} and ${items.length - NAMED} more` : some
}

const round = (value: number) => Number(value.toPrecision(6))
