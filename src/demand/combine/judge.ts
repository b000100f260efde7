import { readKnob } from '../../core/knobs.ts'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import type { BacktestPlan } from '../backtest-plan.ts'
import type { BacktestRow } from '../backtest-rows.ts'
import type { FitParameters, Forecaster } from '../forecaster.ts'
import { guardMargin } from '../knobs.ts'
import type { PastForecast } from '../past-forecast.ts'
import { type BlendWeights, blend, scaleForecast } from './blend.ts'
import { applyHeldOut, type Calibration, learnCalibration } from './calibrate.ts'
import { errorCorrelation } from './correlation.ts'
import { type GuardVerdict, guardSegments } from './guard.ts'
import { type JudgedOrigin, judgeMembers } from './judged.ts'
import { combinationOrigins, learnedUnjudged, originPrior, segmentPrior } from './knobs.ts'
import { type LevelCorrection, learnLevel } from './level.ts'
import { isThin, planJudgement } from './plan.ts'
import { gatherPoints, gatherSums } from './points.ts'
import { type SegmentRow, segmentRows, sumsBySegment } from './segment-rows.ts'
import { isYoungSegment, SEGMENTS, segmentsAt } from './segments.ts'
import { seriesRows } from './series-rows.ts'
import { fitWeights, learnedWeights, type WeightPriors } from './weights.ts'

/** Name of the combination among the models. */
export const COMBINED = 'combined'

/** Weights below this are left out, so that the member need not be fitted. */
const LEAST_WEIGHT = 0.03

/** What the past says on how to combine. */
export interface Verdict {
  /** For quantiles and for means; the floor alone where the guard kept it. */
  readonly weights: BlendWeights
  /** Whether the combination is used, by segment. */
  readonly used: Uint8Array
  readonly level: number
  readonly calibration: Calibration | undefined
  readonly origins: readonly number[]
  readonly horizon: number
  /** Loss of the combination over the floor's on points held out from its weights, by segment. */
  readonly heldOutRatio: Float64Array
  /** The same of the error of sums over the horizon, for the weights of the means. */
  readonly heldOutSums: Float64Array
  readonly correlation: number | undefined
  readonly segments: readonly SegmentRow[]
  readonly rows: readonly BacktestRow[]
  /** What the combination said at each origin and what came, of the series judged; where asked for. */
  readonly past?: readonly PastForecast[]
}

/** What is asked of a judgement. */
export interface JudgeOptions extends FitParameters {
  readonly horizon: number
  /** Correct levels and quantiles by what the past shows. Default true. */
  readonly calibrate?: boolean
  /** Keep the forecasts of the past, for a reconciliation. Default false. */
  readonly keepPast?: boolean
}

/**
 * Judges members (the first is the floor) on rolling origins before `end`: weights by segment, the
 * guard, the level of the whole, the calibration of the quantiles.
 */
export async function judgeCombination(
  panel: Panel,
  members: readonly Forecaster[],
  end: number,
  bounds: readonly number[],
  seriesNow: Int32Array,
  options: JudgeOptions,
): Promise<Verdict> {
  const { settings = {} } = options
  const plan = planOf(panel, end, options)
  if (plan === undefined) return unjudged(members, readKnob(learnedUnjudged, settings))
  const segmentsOf = (origin: number) => segmentsAt(panel, origin, bounds, settings)
  const origins = await judgeMembers(panel, members, plan, end, segmentsOf, options)
  const priors = priorsOf(options, isThin(panel, plan, options.season))
  const forYoung = forYoungOf(members)
  const points = gatherPoints(origins, forYoung)
  const margin = readKnob(guardMargin, settings)
  const guard = guardSegments(points, origins.length, priors, margin)
  const sums = gatherSums(origins, forYoung)
  const guardOfSums = guardSegments(sums, origins.length, priors, margin)
  const weights = {
    quantiles: guarded(fitWeights(points, origins.length, priors), guard, members.length),
    means: guarded(fitWeights(sums, origins.length, priors), guardOfSums, members.length),
  }
  const used = guard.used.map((own, s) => own | guardOfSums.used[s]!)
  const floor = origins.map((judged) => judged.forecasts[0]!)
  const combined = origins.map((judged) => blend(judged.forecasts, weights, judged.segment))
  const corrected = correct(origins, combined, priors, points.seriesOf, options)
  const judged = { members, origins, floor, weights, guard, guardOfSums, used, seriesNow }
  return {
    weights,
    used,
    level: corrected.level.factor,
    calibration: corrected.calibration,
    origins: plan.origins,
    horizon: plan.horizon,
    heldOutRatio: guard.ratio,
    heldOutSums: guardOfSums.ratio,
    correlation: errorCorrelation(origins, combined),
    segments: rowsOfSegments(judged, combined),
    rows: [
      ...members.slice(1).flatMap((member, m) => {
        const own = origins.map((o) => o.forecasts[m + 1]!)
        return seriesRows(panel, member.name, origins, own)
      }),
      ...seriesRows(panel, COMBINED, origins, combined),
    ],
    ...(options.keepPast ? { past: pastOf(origins, combined) } : {}),
  }
}

function pastOf(
  origins: readonly JudgedOrigin[],
  combined: readonly QuantileForecast[],
): PastForecast[] {
  return origins.map(({ origin, horizon, actual }, k) => {
    const { mean, quantiles } = combined[k]!
    return { origin, horizon, actual, mean, quantiles }
  })
}

