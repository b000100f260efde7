import type { VolumeSource } from '../../core/optimize/volume.ts'
import { type Instance, leastGain, roundingOf } from './instance.ts'
import { selectLeast } from './select.ts'

/**
 * The Lagrangian relaxation of "each customer is served once" with multipliers u (Cornuéjols,
 * Fisher and Nemhauser 1977):
 *
 *   L(u) = Σ u_i + Σ over the best p sites of ρ_j,   ρ_j = Σ_i min(0, cost_ij − u_i).
 *
 * Every u gives a bound; the sites chosen are the start of a good solution.
 */
export interface Relaxation extends VolumeSource {
  readonly instance: Instance
  /** ρ of each site. */
  readonly reduced: Float64Array
  /** 1 for the p sites that L(u) opens. */
  readonly chosen: Uint8Array
  /** How often each customer is served by the chosen ones. */
  readonly served: Float64Array
  readonly free: Int32Array
  /** L(u) of the last evaluation, to which all of these belong. */
  value: number
}

/** A way to evaluate: returns the bound, and leaves what it chose and served in the relaxation. */
export type Evaluate = (relaxation: Relaxation, multipliers: Float64Array) => number

/** Memory for evaluations on one instance, by `relax` or another way. */
export function createRelaxation(instance: Instance, evaluate: Evaluate = relax): Relaxation {
  const relaxation: Relaxation = {
    instance,
    evaluate: (multipliers) => evaluate(relaxation, multipliers),
    reduced: new Float64Array(instance.sites),
    chosen: new Uint8Array(instance.sites),
    served: new Float64Array(instance.customers),
    free: instance.candidates.filter((site) => instance.locked[site] === 0),
    value: -Infinity,
  }
  return relaxation
}

/** Computes L(u), the sites it opens and how often they serve each customer. */
export function relax(relaxation: Relaxation, multipliers: Float64Array): number {
  const { instance, reduced, chosen, served } = relaxation
  const { customers, candidates, nearSite, nearCost } = instance
  const width = candidates.length
  reduced.fill(0)
  let total = 0
  for (let i = 0; i < customers; i++) {
    const u = multipliers[i]!
    total += u
    const end = (i + 1) * width
    for (let k = i * width; k < end && nearCost[k]! < u; k++) {
      reduced[nearSite[k]!]! += nearCost[k]! - u
    }
  }
  chooseSites(relaxation)
  for (const site of candidates) if (chosen[site] === 1) total += reduced[site]!
  for (let i = 0; i < customers; i++) {
    const u = multipliers[i]!
    const end = (i + 1) * width
    let count = 0
    for (let k = i * width; k < end && nearCost[k]! < u; k++) count += chosen[nearSite[k]!]!
    served[i] = count
  }
  relaxation.value = total
  return total
}

/** Chooses the locked sites and the others of least `reduced`: few new ones where these are capped. */
export function chooseSites(relaxation: Relaxation): void {
  const { instance, reduced, chosen, free } = relaxation
  const { p, candidates, locked, isNew, maxNew } = instance
  chosen.fill(0)
  let [left, newLeft] = [p, maxNew]
  for (const site of candidates) {
    if (locked[site] === 0) continue
    chosen[site] = 1
    left--
    newLeft -= isNew[site]!
  }
  if (left > newLeft) {
    const kept = free.filter((site) => isNew[site] === 0)
    const from = Math.min(left - newLeft, kept.length)
    selectLeast(kept, reduced, from)
    for (let k = 0; k < from; k++) chosen[kept[k]!] = 1
    left -= from
  }
  if (left === 0) return
  const rest = free.filter((site) => chosen[site] === 0)
  selectLeast(rest, reduced, left)
  for (let k = 0; k < left; k++) chosen[rest[k]!] = 1
}

/**
 * What the last evaluation says of single sites: sets `closed` where opening the site
 * and `locked` where closing it brings the bound to `limit` or more. Choices of sites are the bases
 * of a matroid, so that forcing a site costs what exchanging it for the best other one costs.
 * Returns how many sites it set.
 */
export function fixSites(
  relaxation: Relaxation,
  limit: number,
  closed: Uint8Array,
  locked: Uint8Array,
): number {
  const { reduced, chosen, free, value } = relaxation
  let worstChosen = -Infinity
  let bestOther = Infinity
  for (const site of free) {
    if (chosen[site] === 1) worstChosen = Math.max(worstChosen, reduced[site]!)
    else bestOther = Math.min(bestOther, reduced[site]!)
  }
  let count = 0
  for (const site of free) {
    if (closed[site] === 1 || locked[site] === 1) continue
    const opened = chosen[site] === 1
    const cost = opened ? bestOther - reduced[site]! : reduced[site]! - worstChosen
    if (value + cost < limit) continue
    if (opened) locked[site] = 1
    else closed[site] = 1
    count++
  }
  return count
}

/** Whether `bound` proves `value`: whole costs leave no value between, others a billionth. */
export function proves(instance: Instance, bound: number, value: number): boolean {
  return bound > value - leastGain(instance, value) + roundingOf(instance, value)
}
