import type { SearchState } from '../../core/optimize/stop.ts'
import type { FlowSolver } from './flow.ts'
import type { LagrangianBound } from './lagrangian.ts'

import type { Design } from './problem.ts'
import type { Route } from './routes.ts'
import { openArcs, polish, type Solution } from './slope-scaling.ts'

/** What a search knows so far: its best designs, its bound, and which arcs may still matter. */
export interface Search {
  best(): Solution
  /** The best designs that differ, best first. */
  elites(): readonly Solution[]
  /** How far the relaxation opens each arc, once known. */
  openness(): Float64Array
  bound(): number
  /** 1 for each arc that a design cheaper than the best may use. */
  allowed(): Uint8Array
  proven(): boolean
  state(): SearchState
  /** Polishes a design and keeps it where it is among the best; true where it is the best. */
  offer(routes: readonly (readonly Route[])[], value: number): boolean
  raiseBound(bound: number): void
  learn(relaxation: LagrangianBound): void
  /** Counts a finished window. */
  count(): void
}

/** How many designs are kept. */
const ELITES = 6
/** Bound and value that agree to this share are the same. */
const PROOF = 1e-6

export function createSearch(design: Design, flow: FlowSolver, first: Solution): Search {
  let elites: Solution[] = [first]
  let relaxation: LagrangianBound | undefined
  // No cost is negative.
  let bound = 0
  let iterations = 0
  let improvedAt = 0
  const best = () => elites[0]!
  const usable = Uint8Array.from(design.capacity, (capacity) => (capacity > 0 ? 1 : 0))
  function offer(routes: readonly (readonly Route[])[], value: number): boolean {
    const before = best().value
    const polished = polish(design, flow, { routes, value })
    elites = insertElite(design, elites, polished)
    if (best().value < before) improvedAt = iterations
    return best().value < before
  }
  return {
    best,
    elites: () => elites,
    openness: () => relaxation?.openness ?? new Float64Array(design.arcs).fill(0.5),
    bound: () => Math.min(bound, best().value),
    allowed: () => allowedArcs(usable, relaxation, best().value),
    proven: () => best().value - bound <= PROOF * Math.abs(best().value),
    state: () => ({
      iterations,
      sinceImprovement: iterations - improvedAt,
      value: best().value,
      bound: Math.min(bound, best().value),
    }),
    offer,
    raiseBound: (higher) => {
      bound = Math.max(bound, higher)
    },
    learn: (known) => {
      relaxation = known
      bound = Math.max(bound, known.bound)
    },
    count: () => {
      iterations++
    },
  }
}

/** Lagrangian fixing: an arc whose opening alone lifts the bound above the best design stays closed. */
function allowedArcs(
  usable: Uint8Array,
  relaxation: LagrangianBound | undefined,
  value: number,
): Uint8Array {
  if (relaxation === undefined) return usable
  const { bound, arcPrice } = relaxation
  return usable.map((may, a) => (may === 1 && bound + Math.max(0, arcPrice[a]!) <= value ? 1 : 0))
}

/** The designs with one more, best first, at most ELITES, no two with the same open arcs. */
function insertElite(design: Design, elites: readonly Solution[], one: Solution): Solution[] {
  const name = openArcs(design, one.routes).join('')
  const rest = elites.filter((other) => openArcs(design, other.routes).join('') !== name)
  const same = elites.length > rest.length
  if (same && elites.some((other) => !rest.includes(other) && other.value <= one.value)) {
    return [...elites]
  }
  return [...rest, one].sort((a, b) => a.value - b.value).slice(0, ELITES)
}
