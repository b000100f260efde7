import { normalQuantile } from '../../core/distributions/normal.ts'
import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import { joinHistories, stepsAhead } from '../axis.ts'
import type { FittedLoad, ForecastRange, LoadContext, LoadForecast, LoadHistory } from '../types.ts'
import { type Course, courseOf } from './course.ts'
import { addEventShape, type EventShapes, learnEventShapes } from './event-shape.ts'
import { placeSteps } from './grid.ts'
import { LONG_KNOBS } from './knobs.ts'
import { fitLong, type LongModel } from './long-model.ts'
import { notesOf } from './notes.ts'
import { partsOf } from './parts.ts'
import { preparePaths } from './paths.ts'
import { type ShapeResiduals, shapeResiduals, varianceOn } from './residuals.ts'
import { shapeOn } from './shape.ts'

/** A model with what its shapes were off by. */
export interface Fitted {
  readonly model: LongModel
  readonly shapes: EventShapes
  readonly residuals: ShapeResiduals
}

/** A range laid out in buckets and slots, with the expected log load of each step. */
export interface Laid {
  readonly fitted: Fitted
  readonly course: Course
  /** [count] place of each step in the course, and its slot. */
  readonly at: Int32Array
  readonly slot: Int32Array
  /** [course.count × slots] log load over the level. */
  readonly shape: Float64Array
  /** [count] mean and standard deviation of the log load. */
  readonly logMean: Float64Array
  readonly logSpread: Float64Array
}

/** Fits the shape's events and residuals to a model; `lent` are shapes of events that likes know. */
export function finishFit(model: LongModel, lent?: EventShapes): Fitted {
  const { days, grid, layout, events, shape } = model
  const shapes = learnEventShapes(days, grid, layout, events, shape, lent)
  const residuals = shapeResiduals(days, grid.firstDay, (b) => {
    return expectedShape(model, shapes, grid.firstDay + b)
  })
  return { model, shapes, residuals }
}

function expectedShape(model: LongModel, shapes: EventShapes, day: number): Float64Array {
  const shape = shapeOn(model.shape, day)
  for (const event of model.events) addEventShape(shape, shapes, model.layout, event, day)
  return shape
}

/** Lays a range out; throws ERR_ARGUMENT on one before the end of the history or off its steps. */
export function layOut(
  fitted: Fitted,
  { axis }: LoadHistory,
  range: ForecastRange,
  settings: KnobSettings,
): Laid {
  stepsAhead(axis, range)
  const { model, shapes, residuals } = fitted
  const { grid } = model
  const placed = placeSteps(grid, range.startMs, range.count)
  const halfLife = readKnob(LONG_KNOBS.growthHalfLife, settings)
  const course = courseOf(model, placed.bucket.at(-1)! + 1, halfLife, model.spread)
  const shape = new Float64Array(course.count * grid.slots)
  const at = placed.bucket.map((b) => b - course.from)
  for (let h = at[0]!; h < course.count && grid.slots > 1; h++) {
    shape.set(expectedShape(model, shapes, grid.firstDay + course.from + h), h * grid.slots)
  }
  const noise = model.dynamics.noise ** 2
  const logMean = new Float64Array(range.count)
  const logSpread = new Float64Array(range.count)
  for (let t = 0; t < range.count; t++) {
    const h = at[t]!
    const day = grid.firstDay + course.from + h
    const own = grid.slots > 1 ? varianceOn(residuals, day)[placed.slot[t]!]! : 0
    logMean[t] = course.mean[h]! + shape[h * grid.slots + placed.slot[t]!]!
    logSpread[t] = Math.sqrt(course.variance[h]! + course.unsettled[h]! + noise + own)
  }
  return { fitted, course, at, slot: placed.slot, shape, logMean, logSpread }
}

/** How a longer history is fitted. */
export type Refit = (longer: LoadHistory) => Fitted

/** The fitted forecaster over a history; further steps are read by `refit`. */
export function fittedLoad(
  history: LoadHistory,
  context: LoadContext,
  settings: KnobSettings,
  fitted: Fitted,
  refit: Refit = refitWith(context, settings, fitted),
): FittedLoad {
  return {
    notes: notesOf(fitted),
    leftOut: fitted.model.leftOut,
    forecast: (range) => forecastOf(history, context, settings, fitted, range),
    extend(further) {
      const longer = joinHistories(history, further)
      return fittedLoad(longer, context, settings, refit(longer), refit)
    },
  }
}

/** Further steps are read with the dynamics as they are: no search. */
function refitWith(context: LoadContext, settings: KnobSettings, { model }: Fitted): Refit {
  const { dynamics } = model
  return (longer) => finishFit(fitLong(longer, context, settings, { dynamics }))
}

function forecastOf(
  history: LoadHistory,
  context: LoadContext,
  settings: KnobSettings,
  fitted: Fitted,
  range: ForecastRange,
): LoadForecast {
  const laid = layOut(fitted, history, range, settings)
  const { logMean, logSpread } = laid
  const { offset } = fitted.model.days
  const back = (log: number) => Math.max(0, Math.exp(log) - offset)
  const random = createRandom(context.seed)
  const shared = readKnob(LONG_KNOBS.sharedError, settings)
  const paths = preparePaths(laid, random, history.group, shared)
  const mean = logMean.map((mu, t) => back(mu + 0.5 * logSpread[t]! ** 2))
  return {
    axis: { startMs: range.startMs, stepMs: history.axis.stepMs, count: range.count },
    mean,
    quantile(level) {
      requireArgument(level > 0 && level < 1, `quantile ${level}; give more than 0, less than 1`)
      const z = normalQuantile(level)
      return logMean.map((mu, t) => back(mu + z * logSpread[t]!))
    },
    pathCount: paths.count,
    path: paths.path,
    parts: () => partsOf(laid, mean),
  }
}
