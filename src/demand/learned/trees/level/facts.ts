import type { EventTable } from '../../../occasions/table.ts'
import type { FeatureName } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import type { Grouping } from '../groupings.ts'

/** Windows before an origin, in weeks (or seasons of another length). */
const WINDOWS = [1, 2, 4, 8, 16] as const
const WEEKS = 8
const OTHER_NUMBERS = [
  'mean ever',
  'largest 4',
  'largest 8',
  'second largest 8',
  'mean without two largest',
  'median week',
  'least week',
  'largest week',
  'last week',
  'week spread',
  'sale size',
] as const

/** What of the panel as a whole is known as of an origin. */
export interface PanelFacts {
  readonly origin: number
  /** Logs of growth of all sales: two weeks on two, four on four, eight on all before. */
  readonly growth: readonly number[]
  /** By grouping: logs of each group's mean of the last eight weeks a series, over the panel's unit. */
  readonly groups: readonly Float64Array[]
}

/** What is the same for all origins. */
export interface LevelSetting {
  /** Without the effect of occasions, as known at the setting's origin. */
  readonly grid: PanelGrid
  /** What occasions do, as known then; absent where the panel has no events. */
  readonly table?: EventTable
  readonly groupings: readonly Grouping[]
  /** Slots of a week (or of the season given). */
  readonly week: number
  /** Slots of a year. */
  readonly year: number
  /** Typical value of the panel: what makes features free of units. */
  readonly unit: number
  /** What a series sold a slot in its first weeks, about. */
  readonly young: number
  /** Weeks' worth of that which a young series leans on at first. */
  readonly youngPrior: number
  /** Sum over all series by slot, and how many were observed. */
  readonly total: Float64Array
}

/** Part of the unit added to a base, so that a product which never sold has one. */
const LEAST_SHARE = 0.0025

/** Weeks until which a series is young. */
export const YOUNG_WEEKS = 8

/** Names of the columns that `readLevelFacts` fills. */
export function levelFactNames(groupings: readonly Grouping[]): FeatureName[] {
  const names: FeatureName[] = []
  for (const w of WINDOWS) names.push({ name: `mean ${w}`, part: 'recent_sales' })
  for (const w of WINDOWS) names.push({ name: `days with sales ${w}`, part: 'recent_sales' })
  for (const name of OTHER_NUMBERS) names.push({ name, part: 'recent_sales' })
  names.push({ name: 'volume', part: 'level' }, { name: 'age', part: 'attributes' })
  names.push({ name: 'since last sale', part: 'recent_sales' })
  names.push({ name: 'missing lately', part: 'recent_sales' }, { name: 'year ago', part: 'season' })
  for (const k of [2, 4, 8]) names.push({ name: `all growth ${k}`, part: 'trend' })
  for (const { name } of groupings) names.push({ name: `group ${name}`, part: 'neighbours' })
  return names
}

/** The panel as of slot `origin`. */
export function panelFacts(setting: LevelSetting, origin: number): PanelFacts {
  const { grid, groupings, week, total, unit } = setting
  const sum = (from: number, to: number) => {
    let s = 0
    for (let t = Math.max(0, from); t < to; t++) s += total[t] ?? 0
    return s / Math.max(1, to - Math.max(0, from))
  }
  const ratio = (a: number, b: number) => (a > 0 && b > 0 ? Math.log(a / b) : 0)
  const back = (k: number) => origin - k * week
  const growth = [
    ratio(sum(back(2), origin), sum(back(4), back(2))),
    ratio(sum(back(4), origin), sum(back(8), back(4))),
    ratio(sum(back(8), origin), sum(0, back(8))),
  ]
  const groups = groupings.map(({ codes, count }) => {
    const sold = new Float64Array(count)
    const seen = new Float64Array(count)
    for (let i = 0; i < grid.series; i++) {
      for (let t = Math.max(0, back(8)); t < Math.min(origin, grid.slots); t++) {
        const y = grid.values[i * grid.slots + t]!
        if (Number.isNaN(y)) continue
        sold[codes[i]!]! += y
        seen[codes[i]!]! += 1
      }
    }
    return sold.map((s, g) => Math.log(Math.max(LEAST_SHARE, s / Math.max(1, seen[g]!) / unit)))
  })
  return { origin, growth, groups }
}

