import type { Mix, Verdict } from './judge.ts'

/** Which mix serves, and why. */
export interface Decision {
  readonly mix: Mix
  /** Loss relative to the floor's on past windows; NaN where nothing was judged. */
  readonly ratio: number
  readonly isJudged: boolean
}

/** What a decision weighs. */
export interface DecideOptions {
  /** Windows that the mean over all series counts as. */
  readonly shrink: number
  /** Gain over the floor that is asked for. */
  readonly margin: number
  /** What each further member of a mix must gain. */
  readonly memberPrice: number
  /** The mix that serves where nothing can be judged. */
  readonly unjudged: Mix
}

/** The mean of verdicts, weighed by their windows: what is best for all series. */
export function poolVerdicts(verdicts: readonly Verdict[], mixes: number): Float64Array {
  return Float64Array.from({ length: mixes }, (_, m) => {
    let sum = 0
    let windows = 0
    for (const verdict of verdicts) {
      const value = verdict.logRatios[m]!
      if (Number.isNaN(value)) continue
      sum += value * verdict.windows
      windows += verdict.windows
    }
    return windows > 0 ? sum / windows : Number.NaN
  })
}

/**
 * The mix with the least loss, each series' own verdict shrunk towards that of all: (n · own + k · all)
 * / (n + k). The floor (mix 0) stays unless another gains more than the margin.
 */
export function decide(
  verdict: Verdict,
  pooled: Float64Array,
  mixes: readonly Mix[],
  { shrink, margin, memberPrice, unjudged }: DecideOptions,
): Decision {
  if (verdict.windows === 0) return { mix: unjudged, ratio: Number.NaN, isJudged: false }
  let best = 0
  let bestScore = -margin
  mixes.forEach((mix, m) => {
    const own = verdict.logRatios[m]!
    if (m === 0 || Number.isNaN(own)) return
    const all = Number.isNaN(pooled[m]!) ? own : pooled[m]!
    const members = mix.filter((weight) => weight > 0).length
    const score =
      (verdict.windows * own + shrink * all) / (verdict.windows + shrink) +
      memberPrice * (members - 1)
    if (score >= bestScore) return
    best = m
    bestScore = score
  })
  return { mix: mixes[best]!, ratio: Math.exp(verdict.logRatios[best]!), isJudged: true }
}
