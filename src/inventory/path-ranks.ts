import { requireArgument } from '../core/errors.ts'
import { createRandom, type Random } from '../core/random/random.ts'

/**
 * How the days of a product hang together: normal scores z(d) = √level · g + √(1 − level) · e(d),
 * with one g a path and e an autoregression of coefficient `day` (a Gaussian copula).
 */
export interface Dependence {
  /** Share of the variance that all days of a path have in common, [0, 1]. */
  readonly level: number
  /** Correlation of e(d) and e(d + 1), [0, 1). */
  readonly day: number
}

/**
 * Ranks of `samples` demand paths on each of `days` days. On each day every rank 0 … samples − 1
 * occurs once (Latin hypercube), so that each day's distribution is met exactly; the order of the
 * ranks carries the copula. `ranks[path * days + day]`.
 */
export interface PathRanks {
  readonly samples: number
  readonly days: number
  readonly ranks: Uint16Array
  /** A permutation of the ranks for the lead time of the order at hand, of the next, of open ones. */
  readonly leadRanks: readonly [Uint16Array, Uint16Array, Uint16Array]
}

/** Draws the ranks of a copula. Same seed, same ranks; longer `days` keeps the first days. */
export function drawPathRanks(
  samples: number,
  days: number,
  dependence: Dependence,
  seed: number | string,
): PathRanks {
  requireArgument(
    samples >= 2 && samples <= 65_536,
    `samples: ${samples} is not between 2 and 65536`,
  )
  requireArgument(days >= 1, `days: ${days} is less than 1`)
  const random = createRandom(seed).split('inventory.paths')
  const levelStream = random.split('level')
  const common = Float64Array.from({ length: samples }, () => levelStream.normal())
  const noise = new Float64Array(samples)
  const scores = new Float64Array(samples)
  const ranks = new Uint16Array(samples * days)
  const { level, day: rho } = dependence
  for (let day = 0; day < days; day++) {
    const stream = random.split(day)
    for (let k = 0; k < samples; k++) {
      const fresh = stream.normal()
      noise[k] = day === 0 ? fresh : rho * noise[k]! + Math.sqrt(1 - rho * rho) * fresh
      scores[k] = Math.sqrt(level) * common[k]! + Math.sqrt(1 - level) * noise[k]!
    }
    writeRanks(scores, (path, rank) => {
      ranks[path * days + day] = rank
    })
  }
  const leadRanks = [0, 1, 2].map((i) => permutation(samples, random.split(`lead ${i}`)))
  return { samples, days, ranks, leadRanks: [leadRanks[0]!, leadRanks[1]!, leadRanks[2]!] }
}

/** Calls `write(index, rank)` for every score; ties go by index. */
function writeRanks(scores: Float64Array, write: (index: number, rank: number) => void): void {
  const order = Uint32Array.from(scores, (_, i) => i)
  order.sort((a, b) => scores[a]! - scores[b]! || a - b)
  order.forEach((index, rank) => {
    write(index, rank)
  })
}

function permutation(count: number, random: Random): Uint16Array {
  const values = Uint16Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const kept = values[i]!
    values[i] = values[j]!
    values[j] = kept
  }
  return values
}
