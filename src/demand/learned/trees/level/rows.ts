import { createRandom } from '../../../../core/random/random.ts'
import type { FeatureName, FeatureTable } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import { GrowingRows } from '../growing-rows.ts'
import { knownFeatureNames, knownReader } from '../known.ts'
import type { PlainGrids } from '../plain-grid.ts'
import {
  type LevelSetting,
  levelFactNames,
  levelFacts,
  panelFacts,
  readLevelFacts,
} from './facts.ts'
import { phase, settingAt } from './setting.ts'

/** Rows to learn sums from, and rows to learn single slots from. */
export interface LevelRows {
  /** One a series and origin: mean of the window ahead over the base. */
  readonly sums: FeatureTable
  readonly sumTarget: Float64Array
  readonly sumWeight: Float64Array
  /** Some slots of those windows: value over base. */
  readonly slots: FeatureTable
  readonly slotTarget: Float64Array
  readonly slotWeight: Float64Array
}

export interface LevelRowOptions {
  /** Slots of a window ahead. */
  readonly horizon: number
  /** Windows end before this slot. */
  readonly end: number
  readonly profile: Float64Array
  readonly mostSums: number
  readonly slotsOfWindow: number
  readonly seed: string | number
}

/** Columns of a slot beside the facts of its series. */
const SLOT_FEATURES: readonly FeatureName[] = [
  { name: 'ahead', part: 'other' },
  { name: 'weekday', part: 'weekday' },
  { name: 'own weekday', part: 'weekday' },
]

export function sumFeatureNames(setting: LevelSetting): FeatureName[] {
  return [
    ...levelFactNames(setting.groupings),
    ...knownFeatureNames(setting.grid.panel, setting.table !== undefined),
  ]
}

export function slotFeatureNames(setting: LevelSetting): FeatureName[] {
  return [...sumFeatureNames(setting), ...SLOT_FEATURES]
}

/** A relative sum or value above these is not to be learned as a size: one order is not a rule. */
const LARGEST_SUM = 4
const LARGEST_VALUE = 40
/** Origins spread over the history. */
const MOST_ORIGINS = 40

/** Origins whose whole window lies before `end`, the last first. */
export function levelOrigins(week: number, horizon: number, end: number): number[] {
  const last = end - horizon
  const first = 2 * week
  const step = Math.max(1, Math.ceil((last - first + 1) / MOST_ORIGINS))
  const origins: number[] = []
  for (let origin = last; origin >= first; origin -= step) origins.push(origin)
  return origins
}

/**
 * Rows of all series at all origins, thinned at random to about `mostSums` pairs; each origin sees the
 * grid without occasions as they were known there.
 */
export function levelRows(
  latest: LevelSetting,
  grids: PlainGrids,
  options: LevelRowOptions,
): LevelRows {
  const { grid, week, groupings } = latest
  const { horizon, end, mostSums, slotsOfWindow } = options
  const origins = levelOrigins(week, horizon, end)
  const random = createRandom(`${options.seed}-rows`)
  let pairs = 0
  for (const origin of origins) for (const f of grid.firstSlot) if (f < origin) pairs++
  const share = Math.min(1, mostSums / Math.max(1, pairs))
  const room = Math.ceil(pairs * share * 1.05 + 1000)
  const sums = new GrowingRows(sumFeatureNames(latest), room)
  const slots = new GrowingRows(slotFeatureNames(latest), room * slotsOfWindow)
  const facts = levelFacts(groupings)
  for (const origin of origins) {
    const setting = settingAt(latest, grids.at(origin))
    const panel = panelFacts(setting, origin)
    const known = knownReader(grid, origin, week, setting.table)
    for (let i = 0; i < grid.series; i++) {
      if (grid.firstSlot[i]! >= origin || random.next() >= share) continue
      const mean = windowMean(setting.grid, i, origin, horizon)
      if (Number.isNaN(mean)) continue
      readLevelFacts(setting, panel, i, facts)
      if (facts.observed === 0) continue
      const at = sums.next(clamp(mean / facts.base, LARGEST_SUM), facts.base)
      if (at < 0) continue
      write(sums.table.columns, at, facts.features)
      known.writeMean(i, horizon, sums.table.columns, facts.features.length, at)
      const worth = facts.base / Math.max(facts.step, 0.3 * facts.base)
      for (let k = 0; k < slotsOfWindow; k++) {
        const t = origin + random.int(horizon)
        const y = setting.grid.values[i * grid.slots + t]!
        if (Number.isNaN(y)) continue
        const row = slots.next(clamp(y / facts.base, LARGEST_VALUE), worth)
        if (row < 0) continue
        writeSlotRow(setting, options.profile, origin, i, t, facts, slots.table.columns, row)
        known.write(i, t, slots.table.columns, facts.features.length, row)
      }
    }
  }
  const [a, b] = [sums.finish(), slots.finish()]
  return {
    sums: a.table,
    sumTarget: a.target,
    sumWeight: a.weight,
    slots: b.table,
    slotTarget: b.target,
    slotWeight: b.weight,
  }
}

/** Features of slot `t` of series `i` (its facts read) as of `origin`. */
export function writeSlotRow(
  setting: LevelSetting,
  profile: Float64Array,
  origin: number,
  i: number,
  t: number,
  facts: { readonly base: number; readonly features: Float64Array },
  columns: readonly Float32Array[],
  row: number,
): void {
  const { grid, week } = setting
  write(columns, row, facts.features)
  const at = columns.length - SLOT_FEATURES.length
  columns[at]![row] = t - origin
  columns[at + 1]![row] = profile[phase(grid, t, week)]!
  columns[at + 2]![row] = sameWeekday(grid, i, origin, t, week) / facts.base
}

/** Mean of the last eight observations of the same slot of the week. */
function sameWeekday(grid: PanelGrid, i: number, origin: number, t: number, week: number): number {
  let sum = 0
  let count = 0
  let s = t - week * Math.ceil((t - origin + 1) / week)
  for (let k = 0; k < 8 && s >= grid.firstSlot[i]!; k++, s -= week) {
    const y = s < grid.slots ? grid.values[i * grid.slots + s]! : Number.NaN
    if (Number.isNaN(y)) continue
    sum += y
    count++
  }
  return count > 0 ? sum / count : Number.NaN
}

const clamp = (x: number, most: number) => Math.max(0, Math.min(most, x))

function write(columns: readonly Float32Array[], row: number, features: Float64Array): void {
  for (let f = 0; f < features.length; f++) columns[f]![row] = features[f]!
}

/** Mean of the observed slots of a window; NaN where fewer than half were. */
function windowMean(grid: PanelGrid, i: number, origin: number, horizon: number): number {
  let sum = 0
  let count = 0
  for (let t = origin; t < origin + horizon; t++) {
    const y = grid.values[i * grid.slots + t]!
    if (Number.isNaN(y)) continue
    sum += y
    count++
  }
  return 2 * count >= horizon ? sum / count : Number.NaN
}
