import type { Random } from '../../core/random/random.ts'
import type { Design } from './problem.ts'
import { openArcs, type Solution } from './slope-scaling.ts'
import { CLOSED, FREE, OPEN } from './window.ts'

/** What windows are chosen from. */
export interface Ground {
  readonly design: Design
  readonly incumbent: Solution
  readonly elites: readonly Solution[]
  /** How far the relaxation opens each arc. */
  readonly openness: Float64Array
  /** Arcs that a better design may use: 1 each. */
  readonly allowed: Uint8Array
}

/**
 * The first window: arcs that the relaxation leaves closed are closed, those that it opens fully
 * and the incumbent uses are open, all others free.
 */
export function relaxationWindow(ground: Ground, least: number): Uint8Array {
  const used = openArcs(ground.design, ground.incumbent.routes)
  return used.map((open, a) => {
    const share = ground.openness[a]!
    if (open === 1) return share > 0.99 ? OPEN : FREE
    return share >= least && ground.allowed[a] === 1 ? FREE : CLOSED
  })
}

/**
 * A window of about `size` free arcs around the incumbent: where it differs from another elite
 * (path relinking), where it disagrees with the relaxation (RINS), or around a node (cycles through
 * it); all others stay as they are. Sources: Ghamlouche, Crainic & Gendron 2004 (path relinking);
 * Danna, Rothberg & Le Pape 2005 (RINS).
 */
export function nextWindow(ground: Ground, size: number, random: Random): Uint8Array {
  const used = openArcs(ground.design, ground.incumbent.routes)
  const kind = random.next()
  const weight =
    kind < 0.35
      ? byElites(ground, used, random)
      : kind < 0.65
        ? byDoubt(ground, used)
        : byNode(ground, used, random)
  const order = weightedOrder(weight, random)
  const role = used.map((open) => (open === 1 ? OPEN : CLOSED))
  for (const a of order.slice(0, size)) role[a] = FREE
  return role
}

/** Arcs in which the incumbent and another elite differ weigh most, doubtful ones fill up. */
function byElites(ground: Ground, used: Uint8Array, random: Random): Float64Array {
  const others = ground.elites.filter((elite) => elite !== ground.incumbent)
  const weight = byDoubt(ground, used)
  const other = others[random.int(Math.max(1, others.length))]
  if (other === undefined) return weight
  const open = openArcs(ground.design, other.routes)
  return weight.map((doubt, a) => (open[a] === used[a] ? doubt * 0.1 : 10 + doubt))
}

/** |incumbent − relaxation|, and a little for every arc that a better design may use. */
function byDoubt({ openness, allowed }: Ground, used: Uint8Array): Float64Array {
  return Float64Array.from(used, (open, a) => {
    const distance = Math.abs(open - Math.min(1, openness[a]!))
    const useful = open === 1 || allowed[a] === 1
    return useful ? distance + (open === 1 ? 0.05 : 0.003) : 0
  })
}

/** Arcs near a random node, the doubtful ones first. */
function byNode(ground: Ground, used: Uint8Array, random: Random): Float64Array {
  const { design } = ground
  const hops = hopsFrom(design, random.int(design.nodes), used)
  return byDoubt(ground, used).map((doubt, a) => {
    const near = Math.min(hops[design.from[a]!]!, hops[design.to[a]!]!)
    return (doubt > 0 ? doubt + 0.02 : 0) * 0.1 ** Math.min(near, 6)
  })
}

/** Hops from a node over used arcs, either way round. */
function hopsFrom(design: Design, node: number, used: Uint8Array): Int32Array {
  const hops = new Int32Array(design.nodes).fill(design.nodes)
  hops[node] = 0
  for (let changed = true; changed; ) {
    changed = false
    for (let a = 0; a < design.arcs; a++) {
      if (used[a] === 0) continue
      const v = design.from[a]!
      const w = design.to[a]!
      const least = Math.min(hops[v]!, hops[w]!) + 1
      if (hops[v]! > least || hops[w]! > least) {
        hops[v] = Math.min(hops[v]!, least)
        hops[w] = Math.min(hops[w]!, least)
        changed = true
      }
    }
  }
  return hops
}

/** Arcs of positive weight, drawn one after the other by weight (Efraimidis & Spirakis 2006). */
function weightedOrder(weight: Float64Array, random: Random): number[] {
  const key = weight.map((w) => (w > 0 ? -Math.log(random.next()) / w : Infinity))
  return [...key.keys()].filter((a) => key[a]! < Infinity).sort((a, b) => key[a]! - key[b]!)
}
