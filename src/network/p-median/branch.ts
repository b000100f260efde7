import { startVolume, type Volume, volumeRound } from '../../core/optimize/volume.ts'
import { type Instance, isOpenable, leastGain, reduceInstance, roundingOf } from './instance.ts'
import { createRelaxation, fixSites, proves, type Relaxation } from './relaxation.ts'
import { descendFrom, isOver, raiseBound, type Search } from './search.ts'

/** Rounds of the bound at each node. */
const NODE_ROUNDS = 40

interface Node {
  readonly instance: Instance
  readonly multipliers: Float64Array
  /** No choice in this node costs less. */
  readonly bound: number
}

/**
 * Branches on sites, depth first, until the value is proven, `nodes` nodes are looked at or the
 * search is over; raises the bound to what the nodes left open allow.
 */
export function proveByBranching(search: Search, root: Volume<Relaxation>, nodes: number): void {
  const open: Node[] = [{ instance: search.instance, multipliers: root.best, bound: search.bound }]
  for (let count = 0; count < nodes && open.length > 0 && !isOver(search); count++) {
    expand(search, open.pop()!, open)
  }
  const lowest = open.reduce((least, node) => Math.min(least, node.bound), search.value)
  raiseBound(search, lowest)
}

/** Bounds a node and, where it may hold a better value, puts its two halves on `open`. */
function expand(search: Search, node: Node, open: Node[]): void {
  const { instance } = node
  const chosen = onlyChoice(instance)
  if (chosen !== undefined) {
    descendFrom(search, chosen)
    return
  }
  const volume = startVolume(createRelaxation(instance), node.multipliers)
  const closed = new Uint8Array(instance.sites)
  const locked = instance.locked.slice()
  boundNode(search, volume, closed, locked)
  if (proves(volume.source.instance, volume.bound, search.value)) return
  const smaller = reduceInstance(instance, closed, locked)
  if (!isOpenable(smaller)) return
  const bound = Math.max(node.bound, volume.bound)
  const rest = { multipliers: volume.best, bound }
  const site = branchingSite(smaller, volume.opened)
  if (site === undefined) {
    open.push({ instance: smaller, ...rest })
    return
  }
  const halves = [withSite(smaller, site, false), withSite(smaller, site, true)]
  // The likelier half is looked at first, so it goes on the stack last.
  if (volume.opened[site]! < 0.5) halves.reverse()
  for (const half of halves) if (isOpenable(half)) open.push({ instance: half, ...rest })
}

/** Raises a node's bound, looks for solutions in it and rules out sites. */
function boundNode(
  search: Search,
  volume: Volume<Relaxation>,
  closed: Uint8Array,
  locked: Uint8Array,
): void {
  const { source: relaxation } = volume
  for (
    let round = 0;
    round < NODE_ROUNDS && !proves(volume.source.instance, volume.bound, search.value);
    round++
  ) {
    volumeRound(volume, search.value)
    const limit = search.value - leastGain(search.instance, search.value)
    fixSites(relaxation, limit + roundingOf(search.instance, search.value), closed, locked)
  }
  if (proves(volume.source.instance, volume.bound, search.value)) return
  const { candidates } = relaxation.instance
  descendFrom(
    search,
    candidates.filter((site) => relaxation.chosen[site] === 1),
  )
}

/** The sites of an instance that leaves no choice. */
function onlyChoice({ candidates, locked, p }: Instance): Int32Array | undefined {
  if (candidates.length === p) return candidates
  const forced = candidates.filter((site) => locked[site] === 1)
  return forced.length === p ? forced : undefined
}

/** The free site whose share in the linear program is nearest to one half. */
function branchingSite({ candidates, locked }: Instance, opened: Float64Array): number | undefined {
  let best: number | undefined
  let least = Infinity
  for (const site of candidates) {
    const apart = Math.abs(opened[site]! - 0.5)
    if (locked[site] === 1 || apart >= least) continue
    best = site
    least = apart
  }
  return best
}

function withSite(instance: Instance, site: number, isOpen: boolean): Instance {
  const closed = new Uint8Array(instance.sites)
  const locked = instance.locked.slice()
  if (isOpen) locked[site] = 1
  else closed[site] = 1
  return reduceInstance(instance, closed, locked)
}
