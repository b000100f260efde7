import { throwIfStopped } from '../../core/progress.ts'
import { createRandom } from '../../core/random/random.ts'
import { halve } from './halving.ts'
import type { Objective } from './space.ts'

/** What a piece of work took, ms. */
export interface Took {
  readonly cpuMs: number
  readonly wallMs: number
}

/** What is searched, and how the cost of it is known. */
export interface SettingsSearch<A> {
  /** The first is what stands. */
  readonly candidates: readonly A[]
  /** Pieces of replayed work for the search; others judge the winner. */
  readonly searchPieces: number
  readonly judgePieces: number
  /** What a piece takes under an assignment; pieces from searchPieces on are those that judge. */
  readonly cost: (assignment: A, piece: number) => Promise<Took>
  /** What is to be saved. */
  readonly objective: Objective
  readonly isSpent: () => boolean
  /** Asked before each piece that judges; true ends judging with those that were done. */
  readonly isOver?: () => boolean
  readonly leastGain: number
  readonly seed: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/** What came of a search. */
export interface SettingsFound<A> {
  readonly assignment: A
  /** Part saved on the work that was searched on: what is expected, too well. */
  readonly searchGain: number
  /** Part saved of what was to be saved, on the work that judged, and its 95 % interval over pieces. */
  readonly gain: number
  readonly interval: readonly [number, number]
  /** Parts of CPU and of time that are saved, whichever was searched for. */
  readonly cpuGain: number
  readonly wallGain: number
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
export async function searchSettings<A>(
  search: SettingsSearch<A>,
): Promise<SettingsFound<A> | undefined> {
  const measure = ({ cpuMs, wallMs }: Took) => (search.objective === 'cpu' ? cpuMs : wallMs)
  const { onProgress } = search
  const found = await halve({
    ...{ candidates: search.candidates, pieces: search.searchPieces, eta: ETA },
    cost: async (candidate, piece) => measure(await search.cost(candidate, piece)),
    isSpent: search.isSpent,
    ...(search.signal === undefined ? {} : { signal: search.signal }),
    onProgress: (rung, left) => onProgress?.(rung, rung + left - 1, 'settings halved'),
  })
  if (found.best === undefined) return undefined
  const { stands, other } = await judge(search, found.best.candidate)
  const gains = resampledGains(stands.map(measure), other.map(measure), search.seed)
  const interval = [
    gains[Math.floor(0.025 * RESAMPLES)]!,
    gains[Math.floor(0.975 * RESAMPLES)]!,
  ] as const
  const gainBy = (of: (took: Took) => number) => gainOf(stands.map(of), other.map(of))
  return {
    assignment: found.best.candidate,
    searchGain: gainOf(found.stands.costs.slice(0, found.best.costs.length), found.best.costs),
    gain: gainBy(measure),
    interval,
    cpuGain: gainBy(({ cpuMs }) => cpuMs),
    wallGain: gainBy(({ wallMs }) => wallMs),
    isSure: stands.length > 1 && interval[0] > search.leastGain,
    judged: stands.length,
  }
}

/** Runs the pieces that judge, twice each way in turn; the smaller of two is kept. */
async function judge<A>(
  search: SettingsSearch<A>,
  candidate: A,
): Promise<{ readonly stands: readonly Took[]; readonly other: readonly Took[] }> {
  const standing = search.candidates[0]!
  const stands: Took[] = []
  const other: Took[] = []
  for (let k = 0; k < search.judgePieces; k++) {
    if (stands.length > 0 && search.isOver?.()) break
    const piece = search.searchPieces + k
    let [a, b]: [Took | undefined, Took | undefined] = [undefined, undefined]
    for (let round = 0; round < ROUNDS; round++) {
      throwIfStopped(search.signal)
      const isFirst = (k + round) % 2 === 0
      if (isFirst) a = least(a, await search.cost(standing, piece))
      b = least(b, await search.cost(candidate, piece))
      if (!isFirst) a = least(a, await search.cost(standing, piece))
    }
    stands.push(a!)
    other.push(b!)
  }
  return { stands, other }
}

const least = (a: Took | undefined, b: Took): Took =>
  a === undefined ? b : { cpuMs: Math.min(a.cpuMs, b.cpuMs), wallMs: Math.min(a.wallMs, b.wallMs) }

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
