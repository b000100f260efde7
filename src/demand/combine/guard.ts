import type { Points } from './points.ts'
import { isYoungSegment, likeYoung, SEGMENTS } from './segments.ts'
import { fitWeights, pointLoss, type WeightPriors } from './weights.ts'

/** How the combination did against the floor on points that its weights were not fitted on. */
export interface GuardVerdict {
  /** Loss of the combination over that of the floor by segment, drawn towards that of all of its age. */
  readonly ratio: Float64Array
  /** Whether the combination is used, by segment. */
  readonly used: Uint8Array
}

/**
 * Compares the combination with the floor (member 0) on held-out folds: origins, or, where there is
 * one origin alone, halves of the series; halves share what happened to all of them, so that the
 * margin counts double. The floor stays where the ratio is not below 1 − margin · √(k / (n + k)): the
 * more series a segment has, the surer a small gain is (k = knob demand.segment-prior). Where `priors`
 * believe the learned members from the start, the floor comes back only if it is ahead by that margin.
 */
export function guardSegments(
  points: Points,
  origins: number,
  priors: WeightPriors,
  margin: number,
): GuardVerdict {
  const { members, count, folds, segment, fold } = points
  const ours = new Float64Array(SEGMENTS.length)
  const floors = new Float64Array(SEGMENTS.length)
  const floor = Float64Array.from({ length: members }, (_, m) => (m === 0 ? 1 : 0))
  for (let f = 0; f < folds; f++) {
    const known = Math.max(1, origins - 1)
    const weights = fitWeights(points, known, priors, (p) => fold[p] !== f)
    for (let p = 0; p < count; p++) {
      if (fold[p] !== f) continue
      const s = segment[p]!
      ours[s]! += pointLoss(points, p, weights, s * members)
      floors[s]! += pointLoss(points, p, floor, 0)
    }
  }
  const ratioOf = (counts: (s: number) => boolean) => {
    const sum = (values: Float64Array) =>
      values.reduce((total, v, s) => total + (counts(s) ? v : 0), 0)
    return sum(floors) > 0 ? sum(ours) / sum(floors) : undefined
  }
  const all = ratioOf(() => true) ?? 1
  const common = [false, true].map((young) => ratioOf((s) => isYoungSegment(s) === young) ?? all)
  const ratio = ours.map((loss, s) => {
    const n = points.seriesOf[s]!
    const alike = common[isYoungSegment(s) ? 1 : 0]!
    const own = floors[s]! > 0 ? loss / floors[s]! : alike
    return n + priors.series > 0 ? (n * own + priors.series * alike) / (n + priors.series) : alike
  })
  likeYoung(ratio, 1, points.seriesOf)
  const asked = (s: number) => {
    const n = points.seriesOf[s]!
    const doubt = n > 0 ? Math.sqrt(priors.series / (n + priors.series)) : 1
    // Where the learned are believed before they are judged, it is the floor that has to be ahead.
    const side = (priors.learned ?? 0) > 0.5 ? 1 : -1
    return 1 + side * margin * doubt * (origins > 1 ? 1 : 2)
  }
  return { ratio, used: Uint8Array.from(ratio, (r, s) => (r < asked(s) ? 1 : 0)) }
}
