import { createRandom } from '../../../../core/random/random.ts'
import { trees } from '../../../../learn/index.ts'
import { type FeatureTable, featureTable, treeFeatures } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import type { Grouping } from '../groupings.ts'
import { expectSeason, type SeasonView, seasonFeatureNames, writeSeasonRow } from './rows.ts'

/** Rows to learn from: features, the error of the expectation in units, and what it is worth. */
export interface SeasonRows {
  readonly table: FeatureTable
  /** Error in units: (share − expected) / unit. */
  readonly error: Float64Array
  /** The same without what all series of a week, and a group's, share. */
  readonly centred: Float64Array
  readonly weight: Float64Array
}

/** Errors larger than this many units are something else than what features could tell. */
const WILDEST = 25
const WEIGHT_POWER = 0.7
/** Series of a group in a week that make half of their common error believable. */
const CENTRE_PRIOR = 8

/**
 * One row for each series, origin (a view) and slot from the origin to `end`, thinned at random to
 * about `most`. Errors are centred by week and group: with few weeks seen, what a week did to all is
 * not to be learned as if it were a rule.
 */
export function seasonRows(
  grid: PanelGrid,
  views: readonly SeasonView[],
  grouping: Grouping,
  end: number,
  most: number,
  seed: string | number,
): SeasonRows {
  const blocks = views.map((view) => errorBlock(grid, view, grouping, end))
  const total = blocks.reduce((sum, { kept }) => sum + kept, 0)
  const random = createRandom(`${seed}-rows`)
  const share = Math.min(1, most / Math.max(1, total))
  const picked = blocks.map((block) =>
    block.error.map((error) => (Number.isNaN(error) || random.next() >= share ? 0 : 1)),
  )
  const rows = picked.reduce((sum, flags) => sum + flags.reduce((a, b) => a + b, 0), 0)
  const table = featureTable(seasonFeatureNames(views[0]!.facts), rows)
  const error = new Float64Array(rows)
  const centred = new Float64Array(rows)
  const weight = new Float64Array(rows)
  let row = 0
  blocks.forEach((block, b) => {
    const view = views[b]!
    const { origin } = view.state.structure
    for (let k = 0; k < block.error.length; k++) {
      if (picked[b]![k] === 0) continue
      const i = Math.floor(k / block.width)
      const t = origin + (k % block.width)
      writeSeasonRow(view, i, t, block.expected[k]!, table.columns, row)
      error[row] = block.error[k]!
      centred[row] = block.centred[k]!
      weight[row] = (block.unit[k]! * view.state.structure.level[i]!) ** WEIGHT_POWER
      row++
    }
  })
  return { table, error, centred, weight: toMeanOne(weight) }
}

interface ErrorBlock {
  readonly width: number
  readonly error: Float64Array
  readonly centred: Float64Array
  readonly expected: Float64Array
  readonly unit: Float64Array
  readonly kept: number
}

function errorBlock(
  grid: PanelGrid,
  view: SeasonView,
  grouping: Grouping,
  end: number,
): ErrorBlock {
  const { origin, level } = view.state.structure
  const width = Math.max(0, Math.min(end, grid.slots) - origin)
  const size = grid.series * width
  const error = new Float64Array(size).fill(Number.NaN)
  const expected = new Float64Array(size)
  const unit = new Float64Array(size)
  const row = { expected: 0, unit: 0 }
  let kept = 0
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
      kept++
    }
  }
  const centred = centre(error, unit, level, width, grouping)
  return { width, error, centred, expected, unit, kept }
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

function toMeanOne(weight: Float64Array): Float64Array {
  const mean = weight.reduce((a, b) => a + b, 0) / weight.length
  return weight.map((w) => w / mean)
}

/** Trees for the middle of the centred errors. */
export function trainCorrection(rows: SeasonRows, seed: string | number): trees.TreeModel {
  return trees.trainTrees(
    {
      rows: rows.table.rows,
      features: treeFeatures(rows.table),
      target: rows.centred.map((e) => Math.max(-8, Math.min(8, e))),
      weights: rows.weight,
    },
    {
      objective: { kind: 'quantile', levels: [0.5] },
      rounds: 80,
      learningRate: 0.05,
      leaves: 31,
      minRows: Math.max(20, Math.min(300, Math.round(rows.table.rows / 100))),
      lambda2: 1,
      columnFraction: 0.5,
      rowFraction: 0.6,
      maxBins: 63,
      seed,
    },
  )
}
