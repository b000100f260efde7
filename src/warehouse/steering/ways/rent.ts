import { normalQuantile } from '../../../core/distributions/normal.ts'

/** What is believed of the log of a run's CPU, ms. */
export interface LogBelief {
  readonly mean: number
  readonly spread: number
}

export interface RentGuard {
  /** A run counts as slower from so many times the default's time on … */
  readonly slowerTimes: number
  /** … and so many ms more. */
  readonly slowerMs: number
  /** Chance of that which is taken. */
  readonly risk: number
  /** The default is stopped at this multiple of the other way's time at the latest. */
  readonly mostTimes: number
  /** The default is never stopped sooner, ms. */
  readonly leastMs: number
  /** Share of the other way's time that must be saved for it to be taken at once. */
  readonly leastGain: number
}

const POINTS = 16
const QUANTILES = Array.from({ length: POINTS }, (_, i) => normalQuantile((i + 0.5) / POINTS))
/** Limits that are weighed, as shares of the latest. */
const SHARES = [1 / 6, 1 / 3, 2 / 3, 1] as const

/**
 * CPU ms to give the default before the other way is taken, 0: none at all. The ski renter's question
 * (Karlin et al. 1990) with beliefs: the limit L of the least expected cost, E[D; D ≤ L] + (L + C) P(D > L),
 * among those whose chance of being slower than the default by what counts is taken; the least chance
 * where all are above it. Whatever is believed, the cost is at most that of the default and a multiple
 * of the other way's.
 */
export function rentLimit(normal: LogBelief, other: LogBelief, guard: RentGuard): number {
  const c = Math.exp(other.mean + other.spread ** 2 / 2)
  const latest = Math.max(guard.leastMs, guard.mostTimes * c)
  let best = latest
  let least = Infinity
  for (const limit of [0, ...SHARES.map((share) => Math.max(guard.leastMs, share * latest))]) {
    const { cost, slower } = judge(limit, c, normal, guard)
    // Beyond the risk that is taken, chances alone count.
    const hurdle = limit === 0 ? guard.leastGain * c : 0
    const worth = slower > guard.risk ? 1e12 * slower + cost : cost + hurdle
    if (worth < least) {
      least = worth
      best = limit
    }
  }
  return best
}

function judge(
  limit: number,
  c: number,
  { mean, spread }: LogBelief,
  { slowerTimes, slowerMs }: RentGuard,
): { readonly cost: number; readonly slower: number } {
  let cost = 0
  let slower = 0
  for (const z of QUANTILES) {
    const d = Math.exp(mean + spread * z)
    if (d <= limit) cost += d
    else {
      cost += limit + c
      if (limit + c > slowerTimes * d && limit + c > d + slowerMs) slower++
    }
  }
  return { cost: cost / POINTS, slower: slower / POINTS }
}
