import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { nets } from '../../../learn/index.ts'
import * as knobs from './knobs.ts'

/** Levels that the nets learn; others are read off between and beyond them. */
export const TRAINED_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const

/** Dilations where a short season gives the past a pattern, and where it has none. */
const LONG_PAST = [1, 2, 4, 8, 16, 32]
const SHORT_PAST = [1, 2, 4, 8]
/** Steps a recurrent encoder reads. */
const MOST_BATCH = 256
const LEAST_BATCH = 8
const LEAST_STEPS = 40
const LOOKS = 15
const PATIENCE = 5
/** Held-out windows without which the end of training is not chosen by them. */
const FEWEST_HELD_OUT = 30
/** Part of the history that may be held out. */
const HOLDOUT_PART = 0.15

/** Sizes of the net for a set. */
export function chooseShape(
  encoder: nets.EncoderKind,
  prepared: nets.PreparedSet,
  settings: KnobSettings,
): nets.ForecastNetShape {
  const { set, options } = prepared
  const widths = nets.featureWidths(prepared)
  const dilations = options.seasons.short > 1 ? LONG_PAST : SHORT_PAST
  const isRecurrent = encoder !== 'conv'
  return {
    encoder,
    horizon: options.horizon,
    levels: TRAINED_LEVELS,
    pastWidth: widths.past,
    aheadWidth: widths.ahead,
    forkWidth: widths.fork,
    categories: (set.categories ?? []).map(({ rows }) => ({ rows, width: embeddingWidth(rows) })),
    numbers: set.numbers?.width ?? 0,
    ...(set.words && { words: { rows: set.words.buckets, width: 8, length: set.words.length } }),
    ...(set.occasions && { memory: { slots: 12, width: nets.MEMORY_WIDTH, keys: 4 } }),
    dilations: isRecurrent && dilations === LONG_PAST ? LONG_PAST.slice(0, -1) : dilations,
    filters: readKnob(knobs.filters, settings),
    staticUnits: 16,
    contextUnits: 48,
    decoderUnits: 32,
    horizonUnits: 4,
    sharedUnits: 16,
    summaryUnits: 2,
    dropout: readKnob(knobs.dropout, settings),
    history: options.seasons.short > 1,
  }
}

const embeddingWidth = (rows: number) => Math.max(2, Math.min(8, Math.ceil(1.6 * rows ** 0.35)))

/** How a net of that shape is trained on a set, within the budget of the knobs. */
export function chooseTraining(
  prepared: nets.PreparedSet,
  shape: nets.ForecastNetShape,
  trainEnd: number,
  settings: KnobSettings,
): Omit<nets.TrainingOptions, 'seed' | 'workers'> {
  const { set, options } = prepared
  const observations = set.values.length
  const forks = readKnob(knobs.forks, settings)
  const stride = options.seasons.short > 1 ? 16 : 4
  const batch = clamp(2 ** Math.round(Math.log2(observations / 64 + 1)), LEAST_BATCH, MOST_BATCH)
  const wanted = (readKnob(knobs.epochs, settings) * observations) / (batch * forks)
  const budget = readKnob(knobs.stepBudget, settings)
  const most = readKnob(knobs.mostSteps, settings)
  const steps = budget > 0 ? budget : clamp(Math.ceil(wanted), Math.min(LEAST_STEPS, most), most)
  const count = set.firstStep.length
  const share = readKnob(knobs.holdoutShare, settings)
  const span = trainEnd - set.firstStep.reduce((a, b) => Math.min(a, b), trainEnd)
  return {
    plan: nets.spacedForks(shape, forks, stride),
    squeeze: 'asinh',
    batch,
    steps,
    trainEnd,
    learningRate: readKnob(knobs.learningRate, settings),
    weightDecay: readKnob(knobs.weightDecay, settings),
    clipNorm: 1,
    lookEvery: Math.max(1, Math.ceil(steps / LOOKS)),
    patience: PATIENCE,
    scalePower: readKnob(knobs.scalePower, settings),
    coldShare: readKnob(knobs.coldShare, settings),
    holdoutShare: share * count >= FEWEST_HELD_OUT ? share : 0,
    holdoutSteps: Math.max(1, Math.min(options.horizon, Math.floor(HOLDOUT_PART * span))),
  }
}

const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x))
