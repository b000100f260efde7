import type { Instance } from './instance.ts'

/**
 * p open sites and what each swap would change, kept up to date customer by customer (Resende and
 * Werneck 2007, "A fast swap-based local search procedure for location problems"). With d1, d2 the
 * costs of a customer at its nearest and second nearest open site, opening f and closing r saves
 *
 *   gain(f) − loss(r) + extra(f, r), where
 *   gain(f)     = Σ max(0, d1 − cost(f))                              over all customers,
 *   loss(r)     = Σ (d2 − d1)                                         over those whose nearest is r,
 *   extra(f, r) = Σ (d2 − max(cost(f), d1)) where cost(f) < d2        over those whose nearest is r.
 */
export interface SwapState {
  readonly instance: Instance
  readonly isOpen: Uint8Array
  /** The open sites; a swap puts the new one in the slot of the one it replaces. */
  readonly openSites: Int32Array
  readonly slotOf: Int32Array
  readonly nearest: Int32Array
  readonly second: Int32Array
  readonly nearestCost: Float64Array
  readonly secondCost: Float64Array
  readonly gain: Float64Array
  /** By slot. */
  readonly loss: Float64Array
  /** Of site f and slot s at `f × p + s`. */
  readonly extra: Float64Array
  newCount: number
  value: number
}

/** Memory for searches on an instance with p of at least 2; `openAll` fills it. */
export function createSwapState(instance: Instance): SwapState {
  const { customers, sites, p } = instance
  return {
    instance,
    isOpen: new Uint8Array(sites),
    openSites: new Int32Array(p),
    slotOf: new Int32Array(sites),
    nearest: new Int32Array(customers),
    second: new Int32Array(customers),
    nearestCost: new Float64Array(customers),
    secondCost: new Float64Array(customers),
    gain: new Float64Array(sites),
    loss: new Float64Array(p),
    extra: new Float64Array(sites * p),
    newCount: 0,
    value: 0,
  }
}

/** Sets the open sites, p of them, and computes everything anew. */
export function openAll(state: SwapState, open: ArrayLike<number>): void {
  const { instance, isOpen, openSites, slotOf } = state
  isOpen.fill(0)
  state.newCount = 0
  for (let s = 0; s < openSites.length; s++) {
    const site = open[s]!
    openSites[s] = site
    slotOf[site] = s
    isOpen[site] = 1
    state.newCount += instance.isNew[site]!
  }
  recompute(state)
}

/** Computes nearest sites, gains and losses anew, so that rounding does not add up. */
export function recompute(state: SwapState): void {
  state.gain.fill(0)
  state.loss.fill(0)
  state.extra.fill(0)
  state.value = 0
  for (let i = 0; i < state.instance.customers; i++) {
    findNearest(state, i)
    state.value += state.nearestCost[i]!
    contribute(state, i, 1)
  }
}

function findNearest(state: SwapState, customer: number): void {
  const { isOpen } = state
  const { nearSite, nearCost, candidates } = state.instance
  let k = customer * candidates.length
  while (isOpen[nearSite[k]!] === 0) k++
  state.nearest[customer] = nearSite[k]!
  state.nearestCost[customer] = nearCost[k]!
  k++
  while (isOpen[nearSite[k]!] === 0) k++
  state.second[customer] = nearSite[k]!
  state.secondCost[customer] = nearCost[k]!
}

/** Adds (sign 1) or takes back (−1) what a customer adds to gains and losses. */
function contribute(state: SwapState, customer: number, sign: 1 | -1): void {
  const { gain, extra, instance } = state
  const { nearSite, nearCost, candidates, p } = instance
  const slot = state.slotOf[state.nearest[customer]!]!
  const d1 = state.nearestCost[customer]!
  const d2 = state.secondCost[customer]!
  if (d2 === 0) return
  const lost = sign * (d2 - d1)
  state.loss[slot]! += lost
  let k = customer * candidates.length
  for (; nearCost[k]! < d1; k++) {
    const site = nearSite[k]!
    gain[site]! += sign * (d1 - nearCost[k]!)
    extra[site * p + slot]! += lost
  }
  for (; nearCost[k]! < d2; k++) extra[nearSite[k]! * p + slot]! += sign * (d2 - nearCost[k]!)
}

/** Opens `site` in place of the one in `slot`: touches only customers whose two nearest change. */
export function swap(state: SwapState, site: number, slot: number): void {
  const { instance, isOpen, openSites, nearest, second, secondCost } = state
  const { customers, bySite, isNew } = instance
  const closed = openSites[slot]!
  const row = site * customers
  const affected: number[] = []
  for (let i = 0; i < customers; i++) {
    const touched =
      nearest[i] === closed || second[i] === closed || bySite[row + i]! < secondCost[i]!
    if (!touched) continue
    affected.push(i)
    contribute(state, i, -1)
  }
  isOpen[closed] = 0
  isOpen[site] = 1
  openSites[slot] = site
  state.slotOf[site] = slot
  state.newCount += isNew[site]! - isNew[closed]!
  for (const i of affected) {
    state.value -= state.nearestCost[i]!
    findNearest(state, i)
    state.value += state.nearestCost[i]!
    contribute(state, i, 1)
  }
}

/** A swap and what it saves. */
export interface Swap {
  readonly site: number
  readonly slot: number
  readonly saving: number
}

/** Prices of closing a slot: Infinity where it must not be closed. */
const priceOf = (state: SwapState, kept: Uint8Array, mustBeNew: boolean) =>
  state.loss.map((loss, slot) => {
    const site = state.openSites[slot]!
    const blocked = kept[site] === 1 || (mustBeNew && state.instance.isNew[site] === 0)
    return blocked ? Infinity : loss
  })

/**
 * The swap that saves the most, among opening `inserts` and closing sites that are not `kept`;
 * undefined where none saves more than `above`. O(sites × p), far less where gains are small: a
 * swap saves no more than gain(f).
 */
export function bestSwap(
  state: SwapState,
  inserts: Int32Array,
  kept: Uint8Array,
  above: number,
): Swap | undefined {
  const { gain, extra, isOpen, instance } = state
  const { p, isNew } = instance
  const atCap = state.newCount >= instance.maxNew
  const price = priceOf(state, kept, false)
  const priceOfNew = atCap ? priceOf(state, kept, true) : price
  let best = above
  let bestSite = -1
  let bestSlot = -1
  for (const site of inserts) {
    const most = gain[site]!
    if (most <= best || isOpen[site] === 1) continue
    const prices = isNew[site] === 1 ? priceOfNew : price
    const row = site * p
    for (let slot = 0; slot < p; slot++) {
      const saving = most - prices[slot]! + extra[row + slot]!
      if (saving <= best) continue
      best = saving
      bestSite = site
      bestSlot = slot
    }
  }
  return bestSite < 0 ? undefined : { site: bestSite, slot: bestSlot, saving: best }
}