/** The facts of one series as of an origin; reused from one to the next. */
export interface LevelFacts {
  /** What it sells a slot, about: the unit of targets. */
  base: number
  /** Mean absolute difference from one week to the next, 0 where unknown. */
  step: number
  observed: number
  readonly features: Float64Array
}

export function levelFacts(groupings: readonly Grouping[]): LevelFacts {
  const features = new Float64Array(levelFactNames(groupings).length)
  return { base: 0, step: 0, observed: 0, features }
}

const sums = new Float64Array(WINDOWS.length)
const counts = new Float64Array(WINDOWS.length)
const sold = new Float64Array(WINDOWS.length)
const weeks = new Float64Array(WEEKS)
const weekCounts = new Float64Array(WEEKS)

/** Reads series `i` before `panel.origin`: its base and its features (logs of ratios to the base). */
export function readLevelFacts(
  setting: LevelSetting,
  panel: PanelFacts,
  i: number,
  into: LevelFacts,
): void {
  const { grid, week, year, unit, young, youngPrior } = setting
  const { origin } = panel
  const row = i * grid.slots
  const first = grid.firstSlot[i]!
  const end = Math.min(origin, grid.slots)
  const scan = scanSeries(grid, i, first, end, origin, week)
  const recent = (w: number) => (counts[w]! > 0 ? sums[w]! / counts[w]! : scan.mean)
  const seenWeeks = sortedWeeks()
  const median = seenWeeks.length > 0 ? middleOf(seenWeeks) : scan.mean
  const floor = LEAST_SHARE * unit
  const own = 0.3 * recent(2) + 0.3 * median + 0.25 * recent(3) + 0.15 * recent(4)
  // A first day is always one with a sale, often a large one: a young series leans on the others'.
  const lean = youngPrior * week * Math.max(0, 1 - scan.observed / (YOUNG_WEEKS * week))
  const base = Math.max(0, (scan.observed * own + lean * young) / (scan.observed + lean)) + floor
  into.base = base
  into.step = scan.step
  into.observed = scan.observed
  const f = into.features
  let k = 0
  const log = (x: number) => Math.log((Math.max(0, x) + floor) / base)
  for (let w = 0; w < WINDOWS.length; w++) f[k++] = counts[w]! > 0 ? log(recent(w)) : Number.NaN
  for (let w = 0; w < WINDOWS.length; w++) {
    f[k++] = counts[w]! > 0 ? sold[w]! / counts[w]! : Number.NaN
  }
  f[k++] = log(scan.mean)
  f[k++] = log(scan.largest4)
  f[k++] = log(scan.largest)
  f[k++] = log(scan.second)
  const without = counts[3]! > 2 ? (sums[3]! - scan.largest - scan.second) / (counts[3]! - 2) : 0
  f[k++] = log(without)
  f[k++] = log(median)
  f[k++] = log(seenWeeks[0] ?? scan.mean)
  f[k++] = log(seenWeeks[seenWeeks.length - 1] ?? scan.mean)
  f[k++] = log(weekCounts[0]! > 0 ? weeks[0]! / weekCounts[0]! : scan.mean)
  f[k++] = spreadOf(seenWeeks)
  f[k++] = log(scan.sold > 0 ? scan.total / scan.sold : 0)
  f[k++] = Math.log(base / unit)
  f[k++] = Math.min(60, (origin - first) / week)
  f[k++] = Math.min(30, (origin - scan.lastSale) / week)
  f[k++] = 1 - counts[2]! / Math.max(1, Math.min(4 * week, origin - first))
  f[k++] = yearAgo(grid, row, first, origin, week, year)
  for (const growth of panel.growth) f[k++] = growth
  panel.groups.forEach((groups, g) => {
    f[k++] = groups[setting.groupings[g]!.codes[i]!]! - Math.log(base / unit)
  })
}

