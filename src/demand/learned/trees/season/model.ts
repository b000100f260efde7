import { normalQuantile } from '../../../../core/distributions/normal.ts'
import { type KnobSettings, readKnob } from '../../../../core/knobs.ts'
import { sortedQuantile } from '../../../../core/quantiles.ts'
import type { trees } from '../../../../learn/index.ts'
import { MEANS, type Wanted, wantedSeries } from '../../../wanted.ts'
import { featureTable, treeFeatures } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import { type Grouping, groupingsOf, oneGroup } from '../groupings.ts'
import { SEASON_ROWS, SLOT_PRIOR } from '../knobs.ts'
import { addEventPart, addPart, type SlotForecast, type SlotParts, type TreePath } from '../path.ts'
import { type PlainGrids, timesTable } from '../plain-grid.ts'
import { seasonShare, seasonState } from './base.ts'
import { type MovingOccasion, movingOccasions } from './look-back.ts'
import {
  expectSeason,
  type SeasonView,
  seasonFeatureNames,
  seasonView,
  writeSeasonRow,
} from './rows.ts'
import { type SeasonRows, seasonRows, trainCorrection, trainSpread } from './train.ts'

export interface SeasonOptions {
  readonly season: number
  readonly trainEnd: number
  readonly leastRows: number
  readonly seed: string | number
  readonly settings?: KnobSettings
  readonly signal?: AbortSignal
}

const MOST_ORIGINS = 16
/** Share of the residuals' middle that is taken out of the quantiles. */
const CENTRE_SHARE = 0.7

/** What is learned from slots seen twice. */
interface Learned {
  /** The correction, and the expected size of errors; absent where too little was seen twice. */
  readonly models?: { readonly correction: trees.TreeModel; readonly spread: trees.TreeModel }
  /** What of the trees' correction is believed. */
  readonly belief: number
  /** Errors of the past over their expected size, rising, their middle taken out in part. */
  readonly residuals: Float64Array
}

interface SeasonModel extends Learned {
  readonly grid: PanelGrid
  readonly groupings: readonly Grouping[]
  readonly occasions: readonly MovingOccasion[]
}

/** Standard deviation of errors in units where none was seen: as on the first slots of weekly sales. */
const USUAL_ERROR = 2.3

const UNLEARNED: Learned = {
  belief: 0,
  residuals: Float64Array.from({ length: 199 }, (_, k) => {
    return USUAL_ERROR * normalQuantile((k + 1) / 200)
  }),
}

function learn(rows: SeasonRows, seen: number, options: SeasonOptions): Learned {
  const correction = trainCorrection(rows, options)
  const belief = seen / (seen + readKnob(SLOT_PRIOR, options.settings))
  const errors = errorsLeft(rows, correction, belief)
  const spread = trainSpread(rows, errors, options)
  const residuals = residualsOf(rows, errors, spread)
  return { models: { correction, spread }, belief, residuals }
}

/**
 * A season seen at least once and a bit: the expectation from last seasons and growth, both shared among
 * series, a correction by trees learned on the slots seen twice, and the spread of what was left.
 * Undefined where there is too little to learn from.
 */
export function fitSeasonPath(
  grid: PanelGrid,
  grids: PlainGrids,
  options: SeasonOptions,
): TreePath | undefined {
  const { season, seed, settings } = options
  const end = Math.min(options.trainEnd, grid.slots)
  if (end < season) return undefined
  const found = groupingsOf(grid.panel)
  const groupings = found.length > 0 ? found : [oneGroup(grid.series)]
  const occasions = movingOccasions(grid.panel, season, grid.buckets[grid.slots - 1]!)
  const viewAt = (origin: number) => {
    const plain = grids.at(origin).grid
    return seasonView(plain, seasonState(plain, groupings, occasions, season, origin, settings))
  }
  const origins = trainingOrigins(season, end)
  const most = readKnob(SEASON_ROWS, settings)
  const rows = seasonRows(grid, origins, viewAt, groupings[0]!, end, most, seed)
  const isEnough = rows.table.rows >= options.leastRows
  // Many series seen for hardly more than a season share it all the same; only few say too little.
  if (!isEnough && grid.series < options.leastRows) return undefined
  const learned = isEnough ? learn(rows, end - season, options) : UNLEARNED
  const fitted = { grid, groupings, occasions, ...learned }
  return {
    predict(origin, slots, levels, wanted) {
      const said = predictSeason(fitted, viewAt(origin), slots, levels, wanted)
      timesTable(grids.at(origin), origin, slots, said)
      return said
    },
    explain(origin, slots, indices) {
      const parts = explainSeason(fitted, viewAt(origin), slots, indices)
      addEventPart(parts, grids.at(origin), { origin, count: slots, indices })
      return parts
    },
  }
}

/** At most MOST_ORIGINS, spread from the first that has a season before it to the last but one slot. */
function trainingOrigins(season: number, end: number): number[] {
  const span = end - season
  const step = Math.max(1, Math.ceil(span / MOST_ORIGINS))
  const origins: number[] = []
  for (let origin = season; origin < end; origin += step) origins.push(origin)
  return origins
}

/** Errors of the past in units, without what is believed of the trees' correction. */
function errorsLeft(rows: SeasonRows, model: trees.TreeModel, belief: number): Float64Array {
  const said = model.predict(treeFeatures(rows.table))
  return rows.error.map((error, row) => error - belief * said[row]!)
}

