import { startVolume, type Volume, volumeRound } from '../../core/optimize/volume.ts'
import { isOpenable, leastGain, reduceInstance, roundingOf } from './instance.ts'
import { createRelaxation, fixSites, type Relaxation } from './relaxation.ts'
import { descendFrom, isOver, narrow, raiseBound, type Search } from './search.ts'

/** Rounds between two looks at what the relaxation opens and fixes. */
const LOOK_EVERY = 20
/** Share of the free sites that must be fixed before the instance is made smaller. */
const WORTH_NARROWING = 0.2
/** Steps shorter than this no longer move the bound. */
const LEAST_STEP = 1e-4

/**
 * Raises the bound by the volume algorithm, searches from what it opens, and takes out sites whose
 * reduced cost rules them out; ends when the search is over, after `rounds`, or when steps have
 * become short. Returns the multipliers of the best bound.
 */
export function raiseByVolume(search: Search, rounds: number): Volume<Relaxation> {
  let volume = startVolume(createRelaxation(search.instance), firstMultipliers(search))
  let left = rounds
  while (left > 0 && volume.step > LEAST_STEP) {
    for (let k = 0; k < LOOK_EVERY && left > 0; k++, left--) volumeRound(volume, search.value)
    look(search, volume)
    if (isOver(search)) break
    volume = narrowed(search, volume)
    if (isOver(search)) break
  }
  return volume
}

/** Between the nearest and the second nearest open site of the best solution. */
function firstMultipliers({ instance, best }: Search): Float64Array {
  const { customers, candidates, nearSite, nearCost } = instance
  const multipliers = new Float64Array(customers)
  for (let i = 0; i < customers; i++) {
    let k = i * candidates.length
    while (best[nearSite[k]!] === 0) k++
    const first = nearCost[k++]!
    while (best[nearSite[k]!] === 0) k++
    multipliers[i] = (first + nearCost[k]!) / 2
  }
  return multipliers
}

function look(search: Search, volume: Volume<Relaxation>): void {
  const { chosen, instance } = volume.source
  raiseBound(search, volume.bound)
  descendFrom(
    search,
    instance.candidates.filter((site) => chosen[site] === 1),
  )
  raiseBound(search, volume.bound)
}

/** The volume on a smaller instance where enough sites are ruled out, else itself. */
function narrowed(search: Search, volume: Volume<Relaxation>): Volume<Relaxation> {
  const { instance, value } = search
  const closed = new Uint8Array(instance.sites)
  const locked = instance.locked.slice()
  const limit = value - leastGain(instance, value) + roundingOf(instance, value)
  const { source: relaxation } = volume
  const fixed = fixSites(relaxation, limit, closed, locked)
  if (fixed === 0 || fixed < WORTH_NARROWING * relaxation.free.length) return volume
  const smaller = reduceInstance(instance, closed, locked)
  if (!isOpenable(smaller)) {
    // Nothing better than the value is left to choose.
    raiseBound(search, value)
    return volume
  }
  narrow(search, smaller)
  const { step } = volume
  const next = startVolume(createRelaxation(smaller), volume.best)
  return { ...next, step, bound: Math.max(next.bound, volume.bound) }
}
