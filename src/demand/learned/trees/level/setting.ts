import { type KnobSettings, readKnob } from '../../../../core/knobs.ts'
import type { PanelGrid } from '../grid.ts'
import { groupingsOf } from '../groupings.ts'
import { YOUNG_PRIOR } from '../knobs.ts'
import type { PlainGrid } from '../plain-grid.ts'
import { type LevelSetting, YOUNG_WEEKS } from './facts.ts'

/** The setting of a panel, learned from the slots before `trainEnd` alone. */
export function levelSetting(
  { grid, table }: PlainGrid,
  cycle: { readonly week: number; readonly year: number },
  trainEnd: number,
  settings: KnobSettings = {},
): LevelSetting {
  const { week, year } = cycle
  const total = new Float64Array(grid.slots)
  const means: number[] = []
  for (let i = 0; i < grid.series; i++) {
    let sum = 0
    let count = 0
    for (let t = 0; t < grid.slots; t++) {
      const y = grid.values[i * grid.slots + t]!
      if (Number.isNaN(y)) continue
      total[t]! += y
      if (t >= trainEnd || y === 0) continue
      sum += Math.abs(y)
      count++
    }
    if (count > 0) means.push(sum / count)
  }
  means.sort((a, b) => a - b)
  const unit = means.length > 0 ? means[means.length >> 1]! : 1
  return {
    grid,
    ...(table === undefined ? {} : { table }),
    groupings: groupingsOf(grid.panel),
    week,
    year,
    unit,
    young: youngMean(grid, week, trainEnd),
    youngPrior: readKnob(YOUNG_PRIOR, settings),
    total,
  }
}

/** The setting as seen from another origin: occasions taken out as they were known there. */
export function settingAt(setting: LevelSetting, { grid, table }: PlainGrid): LevelSetting {
  if (table === undefined || table === setting.table) return setting
  const total = new Float64Array(grid.slots)
  for (let i = 0; i < grid.series; i++) {
    for (let t = grid.firstSlot[i]!; t < grid.slots; t++) {
      const y = grid.values[i * grid.slots + t]!
      if (!Number.isNaN(y)) total[t]! += y
    }
  }
  return { ...setting, grid, table, total }
}

/** Most of the middle that one series may count in the young mean. */
const LARGEST_YOUNG = 8

/** Mean a slot of the first weeks of the series, each cut at some times the middle one. */
function youngMean(grid: PanelGrid, week: number, trainEnd: number): number {
  const means: number[] = []
  for (let i = 0; i < grid.series; i++) {
    const first = grid.firstSlot[i]!
    let sum = 0
    let count = 0
    for (let t = first + 1; t < Math.min(trainEnd, grid.slots, first + YOUNG_WEEKS * week); t++) {
      const y = grid.values[i * grid.slots + t]!
      if (Number.isNaN(y)) continue
      sum += y
      count++
    }
    if (2 * count >= YOUNG_WEEKS * week) means.push(sum / count)
  }
  means.sort((a, b) => a - b)
  const most = LARGEST_YOUNG * (means[means.length >> 1] ?? 0)
  return means.reduce((sum, mean) => sum + Math.min(most, mean), 0) / Math.max(1, means.length)
}

/**
 * What is usual at each slot of the week, mean 1: sums over all series before `end`, each week divided by
 * its own mean so that growth weighs nothing; the slots of the week counted from the axis' beginning.
 */
export function weekProfile(setting: LevelSetting, end: number, weeks = 26): Float64Array {
  const { grid, week, total } = setting
  const sum = new Float64Array(week).fill(2)
  const last = Math.min(end, grid.slots)
  let seen = 2
  for (let from = last - week; from >= Math.max(0, last - weeks * week); from -= week) {
    let mean = 0
    let open = 0
    for (let t = from; t < from + week; t++) {
      mean += total[t]! / week
      if (total[t]! > 0) open++
    }
    if (!(mean > 0) || open < week) continue
    for (let t = from; t < from + week; t++) sum[phase(grid, t, week)]! += total[t]! / mean
    seen++
  }
  return sum.map((s) => Math.max(0.02, s / seen))
}

/** Place of a grid slot within the week. */
export function phase(grid: PanelGrid, slot: number, week: number): number {
  return (((grid.base + slot) % week) + week) % week
}
