import { createRandom } from '../../core/random/random.ts'
import { halve } from './halving.ts'
import type { Assignment } from './space.ts'

/** What is searched, and how the cost of it is known. */
export interface SettingsSearch {
  /** The first is {}: what stands. */
  readonly candidates: readonly Assignment[]
  /** Pieces of replayed work for the search; others judge the winner. */
  readonly searchPieces: number
  readonly judgePieces: number
  /** Cost of a piece under an assignment; pieces from searchPieces on are those that judge. */
  readonly cost: (assignment: Assignment, piece: number) => Promise<number>
  readonly isSpent: () => boolean
  readonly leastGain: number
  readonly seed: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/** What came of a search. */
export interface SettingsFound {
  readonly assignment: Assignment
  /** Part of the cost saved on the work that judged, and its 95 % interval over pieces. */
  readonly gain: number
  readonly interval: readonly [number, number]
  /** Whether the whole interval lies above the least gain. */
  readonly isSure: boolean
  readonly judged: number
}

const ETA = 2
const RESAMPLES = 500
const ROUNDS = 2

/**
 * Searches settings by successive halving on one part of the replayed work and judges the winner on
 * another, beside what stands, piece by piece: the interval comes from drawing pieces anew (bootstrap).
 * Undefined where nothing but what stands was tried.
 */
export async function searchSettings(search: SettingsSearch): Promise<SettingsFound | undefined> {
  const found = await halve({
    candidates: search.candidates,
    pieces: search.searchPieces,
    cost: search.cost,
    eta: ETA,
    isSpent: search.isSpent,
    ...(search.signal === undefined ? {} : { signal: search.signal }),
    ...(search.onProgress === undefined
      ? {}
      : {
          onProgress: (rung, left) => search.onProgress?.(rung, rung + left - 1, 'settings halved'),
        }),
  })
  if (found.best === undefined) return undefined
  const { candidate } = found.best
  const stands: number[] = []
  const other: number[] = []
  for (let k = 0; k < search.judgePieces; k++) {
    const piece = search.searchPieces + k
    let [a, b] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let round = 0; round < ROUNDS; round++) {
      const isFirst = (k + round) % 2 === 0
      if (isFirst) a = Math.min(a, await search.cost({}, piece))
      b = Math.min(b, await search.cost(candidate, piece))
      if (!isFirst) a = Math.min(a, await search.cost({}, piece))
    }
    stands.push(a)
    other.push(b)
  }
  const gains = resampledGains(stands, other, search.seed)
  const interval = [
    gains[Math.floor(0.025 * RESAMPLES)]!,
    gains[Math.floor(0.975 * RESAMPLES)]!,
  ] as const
  return {
    assignment: candidate,
    gain: gainOf(stands, other),
    interval,
    isSure: stands.length > 1 && interval[0] > search.leastGain,
    judged: stands.length,
  }
}

function gainOf(stands: readonly number[], other: readonly number[]): number {
  const before = stands.reduce((a, b) => a + b, 0)
  const after = other.reduce((a, b) => a + b, 0)
  return before > 0 ? 1 - after / before : 0
}

function resampledGains(
  stands: readonly number[],
  other: readonly number[],
  seed: number,
): number[] {
  const random = createRandom(seed).split('settings')
  const n = stands.length
  return Array.from({ length: RESAMPLES }, () => {
    let [before, after] = [0, 0]
    for (let k = 0; k < n; k++) {
      const i = random.int(n)
      before += stands[i]!
      after += other[i]!
    }
    return before > 0 ? 1 - after / before : 0
  }).sort((a, b) => a - b)
}
