import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { swapSmoothingKnob } from './knobs.ts'

/**
 * Counts of one swap experiment: at each showing the documents meant for two ranks were left in
 * place or exchanged, by a fair coin.
 */
export interface SwapCounts {
  /** Ranks from 0. */
  readonly upper: number
  readonly lower: number
  /** Showings in which they were left and exchanged. */
  readonly left: number
  readonly exchanged: number
  /** Clicks at each rank while left in place, and while exchanged. */
  readonly clicksUpperLeft: number
  readonly clicksLowerLeft: number
  readonly clicksUpperExchanged: number
  readonly clicksLowerExchanged: number
}

/**
 * Examination by rank from swap experiments (Joachims, Swaminathan & Schnabel 2017, 5.3): over both
 * halves each rank showed the same documents, so the ratio of its click rates is that of examination.
 * Ratios of all pairs are joined by weighted least squares on log γ; neighbours pull at each other
 * with the weight of `search.click-swap-smoothing` clicks, which fills ranks that no swap reached.
 * The most examined rank is 1. Throws ERR_ARGUMENT on ranks outside and on negative counts.
 */
export function examinationFromSwaps(
  swaps: readonly SwapCounts[],
  ranks: number,
  knobs?: KnobSettings,
): Float64Array {
  requireArgument(Number.isInteger(ranks) && ranks >= 1, `ranks is ${ranks}`)
  const smoothing = readKnob(swapSmoothingKnob, knobs)
  const equations = newEquations(ranks)
  for (let r = 0; r + 1 < ranks; r++) addDifference(equations, r + 1, r, 0, smoothing)
  for (const swap of swaps) addSwap(equations, swap)
  // Only differences are known: holding rank 0 fixes the level, which the division below removes.
  equations.matrix[0]! += 1
  const logs = solvePositive(equations)
  const most = logs.reduce((a, b) => Math.max(a, b))
  return logs.map((log) => Math.exp(log - most))
}

interface Equations {
  readonly size: number
  readonly matrix: Float64Array
  readonly right: Float64Array
}

function newEquations(size: number): Equations {
  return { size, matrix: new Float64Array(size * size), right: new Float64Array(size) }
}

/** weight × (x_a − x_b − value)². */
function addDifference(to: Equations, a: number, b: number, value: number, weight: number): void {
  const { size, matrix, right } = to
  matrix[a * size + a]! += weight
  matrix[b * size + b]! += weight
  matrix[a * size + b]! -= weight
  matrix[b * size + a]! -= weight
  right[a]! += weight * value
  right[b]! -= weight * value
}

function addSwap(equations: Equations, swap: SwapCounts): void {
  const { upper, lower, left, exchanged } = swap
  const isIn = (rank: number) => Number.isInteger(rank) && rank >= 0 && rank < equations.size
  requireArgument(isIn(upper) && isIn(lower) && upper !== lower, `swap of ranks ${upper}, ${lower}`)
  const counts = Object.values(swap) as number[]
  requireArgument(
    counts.every((count) => count >= 0),
    'a swap has a negative count',
  )
  if (left <= 0 || exchanged <= 0) return
  // Halves of unequal size are scaled to the same showings, so that both ranks show both documents alike.
  const scale = left / exchanged
  const upperClicks = swap.clicksUpperLeft + scale * swap.clicksUpperExchanged
  const lowerClicks = swap.clicksLowerLeft + scale * swap.clicksLowerExchanged
  const [u, l] = [upperClicks + 0.5, lowerClicks + 0.5]
  // Variance of a log ratio of counts: 1/u + 1/l.
  if (upperClicks + lowerClicks > 0) {
    addDifference(equations, lower, upper, Math.log(l / u), (u * l) / (u + l))
  }
}

/** Solves a symmetric positive definite system by elimination. */
function solvePositive({ size, matrix, right }: Equations): Float64Array {
  const a = matrix.slice()
  const x = right.slice()
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const factor = a[j * size + i]! / a[i * size + i]!
      if (factor === 0) continue
      for (let k = i; k < size; k++) a[j * size + k]! -= factor * a[i * size + k]!
      x[j]! -= factor * x[i]!
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= a[i * size + k]! * x[k]!
    x[i]! /= a[i * size + i]!
  }
  return x
}
