import { requireArgument } from '../errors.ts'
import { meanPinballLoss } from '../quantiles.ts'
import { type Kernel, loadKernel } from './load-kernel.ts'

interface PinballKernel extends Kernel {
  pinballSum(
    actuals: number,
    quantiles: number,
    levels: number,
    points: number,
    levelCount: number,
  ): number
}

/** True when the compiled kernel is used; false when the plain path stands in. */
export const hasPinballKernel = () => kernel !== undefined

const kernel = loadKernel<PinballKernel>('pinball')

/**
 * Mean pinball loss over points and levels, by the compiled kernel: the same number as
 * meanPinballLoss up to the order of summation. quantiles: points × levels, row-major.
 */
export function fastMeanPinballLoss(
  actuals: Float64Array,
  quantiles: Float64Array,
  levels: Float64Array,
): number {
  const points = actuals.length
  const levelCount = levels.length
  requireArgument(
    quantiles.length === points * levelCount,
    `quantiles: ${quantiles.length} numbers, not ${points} points × ${levelCount} levels`,
  )
  const base = kernel?.reserve((points + quantiles.length + levelCount) * 8) ?? 0
  if (kernel === undefined || base === 0) return meanPinballLoss(actuals, quantiles, levels)
  const heap = new Float64Array(kernel.memory.buffer)
  const at = base / 8
  heap.set(actuals, at)
  heap.set(quantiles, at + points)
  heap.set(levels, at + points + quantiles.length)
  const quantilesAt = base + points * 8
  const levelsAt = quantilesAt + quantiles.length * 8
  return kernel.pinballSum(base, quantilesAt, levelsAt, points, levelCount) / quantiles.length
}