interface Scan {
  mean: number
  total: number
  sold: number
  observed: number
  largest4: number
  largest: number
  second: number
  lastSale: number
  step: number
}

const scanned: Scan = {
  mean: 0,
  total: 0,
  sold: 0,
  observed: 0,
  largest4: 0,
  largest: 0,
  second: 0,
  lastSale: 0,
  step: 0,
}

/** One pass over a series, the windows counted back from the origin. */
function scanSeries(
  grid: PanelGrid,
  i: number,
  first: number,
  end: number,
  origin: number,
  week: number,
): Scan {
  sums.fill(0)
  counts.fill(0)
  sold.fill(0)
  weeks.fill(0)
  weekCounts.fill(0)
  Object.assign(scanned, { total: 0, sold: 0, observed: 0, largest4: 0, largest: 0, second: 0 })
  scanned.lastSale = first
  let steps = 0
  let stepSum = 0
  for (let t = first; t < end; t++) {
    const y = grid.values[i * grid.slots + t]!
    if (Number.isNaN(y)) continue
    scanned.total += y
    scanned.observed++
    if (y > 0) {
      scanned.sold++
      scanned.lastSale = t
    }
    const before = t - week >= first ? grid.values[i * grid.slots + t - week]! : Number.NaN
    if (!Number.isNaN(before)) {
      stepSum += Math.abs(y - before)
      steps++
    }
    const age = origin - t
    if (age > 16 * week) continue
    for (let w = 0; w < WINDOWS.length; w++) {
      if (age > WINDOWS[w]! * week) continue
      sums[w]! += y
      counts[w]! += 1
      if (y > 0) sold[w]! += 1
    }
    if (age > WEEKS * week) continue
    const k = Math.floor((age - 1) / week)
    weeks[k]! += y
    weekCounts[k]! += 1
    if (y > scanned.largest) {
      scanned.second = scanned.largest
      scanned.largest = y
    } else if (y > scanned.second) scanned.second = y
    if (age <= 4 * week && y > scanned.largest4) scanned.largest4 = y
  }
  scanned.mean = scanned.observed > 0 ? scanned.total / scanned.observed : 0
  scanned.step = steps > 0 ? stepSum / steps : 0
  return scanned
}

/** Means a slot of the observed weeks, rising. */
function sortedWeeks(): number[] {
  const seen: number[] = []
  for (let k = 0; k < WEEKS; k++) if (weekCounts[k]! > 0) seen.push(weeks[k]! / weekCounts[k]!)
  return seen.sort((a, b) => a - b)
}

function middleOf(sorted: readonly number[]): number {
  const n = sorted.length
  return 0.5 * (sorted[(n - 1) >> 1]! + sorted[n >> 1]!)
}

/** Standard deviation over mean. */
function spreadOf(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const square = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
  return mean > 0 ? Math.sqrt(square) / mean : Number.NaN
}

/** Log of the four weeks ahead a year ago over the eight weeks before them; NaN where unknown. */
function yearAgo(
  grid: PanelGrid,
  row: number,
  first: number,
  origin: number,
  week: number,
  year: number,
): number {
  const then = origin - year
  if (then - 8 * week < first) return Number.NaN
  const mean = (from: number, to: number) => {
    let sum = 0
    let count = 0
    for (let t = from; t < Math.min(to, grid.slots, origin); t++) {
      if (Number.isNaN(grid.values[row + t]!)) continue
      sum += grid.values[row + t]!
      count++
    }
    return count > 0 ? sum / count : 0
  }
  const ahead = mean(then, then + 4 * week)
  const before = mean(then - 8 * week, then)
  return ahead > 0 && before > 0 ? Math.max(-2, Math.min(2, Math.log(ahead / before))) : 0
}
