import type { Candidate } from './candidate.ts'
import type { ReadDemand } from './demand.ts'

/** A candidate with what it costs and saves over the time that demands were counted in. */
export interface Offer {
  readonly target: string
  readonly candidate: Candidate
  /** Rows of the largest table that it is made of. */
  readonly wholeRows: number
  readonly buildCpuMs: number
  /** CPU that measuring it takes once it is built. */
  readonly judgeCpuMs: number
  /** CPU that keeping it in step with its tables takes. */
  readonly upkeepCpuMs: number
  /** CPU it may save statements that nobody asked yet. */
  readonly hopedCpuMs: number
  readonly savings: readonly { readonly demand: ReadDemand; readonly savedCpuMs: number }[]
}

/** What was taken, the best first, and why not the rest. */
export interface Choice {
  readonly taken: readonly Offer[]
  readonly left: readonly { readonly offer: Offer; readonly reason: string }[]
}

/**
 * Takes views one by one, always that which adds most saving less building and upkeep,
 * given those taken already (a statement is served by its best view), and then exchanges single
 * views as long as that saves more. Savings have diminishing returns, so that greedy choice is within
 * 1 − 1/e of the best where building costs little (Nemhauser, Wolsey and Fisher 1978).
 */
export function choose(offers: readonly Offer[], storageBytes: number): Choice {
  let taken = greedy(offers, storageBytes)
  for (let better = exchange(taken, offers, storageBytes); better !== undefined; ) {
    taken = better
    better = exchange(taken, offers, storageBytes)
  }
  const left = offers
    .filter((offer) => !taken.includes(offer))
    .map((offer) => ({ offer, reason: reasonAgainst(offer, taken, storageBytes) }))
  return { taken, left }
}

function greedy(offers: readonly Offer[], storageBytes: number): readonly Offer[] {
  const taken: Offer[] = []
  let room = storageBytes
  // Gains only shrink as views are taken: an old gain is a bound, so only the best needs a new look.
  const bounds = new Map(offers.map((offer) => [offer, gainOf([offer])]))
  for (;;) {
    const open = [...bounds]
      .filter(([offer, gain]) => gain > 0 && offer.candidate.bytes <= room)
      .sort(([, x], [, y]) => y - x)
    const best = open[0]
    if (best === undefined) return taken
    const gain = gainOf([...taken, best[0]]) - gainOf(taken)
    if (gain < (open[1]?.[1] ?? 0)) bounds.set(best[0], gain)
    else {
      bounds.delete(best[0])
      if (gain <= 0) continue
      taken.push(best[0])
      room -= best[0].candidate.bytes
    }
  }
}

/** The best exchange of one view for another that is open; undefined where none saves more. */
function exchange(
  taken: readonly Offer[],
  offers: readonly Offer[],
  storageBytes: number,
): readonly Offer[] | undefined {
  const now = gainOf(taken)
  let best: { readonly offers: readonly Offer[]; readonly gain: number } | undefined
  for (const out of taken) {
    const rest = taken.filter((offer) => offer !== out)
    for (const into of offers) {
      if (taken.includes(into)) continue
      const tried = [...rest, into]
      const gain = gainOf(tried)
      if (bytesOf(tried) <= storageBytes && gain > (best?.gain ?? now) + 1e-9) {
        best = { offers: tried, gain }
      }
    }
  }
  return best?.offers
}

function bytesOf(offers: readonly Offer[]): number {
  return offers.reduce((sum, { candidate }) => sum + candidate.bytes, 0)
}

/** CPU saved less CPU of building and upkeep: each demand by its best view. */
function gainOf(offers: readonly Offer[]): number {
  const best = new Map<ReadDemand, number>()
  let gain = 0
  for (const { savings, buildCpuMs, judgeCpuMs, upkeepCpuMs, hopedCpuMs } of offers) {
    gain += hopedCpuMs - buildCpuMs - judgeCpuMs - upkeepCpuMs
    for (const { demand, savedCpuMs } of savings) {
      const before = best.get(demand) ?? 0
      if (savedCpuMs <= before) continue
      best.set(demand, savedCpuMs)
      gain += savedCpuMs - before
    }
  }
  return gain
}

function reasonAgainst(offer: Offer, taken: readonly Offer[], storageBytes: number): string {
  const alone = gainOf([offer])
  if (alone <= 0) {
    const making = offer.buildCpuMs + offer.judgeCpuMs
    const costs = making + offer.upkeepCpuMs
    const upkeep =
      offer.upkeepCpuMs > 0 ? ` and keeping it up about ${Math.round(offer.upkeepCpuMs)} ms` : ''
    return `building and measuring it takes about ${Math.round(making)} ms of CPU${upkeep}, and it would save ${Math.round(alone + costs)} ms`
  }
  if (offer.candidate.bytes > storageBytes - bytesOf(taken)) {
    return `it needs about ${Math.round(offer.candidate.bytes / 2 ** 20)} MiB, which is more than is left`
  }
  return 'views that are taken serve the same statements about as well'
}
