import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { StopRule } from '../../core/optimize/stop.ts'
import { type OnProgress, throwIfStopped } from '../../core/progress.ts'
import { type Blocker, findBlockers } from './blocking.ts'
import { describeBroken } from './broken.ts'
import { choosePoint } from './choose.ts'
import {
  REGION_CANDIDATES,
  REGION_SCORED,
  REGION_STARTS,
  REGION_STEPS,
  type RegionPrices,
  readPrices,
} from './knobs.ts'
import { denseLimits, type RegionLimits } from './limits.ts'
import { checkProblem } from './problem.ts'
import type {
  CurvePoint,
  RegionScore,
  RegionsResult,
  ScoredCandidate,
  ScorePlan,
} from './result.ts'
import { type Candidate, searchPartitions } from './search.ts'
import { splitLargest } from './split.ts'
import type { RegionProblem } from './types.ts'

export interface RegionsRequest {
  /** Numbers of regions to try; absent: 2 to 16. */
  readonly counts?: readonly number[]
  readonly limits?: RegionLimits
  readonly settings?: KnobSettings
  readonly seed?: string | number
  readonly score?: ScorePlan
  readonly stop?: StopRule
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

const COUNTS = Array.from({ length: 15 }, (_, i) => i + 2)

/**
 * Partitions areas and sites into every number of regions asked for, has the best candidates scored
 * by the simulator where there is one, and chooses. Same seed, same result (unless a clock stops
 * it). Throws ERR_INFEASIBLE with the blocking constraint where no number of regions is possible,
 * ERR_ARGUMENT, ERR_NETWORK or ERR_NOT_FINITE on bad input, ERR_CANCELLED on a signal.
 */
export async function planRegions(
  problem: RegionProblem,
  request: RegionsRequest = {},
): Promise<RegionsResult> {
  checkProblem(problem)
  const prices = readPrices(request.settings)
  const counts = [...new Set(request.counts ?? COUNTS)].sort((a, b) => a - b)
  const searched: CurvePoint[] = []
  for (const [i, regions] of counts.entries()) {
    throwIfStopped(request.signal)
    request.onProgress?.({
      step: 'regions',
      done: i,
      total: counts.length,
      note: `${regions} regions`,
    })
    searched.push(searchPoint(problem, regions, prices, request, searched.at(-1)))
  }
  const curve = await scoreBest(searched, request)
  const { chosen, reasons } = choosePoint(curve, prices)
  if (chosen === undefined) throw blocked(curve)
  return { curve, prices, chosen, reasons }
}

function searchPoint(
  problem: RegionProblem,
  regions: number,
  prices: RegionPrices,
  request: RegionsRequest,
  before: CurvePoint | undefined,
): CurvePoint {
  const { settings, seed = 1, stop } = request
  const limits = denseLimits(problem, regions, request.limits, settings)
  const blockers = findBlockers(problem, limits)
  if (blockers.length > 0) return { regions, candidates: [], blockers }
  const smaller = before?.candidates[0]?.plan
  const from =
    smaller?.regions === regions - 1 ? [splitLargest(problem, smaller, `${seed}-${regions}`)] : []
  const candidates = searchPartitions(problem, limits, prices, {
    seed,
    starts: readKnob(REGION_STARTS, settings),
    steps: readKnob(REGION_STEPS, settings),
    keep: readKnob(REGION_CANDIDATES, settings),
    from,
    stop,
  })
  const [best] = candidates
  if (best === undefined) return { regions, candidates, blockers: [noStart(regions)] }
  return {
    regions,
    candidates,
    blockers: best.violation > 0 ? describeBroken(problem, limits, best) : [],
  }
}

function noStart(regions: number): Blocker {
  return {
    code: 'not_found',
    message: `no ${regions} contiguous regions were found to start from`,
    next: 'Free fixed areas, join islands, or ask for fewer regions.',
    areas: [],
  }
}

/**
 * Has candidates that keep all limits scored: the best of each number of regions, the cheapest
 * numbers first, then the second best of each, and so on. The estimate is surer between two plans of
 * one number than between numbers, where prices of lanes decide.
 */
async function scoreBest(
  curve: readonly CurvePoint[],
  { score, settings, onProgress, signal }: RegionsRequest,
): Promise<CurvePoint[]> {
  if (score === undefined) return [...curve]
  const usable = curve.flatMap(({ candidates }) =>
    candidates.filter((c) => c.violation === 0).map((candidate, rank) => ({ candidate, rank })),
  )
  usable.sort((a, b) => a.rank - b.rank || a.candidate.costCents - b.candidate.costCents)
  const scores = new Map<Candidate, RegionScore>()
  const total = Math.min(usable.length, readKnob(REGION_SCORED, settings))
  for (const { candidate } of usable.slice(0, total)) {
    throwIfStopped(signal)
    onProgress?.({ step: 'simulate', done: scores.size, total })
    scores.set(candidate, await score(candidate.plan))
  }
  return curve.map((point) => ({
    ...point,
    candidates: point.candidates
      .map((candidate) => withScore(candidate, scores.get(candidate)))
      .sort((a, b) => (a.score?.cents ?? Infinity) - (b.score?.cents ?? Infinity) || 0),
  }))
}

function withScore(candidate: Candidate, score: RegionScore | undefined): ScoredCandidate {
  return score === undefined ? candidate : { ...candidate, score }
}

function blocked(curve: readonly CurvePoint[]): StorewrightError {
  const point = curve.find(({ blockers }) => blockers.length > 0)
  const first = point?.blockers[0]
  const others = new Set(curve.flatMap(({ blockers }) => blockers.map(({ code }) => code)))
  return new StorewrightError(
    'ERR_INFEASIBLE',
    first === undefined
      ? 'No number of regions was asked for.'
      : `No plan into ${curve.map(({ regions }) => regions).join(', ')} regions keeps all limits: ${first.message}.`,
    {
      next:
        first === undefined
          ? 'Ask for at least one number of regions.'
          : `${first.next}${others.size > 1 ? ` Other limits block too: ${[...others].slice(1).join(', ')}.` : ''}`,
    },
  )
}
