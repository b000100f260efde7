import { throwIfStopped } from '../../core/progress.ts'

/** What a search tries, and on what. */
export interface HalvingOptions<C> {
  /** The first is the one that stands. */
  readonly candidates: readonly C[]
  /** Pieces of work, in the order in which they are taken. */
  readonly pieces: number
  /** Cost of a piece of work under a candidate; lower is better. */
  readonly cost: (candidate: C, piece: number) => Promise<number>
  /** Part of the candidates that goes at each rung: 1 − 1/eta. */
  readonly eta: number
  /** Asked before each piece; true ends the search with what is known. */
  readonly isSpent: () => boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (rung: number, left: number) => void
}

/** A candidate with what it cost on the pieces it was tried on. */
export interface Tried<C> {
  readonly candidate: C
  readonly costs: readonly number[]
}

/**
 * Successive halving (Jamieson and Talwalkar 2016): all candidates do a little of the work, those with
 * the least cost do more of it, until one is left beside the one that stands, which always goes along.
 * Every piece is done by all who are left, one after the other, so that they are compared on the same
 * work at the same time. Returns the one that stands and the best other, on the same pieces.
 */
export async function halve<C>(options: HalvingOptions<C>): Promise<{
  readonly stands: Tried<C>
  readonly best: Tried<C> | undefined
  readonly pieces: number
}> {
  const { candidates, pieces, eta } = options
  const costs = candidates.map((): number[] => [])
  let left = candidates.map((_, i) => i)
  const rungs = Math.max(1, Math.ceil(Math.log(Math.max(2, candidates.length)) / Math.log(eta)))
  let done = 0
  for (let rung = 0; rung < rungs && left.length > 1; rung++) {
    const until = Math.max(done + 1, Math.round(pieces / eta ** (rungs - 1 - rung)))
    for (; done < Math.min(until, pieces) && !options.isSpent(); done++) {
      throwIfStopped(options.signal)
      // Who goes first takes turns: the second run finds warm caches.
      for (let k = 0; k < left.length; k++) {
        const i = left[(k + done) % left.length]!
        costs[i]!.push(await options.cost(candidates[i]!, done))
      }
    }
    options.onProgress?.(rung + 1, left.length)
    const keep = Math.max(1, Math.ceil((left.length - 1) / eta))
    const others = left
      .filter((i) => i !== 0)
      .sort((a, b) => sum(costs[a]!) - sum(costs[b]!) || a - b)
    left = [0, ...others.slice(0, keep)]
    if (options.isSpent()) break
  }
  const best = left.filter((i) => i !== 0).sort((a, b) => sum(costs[a]!) - sum(costs[b]!))[0]
  return {
    stands: { candidate: candidates[0]!, costs: costs[0]! },
    best: best === undefined ? undefined : { candidate: candidates[best]!, costs: costs[best]! },
    pieces: done,
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
