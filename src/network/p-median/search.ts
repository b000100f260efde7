import { gapOf, type StopRule } from '../../core/optimize/stop.ts'
import type { Random } from '../../core/random/random.ts'
import { admit, createElites, drawPartner, type Elites } from './elites.ts'
import { type Instance, leastGain } from './instance.ts'
import { descend, relink } from './local-search.ts'
import { proves } from './relaxation.ts'
import { STARTS } from './starts.ts'
import { createSwapState, openAll, type SwapState, swap } from './swap-state.ts'

/** A search under way: what is best so far, what is proven, and memory to go on with. */
export interface Search {
  instance: Instance
  state: SwapState
  readonly elites: Elites
  readonly random: Random
  readonly stop: StopRule
  readonly best: Uint8Array
  value: number
  bound: number
  restarts: number
  foundAt: number
}

/** A search that has found nothing yet. */
export function createSearch(
  instance: Instance,
  elites: number,
  random: Random,
  stop: StopRule,
): Search {
  const state = createSwapState(instance)
  const best = new Uint8Array(instance.sites)
  const known = { value: Infinity, bound: -Infinity, restarts: 0, foundAt: 0 }
  return { instance, state, elites: createElites(elites), random, stop, best, ...known }
}

/** Whether value and bound meet: no better value lies between them. */
export function isProven({ instance, value, bound }: Search): boolean {
  return proves(instance, bound, value)
}

/** Whether the search is over: proven, or stopped by its rule. */
export function isOver(search: Search): boolean {
  const { restarts, foundAt, value, bound } = search
  const told = gapOf({ value, bound }) > 0 ? bound : value
  const state = { iterations: restarts, sinceImprovement: restarts - foundAt, value, bound: told }
  return isProven(search) || search.stop(state)
}

/** Raises the bound; never above the value, which a bound cannot pass but by rounding. */
export function raiseBound(search: Search, bound: number): void {
  search.bound = Math.min(Math.max(search.bound, bound), search.value)
}

/** Takes the state's solution as the best where it is, and into the elites where it is good. */
export function record(search: Search): boolean {
  const { state, elites } = search
  admit(elites, state.isOpen, state.value)
  const better = state.value <= search.value - leastGain(search.instance, state.value)
  if (!better && search.value < Infinity) return false
  search.best.set(state.isOpen)
  search.value = state.value
  search.foundAt = search.restarts
  return true
}

/** Descends from `open` and records what is found. */
export function descendFrom(search: Search, open: ArrayLike<number>): boolean {
  openAll(search.state, open)
  descend(search.state)
  return record(search)
}

/** Every so many restarts the best solution is shaken instead of making a new one. */
const SHAKE_EVERY = 3

/**
 * One restart: a new start, or the best solution shaken (Hansen and Mladenović 1997), swapped to a
 * local optimum, then linked to an elite unlike it and swapped again (Resende and Werneck 2004).
 */
export function restart(search: Search): void {
  const { restarts, random, instance, state, elites } = search
  search.restarts++
  if (restarts % SHAKE_EVERY === SHAKE_EVERY - 1 && isLeft(search)) shake(search)
  else openAll(state, STARTS[restarts % STARTS.length]!(instance, random))
  descend(state)
  record(search)
  const partner = drawPartner(elites, state.isOpen, random)
  if (partner === undefined) return
  relink(state, partner.isOpen)
  descend(state)
  record(search)
}

/** Whether no site of the best solution was ruled out for better ones. */
const isLeft = ({ instance, best }: Search) =>
  instance.candidates.reduce((sum, site) => sum + best[site]!, 0) === instance.p

/** Goes to the best solution and swaps sites at random: more of them the longer none was found. */
function shake({ instance, state, random, best, restarts, foundAt }: Search): void {
  const { candidates, p, locked, isNew, maxNew } = instance
  openAll(
    state,
    candidates.filter((site) => best[site] === 1),
  )
  const strength = 2 + (Math.floor((restarts - foundAt) / SHAKE_EVERY) % Math.max(1, p >> 1))
  for (let k = 0; k < strength; k++) {
    const site = candidates[random.int(candidates.length)]!
    const slot = random.int(p)
    const closed = state.openSites[slot]!
    const newCount = state.newCount + isNew[site]! - isNew[closed]!
    if (state.isOpen[site] === 1 || locked[closed] === 1 || newCount > maxNew) continue
    swap(state, site, slot)
  }
}

/** Goes on with an instance in which fewer sites are left to choose from. */
export function narrow(search: Search, instance: Instance): void {
  search.instance = instance
  search.state = createSwapState(instance)
}