/** Where members are judged before `end`. */
export function planOf(
  panel: Panel,
  end: number,
  { horizon, season, settings = {} }: JudgeOptions,
): BacktestPlan | undefined {
  const count = Math.round(readKnob(combinationOrigins, settings))
  return planJudgement(panel, end, horizon, count, season)
}

/** After a thin judgement the learned members weigh, before it is heard, what they do without one. */
function priorsOf({ settings = {} }: FitParameters, thin: boolean): WeightPriors {
  return {
    series: readKnob(segmentPrior, settings),
    origins: readKnob(originPrior, settings),
    ...(thin ? { learned: readKnob(learnedUnjudged, settings) } : {}),
  }
}

const forYoungOf = (members: readonly Forecaster[]) =>
  Uint8Array.from(members, (member) => (member.forYoung ? 1 : 0))

/** Nothing can be judged: the floor, and the learned members together with the share of the knob. */
function unjudged(members: readonly Forecaster[], share: number): Verdict {
  const weights = new Float64Array(SEGMENTS.length * members.length)
  for (let s = 0; s < SEGMENTS.length; s++) {
    const row = learnedWeights(forYoungOf(members), isYoungSegment(s), share)
    weights.set(row, s * members.length)
  }
  return {
    weights: { quantiles: weights, means: weights },
    used: new Uint8Array(SEGMENTS.length).fill(share > 0 ? 1 : 0),
    level: 1,
    calibration: undefined,
    origins: [],
    horizon: 0,
    heldOutRatio: new Float64Array(SEGMENTS.length).fill(Number.NaN),
    heldOutSums: new Float64Array(SEGMENTS.length).fill(Number.NaN),
    correlation: undefined,
    segments: [],
    rows: [],
  }
}

/** The weights where the combination is used, without crumbs; the floor alone elsewhere. */
function guarded(weights: Float64Array, guard: GuardVerdict, members: number): Float64Array {
  const kept = new Float64Array(weights.length)
  for (let s = 0; s < SEGMENTS.length; s++) {
    const row = weights.subarray(s * members, (s + 1) * members)
    const cut = row.map((w) => (w < LEAST_WEIGHT ? 0 : w))
    const sum = cut.reduce((a, b) => a + b, 0)
    for (let m = 0; m < members; m++) {
      kept[s * members + m] = guard.used[s] ? cut[m]! / sum : m === 0 ? 1 : 0
    }
  }
  return kept
}

/**
 * Corrects the combined forecasts of the past in place, as the one to come will be: their quantiles by
 * what the other origins show, so that what is said of them is out of sample.
 */
function correct(
  origins: readonly JudgedOrigin[],
  combined: readonly QuantileForecast[],
  priors: WeightPriors,
  seriesOf: Float64Array,
  options: JudgeOptions,
): { level: LevelCorrection; calibration: Calibration | undefined } {
  const none = { factor: 1, atOrigin: origins.map(() => 1) }
  if (options.calibrate === false) return { level: none, calibration: undefined }
  const level = learnLevel(origins, combined, priors)
  combined.forEach((forecast, k) => {
    scaleForecast(forecast, level.atOrigin[k]!)
  })
  const calibration = learnCalibration(origins, combined, priors, seriesOf)
  const floor = origins.every((o) => o.actual.every((y) => !(y < 0))) ? 0 : -Infinity
  combined.forEach((forecast, k) => {
    const place = { k, origins: origins.length }
    applyHeldOut(forecast, calibration, place, origins[k]!.segment, floor)
  })
  return { level, calibration }
}

function rowsOfSegments(
  judged: {
    readonly members: readonly Forecaster[]
    readonly origins: readonly JudgedOrigin[]
    readonly floor: readonly QuantileForecast[]
    readonly weights: BlendWeights
    readonly guard: GuardVerdict
    readonly guardOfSums: GuardVerdict
    readonly used: Uint8Array
    readonly seriesNow: Int32Array
  },
  combined: readonly QuantileForecast[],
): SegmentRow[] {
  const { members, origins, weights, guard, used, seriesNow } = judged
  const floorSums = sumsBySegment(origins, judged.floor)
  const ofMembers = members.flatMap((member, m) => {
    const own = origins.map((o) => o.forecasts[m]!)
    const place = (s: number) => s * members.length + m
    const weight = (s: number) => weights.quantiles[place(s)]!
    return segmentRows(
      member.name,
      m === 0 ? floorSums : sumsBySegment(origins, own),
      floorSums,
      seriesNow,
      weight,
      (s) => weight(s) > 0 || weights.means[place(s)]! > 0,
    ).map((row) => ({ ...row, meanWeight: weights.means[place(SEGMENTS.indexOf(row.segment))]! }))
  })
  const whole = sumsBySegment(origins, combined)
  const inUse = (s: number) => used[s] === 1
  const ofWhole = segmentRows(
    COMBINED,
    whole,
    floorSums,
    seriesNow,
    (s) => (inUse(s) ? 1 : 0),
    inUse,
  )
  // Against the floor it counts what it did where its weights were not learned.
  return [
    ...ofMembers,
    ...ofWhole.map((row) => {
      const s = SEGMENTS.indexOf(row.segment)
      return { ...row, floorRatio: guard.ratio[s]!, sumsRatio: judged.guardOfSums.ratio[s]! }
    }),
  ]
}
