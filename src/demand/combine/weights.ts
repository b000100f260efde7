import type { Points } from './points.ts'
import { isYoungSegment, likeYoung, SEGMENTS } from './segments.ts'

/** How far weights are drawn towards what is more common. */
export interface WeightPriors {
  /** Series: own weights of a segment count n / (n + series). */
  readonly series: number
  /** Origins: fitted weights count K / (K + origins) beside those believed before. */
  readonly origins: number
  /** Share of the learned members in the weights believed before; equal weights where absent. */
  readonly learned?: number
}

const STEPS = 120
const RATE = 0.6

/**
 * Weights of the members by segment (segments × members; not negative, each row sums to one) that
 * make the mean scaled pinball loss of the weighted mean of their quantiles small (Vincent
 * averaging), over the points that `picks` lets through. Few series draw a segment to the weights of
 * all series of its age, few origins draw those to what is believed before, by default equal weights: a combination fitted on little
 * does worse than the plain mean (Smith & Wallis 2009).
 */
export function fitWeights(
  points: Points,
  origins: number,
  priors: WeightPriors,
  picks: (point: number) => boolean = () => true,
): Float64Array {
  const { members, count, segment } = points
  const bySegment = SEGMENTS.map(() => [] as number[])
  for (let p = 0; p < count; p++) if (picks(p)) bySegment[segment[p]!]!.push(p)
  const trust = origins / (origins + priors.origins)
  const weights = new Float64Array(SEGMENTS.length * members)
  for (const young of [false, true]) {
    const equal = equalWeights(points.forYoung, young)
    const before =
      priors.learned === undefined ? equal : learnedWeights(points.forYoung, young, priors.learned)
    const own = SEGMENTS.map((_, s) => s).filter((s) => isYoungSegment(s) === young)
    const all = thinned(own.flatMap((s) => bySegment[s]!))
    const common = between(before, descend(points, all, equal), trust)
    for (const s of own) {
      const series = points.seriesOf[s]!
      const share = bySegment[s]!.length === 0 ? 0 : series / (series + priors.series)
      const fitted =
        share > 0 ? between(before, descend(points, bySegment[s]!, common), trust) : common
      weights.set(between(common, fitted, share), s * members)
    }
  }
  likeYoung(weights, members, points.seriesOf)
  return weights
}

/** The same weight for every member that has a say on series of that age. */
export function equalWeights(forYoung: Uint8Array, young: boolean): Float64Array {
  const allowed = Float64Array.from(forYoung, (only) => (only === 0 || young ? 1 : 0))
  const sum = allowed.reduce((a, v) => a + v, 0)
  return allowed.map((v) => v / sum)
}

/** `share` for the learned members alike, the rest for the floor (the first member). */
export function learnedWeights(forYoung: Uint8Array, young: boolean, share: number): Float64Array {
  const row = equalWeights(forYoung, young)
  const learned = 1 - row[0]!
  return learned > 0 ? row.map((w, m) => (m === 0 ? 1 - share : (share * w) / learned)) : row
}

const LARGEST_FIT = 12_000

function thinned(points: readonly number[]): readonly number[] {
  const stride = Math.ceil(points.length / LARGEST_FIT)
  return stride <= 1 ? points : points.filter((_, k) => k % stride === 0)
}

function between(a: Float64Array, b: Float64Array, share: number): Float64Array {
  return a.map((v, m) => (1 - share) * v + share * b[m]!)
}

/**
 * Exponentiated gradient (Kivinen & Warmuth 1997) of the pinball loss, which is convex in the
 * weights; the mean of the second half of the iterates.
 */
function descend(points: Points, picked: readonly number[], start: Float64Array): Float64Array {
  const { members } = points
  if (members === 1 || picked.length === 0) return start.slice()
  // Weights that start at zero stay there: members without a say.
  let w = start.map((v) => (v === 0 ? 0 : Math.max(v, 0.02)))
  const mean = new Float64Array(members)
  for (let step = 0; step < STEPS; step++) {
    const { gradient, loss } = slopeAt(points, picked, w)
    if (!(loss > 0)) return start.slice()
    const rate = RATE / Math.sqrt(1 + step / 10)
    const raised = w.map((v, m) => v * Math.exp((-rate * gradient[m]!) / loss))
    const sum = raised.reduce((a, b) => a + b, 0)
    w = raised.map((v) => v / sum)
    if (step >= STEPS / 2) for (let m = 0; m < members; m++) mean[m]! += w[m]! / (STEPS / 2)
  }
  return mean
}

/** Weighted pinball loss and its slope in each weight, summed over points and levels. */
function slopeAt(
  points: Points,
  picked: readonly number[],
  w: Float64Array,
): { gradient: Float64Array; loss: number } {
  const { members, levels, quantiles, actual, weight } = points
  const size = levels.length
  const gradient = new Float64Array(members)
  let loss = 0
  for (const p of picked) {
    const at = p * members * size
    for (let l = 0; l < size; l++) {
      let q = 0
      for (let m = 0; m < members; m++) q += w[m]! * quantiles[at + m * size + l]!
      const error = actual[p]! - q
      const slope = (error >= 0 ? -levels[l]! : 1 - levels[l]!) * weight[p]!
      loss -= slope * error
      for (let m = 0; m < members; m++) gradient[m]! += slope * quantiles[at + m * size + l]!
    }
  }
  return { gradient, loss }
}

/** Scaled pinball loss of point `p` under weights w[from …]. */
export function pointLoss(points: Points, p: number, w: Float64Array, from: number): number {
  const { members, levels, quantiles, actual, weight } = points
  const size = levels.length
  const at = p * members * size
  let loss = 0
  for (let l = 0; l < size; l++) {
    let q = 0
    for (let m = 0; m < members; m++) q += w[from + m]! * quantiles[at + m * size + l]!
    const error = actual[p]! - q
    loss += error >= 0 ? levels[l]! * error : (levels[l]! - 1) * error
  }
  return loss * weight[p]!
}
