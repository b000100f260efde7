/** A monotone map from scores in [0, 1] to how often they were right. */
export interface Calibration {
  /** Upper ends of the score's steps, rising. */
  readonly ends: readonly number[]
  readonly shares: readonly number[]
}

/** Steps of at least this many cases, so that each share means something. */
const FEWEST = 20

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955) over cases sorted by score,
 * in steps of at least 20; a share is (right + 0.5) / (cases + 1). undefined with too few cases.
 */
export function calibrate(
  cases: readonly { readonly score: number; readonly isRight: boolean }[],
): Calibration | undefined {
  if (cases.length < 2 * FEWEST) return undefined
  const sorted = cases.toSorted((a, b) => a.score - b.score)
  const steps: Step[] = []
  for (const { score, isRight } of sorted) {
    const last = steps.at(-1)
    const right = Number(isRight)
    if (last !== undefined && (last.end === score || last.count < FEWEST)) {
      last.end = score
      last.right += right
      last.count++
    } else {
      poolFalling(steps)
      steps.push({ end: score, right, count: 1 })
    }
  }
  poolFalling(steps)
  if (steps.at(-1)!.count < FEWEST) poolLast(steps)
  poolFalling(steps)
  return {
    ends: steps.map(({ end }) => end),
    shares: steps.map(({ right, count }) => (right + 0.5) / (count + 1)),
  }
}

interface Step {
  end: number
  right: number
  count: number
}

function poolFalling(steps: Step[]): void {
  const share = ({ right, count }: Step) => (right + 0.5) / (count + 1)
  while (steps.length > 1 && share(steps.at(-2)!) > share(steps.at(-1)!)) poolLast(steps)
}

function poolLast(steps: Step[]): void {
  if (steps.length < 2) return
  const top = steps.pop()!
  const below = steps.at(-1)!
  below.end = top.end
  below.right += top.right
  below.count += top.count
}

/** How often scores like this one were right. */
export function calibrated({ ends, shares }: Calibration, score: number): number {
  const step = ends.findIndex((end) => score <= end)
  return shares[step < 0 ? shares.length - 1 : step]!
}
