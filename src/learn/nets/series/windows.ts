import type { FloatArray, Predictor } from '../graph/index.ts'
import { categoryInput, INPUTS } from '../models/forecast-net.ts'
import type { ForecastNetShape, ForkPlan } from '../models/shape.ts'
import {
  featureWidths,
  LARGEST,
  type Squeeze,
  writeAhead,
  writeFork,
  writePast,
} from './features.ts'
import { MEMORY_WIDTH, recallSteps, writeMemory, writeMemoryMask } from './memory.ts'
import type { PreparedSet } from './prepare.ts'
import { createRecentQuantiles } from './recent.ts'
import {
  createForkView,
  type ForkView,
  knownValue,
  likeBefore,
  plainForecast,
  viewFork,
} from './reference.ts'

/** Which targets a loss may look at, and how much they count. */
export interface TargetRule {
  /** Steps from this one on are not learned from. */
  readonly from: number
  readonly end: number
  /** Size of the error of a series that is as bad as another's. */
  readonly unit: number
}

/** Writes windows of a prepared set into the inputs of a net. */
export interface WindowWriter {
  /** Scale of each fork of each sample: batch × forks. */
  readonly scales: Float64Array
  /**
   * Writes the window whose last fork has seen the first `seen` steps of series i as sample `sample`.
   * With a rule, targets and weights too; returns the sum of the weights.
   */
  write(sample: number, i: number, seen: number, rule?: TargetRule): number
}

/** Smallest scaled size that the spread of a step counts with, and its power. */
const LEAST_SPREAD = 0.2
const SPREAD_POWER = 0.75
/** Bounds of the weight of a target. */
const LEAST_WEIGHT = 0.05
const MOST_WEIGHT = 5

/** A writer into `net`, a forecasting net of that shape and plan. */
export function createWindowWriter(
  prepared: PreparedSet,
  shape: ForecastNetShape,
  plan: ForkPlan,
  net: Predictor,
  kind: Squeeze,
): WindowWriter {
  const widths = featureWidths(prepared)
  const { horizon } = shape
  const forks = plan.forks.length
  const floats = (name: string) => net.input(name) as FloatArray
  const past = floats(INPUTS.past)
  const ahead = floats(INPUTS.ahead)
  const fork = floats(INPUTS.fork)
  const reference = floats(INPUTS.reference)
  const spread = floats(INPUTS.spread)
  const history = shape.history ? floats(INPUTS.history) : undefined
  const recent = createRecentQuantiles(prepared, shape.levels)
  const view = createForkView(prepared)
  const scales = new Float64Array(net.batch * forks)
  const targets = createTargetWriter(prepared, net, forks * horizon)
  const statics = createStaticWriter(prepared, shape, net)
  const memory = createMemoryWriter(prepared, shape, plan, net)
  const lastFork = plan.forks[forks - 1]!
  return {
    scales,
    write(sample, i, seen, rule) {
      viewFork(prepared, view, i, seen - lastFork + plan.forks[0]!)
      const windowLevel = view.level
      for (let p = 0; p < plan.window; p++) {
        const at = (sample * plan.window + p) * widths.past
        writePast(prepared, i, seen - 1 - lastFork + p, windowLevel, kind, past, at)
      }
      statics(sample, i)
      memory?.recall(sample, i, seen)
      let total = 0
      for (let f = 0; f < forks; f++) {
        viewFork(prepared, view, i, seen - lastFork + plan.forks[f]!)
        scales[sample * forks + f] = view.level
        if (history !== undefined) recent.look(view)
        writeFork(prepared, view, windowLevel, fork, (sample * forks + f) * widths.fork)
        for (let h = 1; h <= horizon; h++) {
          const row = (sample * forks + f) * horizon + h - 1
          const plain = plainForecast(prepared, view, h)
          writeAhead(prepared, view, h, plain, kind, ahead, row * widths.ahead)
          const scaled = Math.max(-LARGEST, Math.min(LARGEST, plain / view.level))
          reference[row] = scaled
          if (history !== undefined) recent.write(view, plain, history, row)
          const like = likeness(prepared, view, h)
          const size = Math.max(LEAST_SPREAD, Math.abs(scaled)) ** SPREAD_POWER
          spread[row] = like.spread * view.unit * size
          memory?.mask(view, h, row)
          if (rule !== undefined) {
            total += targets(row, i, view.seen - 1 + h, view.level, like.share, rule)
          }
        }
      }
      return total
    },
  }
}