/** Errors over their expected size, rising, their middle taken out in part. */
function residualsOf(
  rows: SeasonRows,
  errors: Float64Array,
  spread: trees.TreeModel,
): Float64Array {
  const size = spread.predict(treeFeatures(rows.table))
  const residuals = errors.map((error, row) => error / size[row]!).sort()
  const middle = CENTRE_SHARE * sortedQuantile(residuals, 0.5)
  return residuals.map((r) => r - middle)
}

/** What is expected of all series in the slots ahead. */
interface Outlook {
  /** series × slots, in shares of the level. */
  readonly expected: Float64Array
  readonly unit: Float64Array
  /** The trees' correction in units, believed part. */
  readonly correction: Float64Array
  /** Expected size of errors, in units. */
  readonly size: Float64Array
}

/** Series forecast at a time: bounds the memory of their rows. */
const SERIES_AT_ONCE = 2000

function outlookOf(
  model: SeasonModel,
  view: SeasonView,
  slots: number,
  indices: Int32Array,
): Outlook {
  const { origin } = view.state.structure
  const size = indices.length * slots
  const table = featureTable(seasonFeatureNames(view.facts), size)
  const expected = new Float64Array(size)
  const unit = new Float64Array(size)
  const row = { expected: 0, unit: 0 }
  indices.forEach((i, k) => {
    for (let h = 0; h < slots; h++) {
      const at = k * slots + h
      expectSeason(view, i, origin + h, row)
      expected[at] = row.expected
      unit[at] = row.unit
      writeSeasonRow(view, i, origin + h, row.expected, table.columns, at)
    }
  })
  const features = treeFeatures(table)
  const correction =
    model.models?.correction.predict(features).map((z) => model.belief * z) ??
    new Float64Array(size)
  const spread = model.models?.spread.predict(features)
  return { expected, unit, correction, size: spread ?? new Float64Array(size).fill(1) }
}

function predictSeason(
  model: SeasonModel,
  view: SeasonView,
  slots: number,
  levels: Float64Array,
  wanted?: Wanted,
): SlotForecast {
  const { series } = model.grid
  const { level } = view.state.structure
  const mean = new Float64Array(series * slots)
  const quantiles = new Float64Array(series * slots * levels.length)
  const z = levels.map((tau) => sortedQuantile(model.residuals, tau))
  const asked = wantedSeries(series, wanted, MEANS)
  for (let from = 0; from < asked.length; from += SERIES_AT_ONCE) {
    const indices = asked.subarray(from, from + SERIES_AT_ONCE)
    const { expected, unit, correction, size } = outlookOf(model, view, slots, indices)
    for (let k = 0; k < indices.length * slots; k++) {
      const i = indices[Math.floor(k / slots)]!
      const l = level[i]!
      const centre = expected[k]! + unit[k]! * correction[k]!
      const at = i * slots + (k % slots)
      mean[at] = l * centre
      for (let q = 0; q < levels.length; q++) {
        quantiles[at * levels.length + q] = l * (centre + unit[k]! * size[k]! * z[q]!)
      }
    }
  }
  return { mean, quantiles }
}

/**
 * mean = level · (share · growth + unit · correction): the level; the season, level · (share − 1);
 * growth, level · share · (growth − 1), shared out to groups and the series' own by their logarithms;
 * and the correction by the trees' contributions, which are on its own scale; what they say of every
 * series alike is `level`.
 */
function explainSeason(
  model: SeasonModel,
  view: SeasonView,
  slots: number,
  indices: Int32Array,
): SlotParts {
  const { state } = view
  const { level, origin } = state.structure
  const parts: SlotParts = {}
  const size = indices.length * slots
  const names = seasonFeatureNames(view.facts)
  const table = featureTable(names, size)
  const row = { expected: 0, unit: 0 }
  const units = new Float64Array(size)
  indices.forEach((i, k) => {
    for (let h = 0; h < slots; h++) {
      const at = k * slots + h
      const t = origin + h
      expectSeason(view, i, t, row)
      writeSeasonRow(view, i, t, row.expected, table.columns, at)
      units[at] = row.unit * level[i]! * model.belief
      const share = seasonShare(state, i, t)
      addPart(parts, 'level', size, at, level[i]!)
      addPart(parts, 'season', size, at, level[i]! * (share - 1))
      addGrowth(view, parts, size, at, i, level[i]! * (row.expected - share))
    }
  })
  if (model.models === undefined) return parts
  const phi = model.models.correction.contributions(treeFeatures(table))
  const width = names.length + 1
  for (let at = 0; at < size; at++) {
    for (let f = 0; f < width; f++) {
      const value = phi[at * width + f]! * units[at]!
      if (value !== 0) addPart(parts, names[f]?.part ?? 'level', size, at, value)
    }
  }
  return parts
}

/** Shares the units of growth out to the groups' (`neighbours`) and the rest (`trend`). */
function addGrowth(
  view: SeasonView,
  parts: SlotParts,
  size: number,
  at: number,
  i: number,
  units: number,
): void {
  const { all, group, others, own } = view.state.growth
  const shared = group[i]! + others[i]!
  const whole = all[i]! + own[i]! + shared
  if (units === 0 || whole === 0) return
  addPart(parts, 'neighbours', size, at, (units * shared) / whole)
  addPart(parts, 'trend', size, at, units - (units * shared) / whole)
}
