import { DAY_MS } from '../core/calendar.ts'
import { requireArgument } from '../core/errors.ts'
import { type KnobSettings, readKnob } from '../core/knobs.ts'
import { requireLoad } from './axis.ts'
import {
  type Lender,
  lenderWeights,
  lentBelief,
  lentDynamics,
  lentEventShapes,
  lentKinds,
  lentSpreads,
} from './long/borrow.ts'
import { buildRows, layoutOf } from './long/columns.ts'
import { eventDays } from './long/event-columns.ts'
import { firstLevel, priorBelief, runFilter } from './long/fit-level.ts'
import { type Fitted, finishFit, fittedLoad } from './long/fitted.ts'
import { gridOf, isLongGrain } from './long/grid.ts'
import { unsettledBuckets } from './long/kind-spreads.ts'
import { LONG_KNOBS } from './long/knobs.ts'
import { fitLong, type LongModel, readDays } from './long/long-model.ts'
import { fitShape, mixShapes, shapeOn } from './long/shape.ts'
import type { LoadContext, LoadForecaster, LoadHistory } from './types.ts'

/** A series with a past that a new one is like. */
export interface Like {
  readonly history: LoadHistory
  /** 0 … 1: how alike; 1 says that only what likes differ by tells them apart. */
  readonly similarity: number
}

/** Days of its own that a series must show before half of its shape of the day is its own. */
const SHAPE_RIDGE_DAYS = 10
/** Series with fewer days draw the residual shapes of their paths from their nearest like. */
const OWN_RESIDUAL_DAYS = 60

/**
 * A forecaster of series with days of history, by their likes: seasons, growth, event profiles and the
 * shape of the day are the likes' mean, weighted by similarity, and move to the series' own as its days
 * come in; the level is its own from the first day. Likes have the steps of the series. Throws
 * ERR_ARGUMENT without likes or on a similarity outside 0 … 1.
 */
export function likesForecaster(
  likes: readonly Like[],
  settings: KnobSettings = {},
): LoadForecaster {
  requireArgument(
    likes.some(({ similarity }) => similarity > 0),
    'likes: give at least one series with a similarity above 0',
  )
  for (const { similarity } of likes) {
    requireArgument(similarity >= 0 && similarity <= 1, 'likes: similarity lies in 0 … 1')
  }
  const suits = ({ axis, values }: LoadHistory) => {
    return (
      isLongGrain(axis.stepMs) &&
      likes.every(({ history }) => history.axis.stepMs === axis.stepMs) &&
      values.filter((v) => !Number.isNaN(v)).length * axis.stepMs >= DAY_MS
    )
  }
  const lendersOf = oncePerContext((context) => {
    return likes
      .filter(({ similarity }) => similarity > 0)
      .map(({ history, similarity }): Lender => {
        return { similarity, fitted: finishFit(fitLong(history, context, settings)) }
      })
  })
  return {
    name: 'likes',
    suits,
    fit(history, context) {
      requireLoad(history, context)
      requireArgument(suits(history), 'likes needs a day of history on the steps of the likes')
      const lenders = lendersOf(context)
      const refit = (longer: LoadHistory) => fitByLikes(longer, context, settings, lenders)
      return fittedLoad(history, context, settings, refit(history), refit)
    },
  }
}

/** Likes are fitted once for all new series that are asked for with the same context. */
function oncePerContext(fit: (context: LoadContext) => Lender[]): typeof fit {
  const known = new WeakMap<LoadContext, Lender[]>()
  return (context) => {
    const lenders = known.get(context) ?? fit(context)
    known.set(context, lenders)
    return lenders
  }
}

function fitByLikes(
  history: LoadHistory,
  context: LoadContext,
  settings: KnobSettings,
  lenders: readonly Lender[],
): Fitted {
  const grid = gridOf(history.axis, context.zone)
  const { days, leftOut } = readDays(history, grid, context, settings)
  const events = eventDays(context.events, history.group, grid)
  const harmonics = Math.max(...lenders.map(({ fitted }) => fitted.model.layout.harmonics))
  const layout = layoutOf(harmonics, grid.bucketDays, (start) => lentKinds(lenders, start))
  const dynamics = lentDynamics(lenders)
  const kindSpreads = lentSpreads(lenders, layout.kinds)
  const priors = {
    growthSpread: readKnob(LONG_KNOBS.growthSpread, settings),
    levelDrift: readKnob(LONG_KNOBS.levelDrift, settings),
    kindSpreads,
  }
  const start = firstLevel(days.level, grid.bucketDays)
  const plain = priorBelief(layout, dynamics, priors, start)
  const { belief } = runFilter(
    {
      level: days.level,
      rows: buildRows(layout, grid, events, 0, days.count),
      layout,
      bucketDays: grid.bucketDays,
      priors,
      shocks: new Map(),
      unsettled: unsettledBuckets(layout, grid, events, kindSpreads),
      before: lentBelief(lenders, layout, plain),
    },
    dynamics,
  )
  const weights = lenderWeights(lenders)
  const spread = lenders.reduce((sum, { fitted }, i) => sum + weights[i]! * fitted.model.spread, 0)
  const common = { grid, days, layout, dynamics, events, breaks: [], belief, kindSpreads, spread }
  const shape = shapeByLikes({ ...common, leftOut }, lenders, weights, settings)
  const fitted = finishFit({ ...common, shape, leftOut }, lentEventShapes(lenders, layout))
  return days.count < OWN_RESIDUAL_DAYS ? withLentResiduals(fitted, lenders) : fitted
}

/** The likes' shape of the day, and what the series' own days say beside it. */
function shapeByLikes(
  { days, grid }: Omit<LongModel, 'shape'>,
  lenders: readonly Lender[],
  weights: readonly number[],
  settings: KnobSettings,
): LongModel['shape'] {
  const lent = mixShapes(
    lenders.map(({ fitted }) => fitted.model.shape),
    weights,
  )
  const beside = days.shape.slice()
  for (let b = 0; b < days.count && days.slots > 1; b++) {
    const usual = shapeOn(lent, grid.firstDay + b)
    for (let s = 0; s < days.slots; s++) beside[b * days.slots + s]! -= usual[s]!
  }
  const halfLifeDays = 365 * readKnob(LONG_KNOBS.shapeHalfLife, settings)
  const own = fitShape({ ...days, shape: beside }, grid, halfLifeDays, () => true, SHAPE_RIDGE_DAYS)
  return mixShapes([own, lent], [1, 1])
}

/** Days too few to draw from: the residual shapes of the nearest like. */
function withLentResiduals(fitted: Fitted, lenders: readonly Lender[]): Fitted {
  const nearest = lenders.reduce((best, one) => (one.similarity > best.similarity ? one : best))
  return { ...fitted, residuals: nearest.fitted.residuals }
}
