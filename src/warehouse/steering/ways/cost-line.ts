/** The cost of one way to run statements, as a line over counts of rows, learned as it is used. */
export interface CostLine {
  /** Expected CPU, ms, of a run with these counts. */
  expect(counts: readonly number[]): number
  /** How far the log of a run's CPU is off, about. */
  readonly spread: number
  /** A run took `cpuMs`; `isCut`: it was stopped there, and would have taken longer. */
  learn(counts: readonly number[], cpuMs: number, isCut: boolean): void
  save(): SavedCostLine
}

export interface SavedCostLine {
  readonly weights: readonly number[]
  readonly covariance: readonly number[]
  readonly variance: number
  readonly runs: number
}

/** How far a weight may be off at first, as a share of it. */
const PRIOR_SPREAD = 1
/** A weight never falls below this share of its first value: counting rows is never free. */
const LEAST_SHARE = 0.05
/** Runs that the first spread counts for, and after which old runs fade. */
const PRIOR_RUNS = 6
const MOST_RUNS = 64
/** Residuals beyond so many spreads pull no further: one odd plan says little of the others. */
const MOST_SPREADS = 2
/** What is stopped is taken to have been so much longer. */
const CUT_TIMES = 1.5

/**
 * A line of these first weights (CPU ms a count), whose runs are off by `spread` (log). Recursive least
 * squares with errors in proportion to the cost (Kalman update, x̂ ← x̂ + K (y − c·x̂), innovations
 * clipped as by Huber), so that weights are those of this machine after some runs.
 */
export function createCostLine(
  first: readonly number[],
  spread: number,
  saved?: SavedCostLine,
): CostLine {
  const n = first.length
  const isSame = saved !== undefined && saved.weights.length === n
  const weights = Float64Array.from(isSame ? saved.weights : first)
  const covariance = Float64Array.from(isSame ? saved.covariance : new Array<number>(n * n).fill(0))
  if (!isSame) {
    for (const [i, w] of first.entries()) covariance[i * n + i] = (PRIOR_SPREAD * w) ** 2
  }
  let variance = isSame ? saved.variance : spread ** 2
  let runs = isSame ? saved.runs : 0
  const expect = (counts: readonly number[]) =>
    Math.max(
      0.05,
      counts.reduce((sum, x, i) => sum + x * weights[i]!, 0),
    )
  return {
    expect,
    get spread() {
      return Math.sqrt(variance)
    },
    learn(counts, cpuMs, isCut) {
      const expected = expect(counts)
      const found = isCut ? Math.max(expected, CUT_TIMES * cpuMs) : cpuMs
      const log = Math.log(Math.max(found, 0.05) / expected)
      runs = Math.min(MOST_RUNS, runs + 1)
      variance += (log ** 2 - variance) / (runs + PRIOR_RUNS)
      const noise = variance * Math.max(found, expected) ** 2
      update(weights, covariance, counts, found - expected, noise)
      for (let i = 0; i < n; i++) {
        weights[i] = Math.max(weights[i]!, LEAST_SHARE * first[i]!)
      }
    },
    save: () => ({ weights: [...weights], covariance: [...covariance], variance, runs }),
  }
}

function update(
  weights: Float64Array,
  covariance: Float64Array,
  counts: readonly number[],
  error: number,
  noise: number,
): void {
  const n = weights.length
  const gain = counts.map((_, i) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += covariance[i * n + j]! * counts[j]!
    return sum
  })
  const total = noise + gain.reduce((sum, g, i) => sum + g * counts[i]!, 0)
  const most = MOST_SPREADS * Math.sqrt(total)
  const pull = Math.max(-most, Math.min(most, error)) / total
  for (let i = 0; i < n; i++) {
    weights[i]! += gain[i]! * pull
    for (let j = 0; j < n; j++) covariance[i * n + j]! -= (gain[i]! * gain[j]!) / total
  }
}
