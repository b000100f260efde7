import type { Relaxation, SiteStates } from './relaxation.ts'
import { settleSites } from './settle.ts'
import { searchPrices } from './subgradient.ts'

/** A set of solutions still to be looked at. */
interface Node {
  readonly states: SiteStates
  readonly prices: Float64Array
  readonly bound: number
}

export interface BranchOptions {
  /** Value of the best solution known; asked each time. */
  readonly upper: () => number
  /** Absolute gap that counts as proof; asked each time. */
  readonly gap: () => number
  /** Called with the sets of sites that relaxations choose: the caller looks for solutions there. */
  readonly onChosen: (open: Uint8Array) => void
  /** Called with states that leave no site free: the caller finds the best solution there. Returns a bound on it. */
  readonly onLeaf: (states: SiteStates, prices: Float64Array) => number
  /** Called with the number of nodes so far, before each. */
  readonly onNode?: (nodes: number) => void
  /** Iterations of the price search at each node. */
  readonly iterations: number
  readonly stop: () => boolean
}

export interface Branched {
  /** No solution is better. */
  readonly bound: number
  readonly nodes: number
  readonly complete: boolean
}

/** Share of the root's step. */
const NODE_STEP = 0.4

/**
 * Best-first branch and bound over which sites are open, bounded by the Lagrangian relaxation
 * whose prices go on from those of the parent (Görtz and Klose 2012, A simple but usually fast
 * branch-and-bound algorithm for the capacitated facility location problem).
 */
export function branchOnSites(
  relaxation: Relaxation,
  root: { readonly states: SiteStates; readonly prices: Float64Array; readonly bound: number },
  options: BranchOptions,
): Branched {
  const open: Node[] = [root]
  let nodes = 0
  let least = Infinity
  while (open.length > 0) {
    const node = takeLeast(open)
    if (node.bound >= options.upper() - options.gap()) continue
    if (options.stop()) {
      open.push(node)
      break
    }
    options.onNode?.(nodes++)
    for (const child of branch(relaxation, node, options)) {
      if (child.states.every((state) => state !== 0)) {
        least = Math.min(least, options.onLeaf(child.states, child.prices))
      } else if (child.bound < options.upper() - options.gap()) open.push(child)
    }
  }
  // What was cut off was no better than the gap allows.
  const cut = options.upper() - options.gap()
  const left = open.reduce((low, node) => Math.min(low, node.bound), cut)
  return { bound: Math.min(left, least), nodes, complete: open.length === 0 }
}

function takeLeast(open: Node[]): Node {
  let at = 0
  for (let k = 1; k < open.length; k++) if (open[k]!.bound < open[at]!.bound) at = k
  const node = open[at]!
  open[at] = open[open.length - 1]!
  open.pop()
  return node
}

/** The children of `node`, evaluated: fewer than two where one is impossible or too dear. */
function branch(relaxation: Relaxation, node: Node, options: BranchOptions): Node[] {
  const evaluated = evaluate(relaxation, node, options)
  if (evaluated === undefined) return []
  const { states, prices, bound, meanOpen } = evaluated
  const site = mostDivided(states, meanOpen)
  if (site < 0) return [{ states, prices, bound }]
  return ([1, -1] as const).map((state) => {
    const forced = states.slice()
    forced[site] = state
    return { states: forced, prices, bound }
  })
}

function evaluate(relaxation: Relaxation, node: Node, options: BranchOptions) {
  const found = searchPrices(relaxation, node.states, node.prices, {
    iterations: options.iterations,
    patience: 8,
    firstStep: NODE_STEP,
    lastStep: 0.02,
    upper: () => options.upper() - options.gap(),
  })
  const bound = Math.max(found.bound, node.bound)
  if (bound >= options.upper() - options.gap()) return undefined
  const states = node.states.slice()
  relaxation.evaluate(found.prices, states)
  options.onChosen(relaxation.chosen)
  if (settleSites(relaxation, found.prices, states, options.upper() - options.gap()) < 0) {
    return undefined
  }
  return { states, prices: found.prices, bound, meanOpen: found.meanOpen }
}

/** The free site whose mean y is nearest to one half; −1 where none is free. */
function mostDivided(states: SiteStates, meanOpen: Float64Array): number {
  let best = -1
  let least = Infinity
  states.forEach((state, i) => {
    const distance = Math.abs(meanOpen[i]! - 0.5)
    if (state === 0 && distance < least) {
      least = distance
      best = i
    }
  })
  return best
}
