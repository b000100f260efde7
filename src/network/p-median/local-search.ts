import { leastGain } from './instance.ts'
import { bestSwap, recompute, type SwapState, swap } from './swap-state.ts'

/**
 * Swaps while a swap saves something, the best one first, and ends where none does; returns the
 * value. Costs that are no whole numbers are computed anew at the end, and the search goes on where
 * rounding had hidden a saving.
 */
export function descend(state: SwapState): number {
  const { instance } = state
  const { candidates, locked, integral } = instance
  for (;;) {
    const before = state.value
    for (;;) {
      const found = bestSwap(state, candidates, locked, leastGain(instance, state.value) / 2)
      if (found === undefined) break
      swap(state, found.site, found.slot)
    }
    if (integral) return state.value
    recompute(state)
    if (!(state.value < before - leastGain(instance, before))) return state.value
  }
}

/**
 * Walks from the state's solution to `target` by the best swaps between the two (path relinking,
 * Glover 1996), and leaves the state at the best solution strictly between them, or where it began
 * when there is none.
 */
export function relink(state: SwapState, target: Uint8Array): void {
  const { instance, openSites } = state
  const inserts = instance.candidates.filter((s) => target[s] === 1 && state.isOpen[s] === 0)
  const kept = target.map((inTarget, site) => inTarget | instance.locked[site]!)
  const taken: { site: number; slot: number; closed: number }[] = []
  let best = Infinity
  let bestAt = 0
  for (let step = 1; step < inserts.length; step++) {
    const found = bestSwap(state, inserts, kept, -Infinity)
    if (found === undefined) break
    taken.push({ site: found.site, slot: found.slot, closed: openSites[found.slot]! })
    swap(state, found.site, found.slot)
    if (state.value >= best) continue
    best = state.value
    bestAt = taken.length
  }
  while (taken.length > bestAt) {
    const last = taken.pop()!
    swap(state, last.closed, last.slot)
  }
}
