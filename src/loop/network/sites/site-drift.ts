const YEAR_MS = 365 * 86_400_000

/** Orders by time and area. */
export interface DatedOrders {
  /** Epoch ms, rising. */
  readonly orderedAt: Float64Array
  readonly area: Int32Array
}

/**
 * How much faster than all together each state grows, as log growth a year, by area. The share of a
 * state in the orders of the later half of the time is held against that in the earlier half; the
 * log of their ratio, with variance 1/early + 1/late by counting, is drawn towards 0 under a normal
 * prior of the given standard deviation (empirical Bayes: estimate × prior / (prior + variance)).
 * Areas without a state, and a deviation of 0, give 0.
 */
export function demandDrift(
  { orderedAt, area }: DatedOrders,
  states: readonly string[],
  deviation: number,
): Float64Array {
  const [first, last] = [orderedAt[0] ?? 0, orderedAt.at(-1) ?? 0]
  const years = (last - first) / 2 / YEAR_MS
  if (deviation === 0 || years === 0) return new Float64Array(states.length)
  const early = new Map<string, number>()
  const late = new Map<string, number>()
  const all: [early: number, late: number] = [0, 0]
  orderedAt.forEach((at, o) => {
    const isLate = at > (first + last) / 2
    const counts = isLate ? late : early
    const state = states[area[o]!]!
    counts.set(state, (counts.get(state) ?? 0) + 1)
    all[isLate ? 1 : 0]++
  })
  return Float64Array.from(states, (state) => {
    if (state === '') return 0
    // Half an order more in each half: a state without any has no infinite growth.
    const [before, after] = [(early.get(state) ?? 0) + 0.5, (late.get(state) ?? 0) + 0.5]
    const yearly = Math.log(after / before / (all[1] / all[0])) / years
    const variance = (1 / before + 1 / after) / years ** 2
    return (yearly * deviation ** 2) / (deviation ** 2 + variance)
  })
}