/**
 * Without a short season a step is forecast from its like a season ago. Where that is not known, the
 * target teaches little of such forecasts, and its error is larger.
 */
const UNLIKE = { share: 0.02, spread: 3 }
const LIKE = { share: 1, spread: 1 }

function likeness(prepared: PreparedSet, view: ForkView, ahead: number): typeof LIKE {
  const { set, options } = prepared
  if (options.seasons.short > 1) return LIKE
  const step = set.firstStep[view.series]! + view.seen - 1 + ahead
  const like = knownValue(prepared, view, likeBefore(prepared, view, step))
  return Number.isNaN(like) ? UNLIKE : LIKE
}

type TargetWriter = (
  row: number,
  i: number,
  t: number,
  level: number,
  share: number,
  rule: TargetRule,
) => number

/** Writes the target at place t and its weight; 0 where it is missing, censored or out of bounds. */
function createTargetWriter({ set }: PreparedSet, net: Predictor, rows: number): TargetWriter {
  if (!(INPUTS.target in net.graph.inputs)) return () => 0
  const target = net.input(INPUTS.target) as FloatArray
  const weight = net.input(INPUTS.weight) as FloatArray
  target.fill(0, 0, net.batch * rows)
  return (row, i, t, level, share, rule) => {
    const step = set.firstStep[i]! + t
    const place = set.offsets[i]! + t
    const isInside = t >= 0 && place < set.offsets[i + 1]! && step >= rule.from && step < rule.end
    const value = isInside ? set.values[place]! : Number.NaN
    const isKnown = !Number.isNaN(value)
    const scaled = isKnown ? value / level : 0
    target[row] = Math.max(-LARGEST, Math.min(LARGEST, scaled))
    const size = Math.max(LEAST_WEIGHT, Math.min(MOST_WEIGHT, level / rule.unit))
    weight[row] = isKnown ? share * size : 0
    return weight[row]!
  }
}

/** Writes what does not change over a series' life. */
function createStaticWriter({ set }: PreparedSet, shape: ForecastNetShape, net: Predictor) {
  const codes = shape.categories.map((_, k) => net.input(categoryInput(k)) as Int32Array)
  const numbers = shape.numbers > 0 ? (net.input(INPUTS.numbers) as FloatArray) : undefined
  const words = shape.words === undefined ? undefined : (net.input(INPUTS.words) as Int32Array)
  return (sample: number, i: number) => {
    codes.forEach((column, k) => {
      column[sample] = set.categories![k]!.codes[i]!
    })
    for (let c = 0; c < shape.numbers; c++) {
      numbers![sample * shape.numbers + c] = set.numbers!.values[i * shape.numbers + c]!
    }
    const length = shape.words?.length ?? 0
    for (let c = 0; c < length; c++) {
      words![sample * length + c] = set.words!.indices[i * length + c]!
    }
  }
}

/** Writes past occurrences of the occasions ahead and who may look at them; undefined without a memory. */
function createMemoryWriter(
  prepared: PreparedSet,
  shape: ForecastNetShape,
  plan: ForkPlan,
  net: Predictor,
) {
  if (shape.memory === undefined) return undefined
  const { slots } = shape.memory
  const { horizon } = shape
  const memory = net.input(INPUTS.memory) as FloatArray
  const mask = net.input(INPUTS.memoryMask) as FloatArray
  const reach = plan.forks.at(-1)! - plan.forks[0]!
  let remembered: ReturnType<typeof recallSteps> = []
  return {
    recall(sample: number, i: number, seen: number) {
      const end = prepared.set.firstStep[i]! + seen
      remembered = recallSteps(prepared, i, end, [end - reach, end + horizon], slots)
      const at = sample * slots * MEMORY_WIDTH
      memory.fill(0, at, at + slots * MEMORY_WIDTH)
      writeMemory(prepared, i, end, remembered, memory, at)
    },
    mask(view: ReturnType<typeof createForkView>, ahead: number, row: number) {
      mask.fill(0, row * slots, (row + 1) * slots)
      if (remembered.length > 0) {
        writeMemoryMask(prepared, view, ahead, remembered, mask, row * slots)
      }
    },
  }
}
