import type { KnobSettings } from '../../../../core/knobs.ts'
import { createRandom } from '../../../../core/random/random.ts'
import { trees } from '../../../../learn/index.ts'
import { treeFeatures } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import type { Grouping } from '../groupings.ts'
import { GrowingRows, type LearnedRows } from '../growing-rows.ts'
import { growing } from '../knobs.ts'
import { expectSeason, type SeasonView, seasonFeatureNames, writeSeasonRow } from './rows.ts'

/** Rows to learn from: the target is the centred error. */
export interface SeasonRows extends LearnedRows {
  /** Error in units: (share − expected) / unit. */
  readonly error: Float64Array
}

/** Errors larger than this many units are something else than what features could tell. */
const WILDEST = 25
const WEIGHT_POWER = 0.7
/** Series of a group in a week that make half of their common error believable. */
const CENTRE_PRIOR = 8

/**
 * One row for each series, origin and slot from the origin to `end`, thinned at random to about `most`.
 * Errors are centred by week and group: with few weeks seen, what a week did to all is not to be learned
 * as if it were a rule. One origin's view is held at a time.
 */
export function seasonRows(
  grid: PanelGrid,
  origins: readonly number[],
  viewAt: (origin: number) => SeasonView,
  grouping: Grouping,
  end: number,
  most: number,
  seed: string | number,
): SeasonRows {
  const random = createRandom(`${seed}-rows`)
  const points = countPoints(grid, origins, end)
  const share = Math.min(1, most / Math.max(1, points))
  const room = Math.ceil(1.05 * share * points + 100)
  const error = new Float64Array(room)
  let rows: GrowingRows | undefined
  for (const origin of origins) {
    const view = viewAt(origin)
    rows ??= new GrowingRows(seasonFeatureNames(view.facts), room)
    const block = errorBlock(view, grouping, end)
    for (let k = 0; k < block.error.length; k++) {
      if (Number.isNaN(block.error[k]!) || random.next() >= share) continue
      const i = Math.floor(k / block.width)
      const size = block.unit[k]! * view.state.structure.level[i]!
      const row = rows.next(block.centred[k]!, size ** WEIGHT_POWER)
      if (row < 0) break
      error[row] = block.error[k]!
      const t = origin + (k % block.width)
      writeSeasonRow(view, i, t, block.expected[k]!, rows.table.columns, row)
    }
  }
  const finished = (rows ?? new GrowingRows([], 0)).finish()
  return { ...finished, error: error.subarray(0, finished.table.rows) }
}

/** Observations from each of the origins to `end`, summed. */
function countPoints(grid: PanelGrid, origins: readonly number[], end: number): number {
  let points = 0
  for (let i = 0; i < grid.series; i++) {
    for (let t = origins[0] ?? end; t < end; t++) {
      if (Number.isNaN(grid.values[i * grid.slots + t]!)) continue
      for (const origin of origins) if (origin <= t) points++
    }
  }
  return points
}

interface ErrorBlock {
  readonly width: number
  readonly error: Float64Array
  readonly centred: Float64Array
  readonly expected: Float64Array
  readonly unit: Float64Array
}

function errorBlock(view: SeasonView, grouping: Grouping, end: number): ErrorBlock {
  const { grid } = view
  const { origin, level } = view.state.structure
  const width = Math.max(0, Math.min(end, grid.slots) - origin)
  const size = grid.series * width
  const error = new Float64Array(size).fill(Number.NaN)
  const expected = new Float64Array(size)
  const unit = new Float64Array(size)
  const row = { expected: 0, unit: 0 }
  for (let i = 0; i < grid.series; i++) {
    if (!(level[i]! > 0)) continue
    for (let h = 0; h < width; h++) {
      const y = grid.values[i * grid.slots + origin + h]!
      if (Number.isNaN(y)) continue
      expectSeason(view, i, origin + h, row)
      const e = (y / level[i]! - row.expected) / row.unit
      expected[i * width + h] = row.expected
      unit[i * width + h] = row.unit
      if (Math.abs(e) > WILDEST) continue
      error[i * width + h] = e
    }
  }
  const centred = centre(error, unit, level, width, grouping)
  return { width, error, centred, expected, unit }
}

/** Errors without the mean of their slot and, drawn to zero where series are few, of their group in it. */
function centre(
  error: Float64Array,
  unit: Float64Array,
  level: Float64Array,
  width: number,
  grouping: Grouping,
): Float64Array {
  const centred = error.slice()
  for (let h = 0; h < width; h++) {
    const everyone = new Int32Array(level.length)
    takeMean(centred, unit, level, width, h, everyone, 1, 0, (l) => l)
    const { codes, count } = grouping
    takeMean(centred, unit, level, width, h, codes, count, CENTRE_PRIOR, Math.sqrt)
  }
  return centred
}

function takeMean(
  error: Float64Array,
  unit: Float64Array,
  level: Float64Array,
  width: number,
  h: number,
  codes: Int32Array,
  groups: number,
  prior: number,
  weigh: (level: number) => number,
): void {
  const sum = new Float64Array(groups)
  const weight = new Float64Array(groups)
  const count = new Float64Array(groups)
  level.forEach((l, i) => {
    const k = i * width + h
    if (Number.isNaN(error[k]!)) return
    sum[codes[i]!]! += weigh(l) * error[k]! * unit[k]!
    weight[codes[i]!]! += weigh(l)
    count[codes[i]!]! += 1
  })
  level.forEach((_, i) => {
    const k = i * width + h
    const g = codes[i]!
    if (weight[g]! > 0) {
      error[k]! -= ((count[g]! / (count[g]! + prior)) * sum[g]!) / weight[g]! / unit[k]!
    }
  })
}

interface TrainingOptions {
  readonly seed: string | number
  readonly settings?: KnobSettings
  readonly signal?: AbortSignal
}

/** Trees for the middle of the centred errors. Throws ERR_CANCELLED when stopped. */
export function trainCorrection(
  rows: SeasonRows,
  { seed, settings, signal }: TrainingOptions,
): trees.TreeModel {
  return trees.trainTrees(
    {
      rows: rows.table.rows,
      features: treeFeatures(rows.table),
      target: rows.target.map((e) => Math.max(-8, Math.min(8, e))),
      weights: rows.weight,
    },
    {
      objective: { kind: 'quantile', levels: [0.5] },
      ...growing({ rounds: 60, learningRate: 0.06 }, settings),
      minRows: Math.max(20, Math.min(300, Math.round(rows.table.rows / 100))),
      lambda2: 1,
      rowFraction: 0.6,
      seed,
    },
    signal === undefined ? {} : { signal },
  )
}

/** Trees for the size of what is left of the errors (units, on a log scale). */
export function trainSpread(
  rows: SeasonRows,
  errors: Float64Array,
  { seed, settings, signal }: TrainingOptions,
): trees.TreeModel {
  return trees.trainTrees(
    {
      rows: rows.table.rows,
      features: treeFeatures(rows.table),
      target: errors.map((e) => Math.max(0.05, Math.min(10, Math.abs(e)))),
    },
    {
      objective: { kind: 'poisson' },
      ...growing({ rounds: 40, learningRate: 0.06 }, settings),
      minRows: Math.max(20, Math.min(500, Math.round(rows.table.rows / 60))),
      lambda2: 1,
      rowFraction: 0.6,
      seed,
    },
    signal === undefined ? {} : { signal },
  )
}
