import { type ForecastNetShape, spacedForks } from '../models/shape.ts'
import { featureWidths } from '../series/features.ts'
import { MEMORY_WIDTH } from '../series/memory.ts'
import type { PreparedSet } from '../series/prepare.ts'
import type { TrainingOptions } from '../training/train.ts'

/** A net small enough to be trained in a test, for a set. */
export function smallShape(prepared: PreparedSet, remembers: boolean): ForecastNetShape {
  const widths = featureWidths(prepared)
  return {
    encoder: 'conv',
    horizon: prepared.options.horizon,
    levels: [0.1, 0.5, 0.9],
    pastWidth: widths.past,
    aheadWidth: widths.ahead,
    forkWidth: widths.fork,
    categories: [],
    numbers: 0,
    ...(remembers ? { memory: { slots: 8, width: MEMORY_WIDTH, keys: 4 } } : {}),
    dilations: [1, 2, 4, 8],
    filters: 8,
    staticUnits: 4,
    contextUnits: 16,
    decoderUnits: 16,
    horizonUnits: 2,
    sharedUnits: 8,
    summaryUnits: 1,
    dropout: 0.1,
    history: true,
  }
}

/** How such a net is trained in seconds. */
export function smallOptions(
  shape: ForecastNetShape,
  trainEnd: number,
  steps: number,
): TrainingOptions {
  return {
    plan: spacedForks(shape, 4, 4),
    squeeze: 'asinh',
    batch: 32,
    steps,
    learningRate: 0.01,
    weightDecay: 0.01,
    clipNorm: 1,
    lookEvery: 20,
    patience: 100,
    trainEnd,
    scalePower: 0,
    recency: 0,
    coldShare: 0.02,
    holdoutShare: 0.2,
    holdoutSteps: shape.horizon,
    seed: 1,
    workers: 1,
  }
}
