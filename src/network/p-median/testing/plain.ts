import { type Instance, solutionOf } from '../instance.ts'
import type { PMedianSolution } from '../problem.ts'

/** Plain paths that the fast ones are held to in tests. */

/** Whether `open` may be chosen: p sites, candidates, the locked among them, few new. */
export function isAllowed(instance: Instance, open: readonly number[]): boolean {
  const chosen = new Set(open)
  const count = [...chosen].filter((site) => instance.isNew[site] === 1).length
  return (
    chosen.size === instance.p &&
    open.every((site) => instance.candidates.includes(site)) &&
    instance.locked.every((lock, site) => lock === 0 || chosen.has(site)) &&
    count <= instance.maxNew
  )
}

/** What a choice costs: the nearest open site of each customer, looked up one by one. */
export function plainValue(instance: Instance, open: readonly number[]): number {
  let value = 0
  for (let i = 0; i < instance.customers; i++) {
    value += Math.min(...open.map((site) => instance.bySite[site * instance.customers + i]!))
  }
  return value
}

/** The best value that one swap of `open` gives, all swaps tried; Infinity where none is allowed. */
export function plainBestSwap(instance: Instance, open: readonly number[]): number {
  let best = Infinity
  for (const closed of open) {
    for (const site of instance.candidates) {
      if (open.includes(site)) continue
      const next = open.map((one) => (one === closed ? site : one))
      if (isAllowed(instance, next)) best = Math.min(best, plainValue(instance, next))
    }
  }
  return best
}

/** The optimum by trying every choice. */
export function plainOptimum(instance: Instance): PMedianSolution | undefined {
  const { candidates, p } = instance
  let best: readonly number[] | undefined
  let bestValue = Infinity
  const choose = (from: number, open: readonly number[]) => {
    if (open.length === p) {
      if (!isAllowed(instance, open)) return
      const value = plainValue(instance, open)
      if (value < bestValue) [best, bestValue] = [open, value]
      return
    }
    for (let k = from; k < candidates.length; k++) choose(k + 1, [...open, candidates[k]!])
  }
  choose(0, [])
  if (best === undefined) return undefined
  const isOpen = new Uint8Array(instance.sites)
  for (const site of best) isOpen[site] = 1
  return solutionOf(instance, isOpen)
}
