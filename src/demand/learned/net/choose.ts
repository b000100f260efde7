import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { nets } from '../../../learn/index.ts'
import * as knobs from './knobs.ts'

/** Levels that the nets learn; others are read off between and beyond them. */
export const TRAINED_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const

/** Dilations where a short season gives the past a pattern, and where it has none. */
const LONG_PAST = [1, 2, 4, 8, 16, 32]
const SHORT_PAST = [1, 2, 4, 8]
/** Steps from fork to fork: powers of two, so that forks share what the convolutions compute. */
const LONG_STRIDE = 16
const SHORT_STRIDE = 4
const MOST_BATCH = 256
const LEAST_BATCH = 8
const LEAST_STEPS = 40
const LOOKS = 15
const PATIENCE = 5
/** Held-out windows without which the end of training is not chosen by them. */
const FEWEST_HELD_OUT = 30
/** Times the held-out steps that must be there for them to be held out of all series. */
const LEAST_HOLDOUTS = 2.5
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
  const { options } = prepared
  const forks = readKnob(knobs.forks, settings)
  const size = sizeBefore(prepared, trainEnd)
  const batch = clamp(2 ** Math.round(Math.log2(size.values / 64 + 1)), LEAST_BATCH, MOST_BATCH)
  const steps = chooseSteps(size, batch * forks, settings)
  const holdoutSteps = Math.max(1, Math.min(options.horizon, Math.floor(HOLDOUT_PART * size.span)))
  const share = holdoutShareOf(prepared, size.moments, holdoutSteps, settings)
  return {
    plan: nets.spacedForks(shape, forks, options.seasons.short > 1 ? LONG_STRIDE : SHORT_STRIDE),
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
    recency: readKnob(knobs.recency, settings),
    coldShare: readKnob(knobs.coldShare, settings),
    holdoutShare: share,
    holdoutSteps,
  }
}

/** How many nets are averaged: where moments are few, one seed's luck is large and a net is cheap. */
export function chooseMembers({ options }: nets.PreparedSet, settings: KnobSettings): number {
  const wanted = readKnob(knobs.members, settings)
  if (wanted > 0) return wanted
  return options.seasons.short > 1 ? 1 : 3
}

interface SetSize {
  /** Values before the end of training. */
  readonly values: number
  /** Steps from the first value to the end of training. */
  readonly span: number
  /** Steps that can teach. Without a short season: those that have a like a season before. */
  readonly moments: number
}

function sizeBefore({ set, options }: nets.PreparedSet, trainEnd: number): SetSize {
  let values = 0
  let first = trainEnd
  set.firstStep.forEach((step, i) => {
    values += clamp(trainEnd - step, 0, set.offsets[i + 1]! - set.offsets[i]!)
    first = Math.min(first, step)
  })
  const { short, long } = options.seasons
  const span = trainEnd - first
  return { values, span, moments: short > 1 ? span : Math.max(0, span - long) }
}

/** As many steps as look at each value some times, within what time and moments allow. */
function chooseSteps({ values, moments }: SetSize, forksAStep: number, settings: KnobSettings) {
  const budget = readKnob(knobs.stepBudget, settings)
  if (budget > 0) return budget
  const wanted = Math.ceil((readKnob(knobs.epochs, settings) * values) / forksAStep)
  const byMoments = Math.ceil(readKnob(knobs.stepsAMoment, settings) * moments)
  const most = Math.min(readKnob(knobs.mostSteps, settings), Math.max(LEAST_STEPS, byMoments))
  return clamp(wanted, Math.min(LEAST_STEPS, most), most)
}

/**
 * Share of the series whose newest steps are held out. Without a short season all series share few
 * moments, so that only steps which none of them has learned from can judge: all are held out, where
 * enough remain.
 */
function holdoutShareOf(
  { set, options }: nets.PreparedSet,
  moments: number,
  holdoutSteps: number,
  settings: KnobSettings,
): number {
  if (options.seasons.short === 1) return moments >= LEAST_HOLDOUTS * holdoutSteps ? 1 : 0
  const share = readKnob(knobs.holdoutShare, settings)
  return share * set.firstStep.length >= FEWEST_HELD_OUT ? share : 0
}

const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x))
