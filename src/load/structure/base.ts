import type { DayClock } from './clock.ts'
import { weekdayOf } from './clock.ts'
import { bisquare, medianInPlace, robustScale, smoothCircle } from './robust.ts'
import { type WeekEffects, weekEffects } from './week.ts'

/** Ordinary load on the log scale: the level of each day and the shape of each weekday. */
export interface Base {
  readonly firstDay: number
  /** [days] log level of each day, weekday included; NaN where too little is known. */
  readonly dayLevel: Float64Array
  /** [7 × slots] log shape of each weekday, Monday first; each sums to 0. */
  readonly shape: Float64Array
  readonly slots: number
  readonly week: WeekEffects
  /** Robust standard deviation of single steps about level and shape. */
  readonly scale: number
}

export interface BaseOptions {
  /** Days after which a day counts half for the shape. */
  readonly halfLifeDays: number
  /** Days of all weekdays that a weekday's own shape is mixed with. */
  readonly shrinkageDays: number
  readonly start?: Base
}

const ROUNDS = 3
/** A day tells its level when at least this share of its steps is ordinary and known. */
const LEAST_SHARE = 0.06

/**
 * Level and shape of ordinary days: log y = dayLevel[day] + shape[weekday, slot] + noise, fitted in turns:
 * levels by the median of a day, shapes by weighted means (age × bisquare), those of a weekday drawn to
 * its group (busy or quiet) and those of groups to all days. `z` is log load [count], NaN where unknown;
 * steps with `use` 0 are not looked at.
 */
export function fitBase(
  z: Float64Array,
  use: Uint8Array,
  clock: DayClock,
  options: BaseOptions,
): Base {
  const firstDay = clock.day[0]!
  const days = clock.day.at(-1)! - firstDay + 1
  const { slots } = clock
  let shape = options.start?.shape ?? new Float64Array(7 * slots)
  let dayLevel: Float64Array = new Float64Array(days)
  let week = weekEffects(dayLevel, firstDay)
  let scale = 1
  for (let round = 0; round < (options.start ? 1 : ROUNDS); round++) {
    // Before a shape is known, only whole days tell their level without leaning to night or day.
    const least = round === 0 && !options.start ? 0.8 : LEAST_SHARE
    dayLevel = dayLevels(z, use, clock, shape, days, least)
    if (dayLevel.every(Number.isNaN)) dayLevel = dayLevels(z, use, clock, shape, days, 1e-9)
    week = weekEffects(filled(dayLevel), firstDay)
    const residual = residuals(z, use, clock, dayLevel, shape, firstDay)
    scale = Math.max(1e-6, robustScale(residual))
    const sums = shapeSums(residual, clock, shape, days, scale, options.halfLifeDays)
    shape = shapesOf(sums, slots, week.quiet, options.shrinkageDays)
  }
  dayLevel = dayLevels(z, use, clock, shape, days, LEAST_SHARE)
  if (dayLevel.every(Number.isNaN)) dayLevel = dayLevels(z, use, clock, shape, days, 1e-9)
  const residual = residuals(z, use, clock, dayLevel, shape, firstDay)
  week = weekEffects(filled(dayLevel), firstDay)
  return { firstDay, dayLevel, shape, slots, week, scale: Math.max(1e-6, robustScale(residual)) }
}

/** Expected log load of ordinary steps [count]. */
export function baseCurve(base: Base, clock: DayClock): Float64Array {
  const levels = filled(base.dayLevel)
  return Float64Array.from(clock.day, (day, t) => {
    const d = Math.min(levels.length - 1, Math.max(0, day - base.firstDay))
    return levels[d]! + base.shape[weekdayOf(day) * base.slots + clock.slot[t]!]!
  })
}

/** Unknown levels drawn straight between their neighbours, carried on at both ends; 0 where all are. */
export function filled(levels: Float64Array): Float64Array {
  const full = levels.slice()
  let last = -1
  for (let d = 0; d < full.length; d++) {
    if (Number.isNaN(full[d]!)) continue
    const from = last < 0 ? full[d]! : full[last]!
    for (let k = last + 1; k < d; k++)
      full[k] = from + ((full[d]! - from) * (k - last)) / (d - last)
    last = d
  }
  return full.fill(last < 0 ? 0 : full[last]!, last + 1)
}

function dayLevels(
  z: Float64Array,
  use: Uint8Array,
  { day, slot, slots }: DayClock,
  shape: Float64Array,
  days: number,
  leastShare: number,
): Float64Array {
  const levels = new Float64Array(days).fill(Number.NaN)
  const values = new Float64Array(2 * slots)
  const least = Math.max(1, leastShare * slots)
  let t = 0
  while (t < z.length) {
    const today = day[t]!
    const row = weekdayOf(today) * slots
    let n = 0
    for (; t < z.length && day[t] === today; t++) {
      const v = z[t]! - shape[row + slot[t]!]!
      if (use[t] === 1 && !Number.isNaN(v)) values[n++] = v
    }
    if (n >= least) levels[today - day[0]!] = medianInPlace(values, n)
  }
  return levels
}

function residuals(
  z: Float64Array,
  use: Uint8Array,
  { day, slot, slots }: DayClock,
  dayLevel: Float64Array,
  shape: Float64Array,
  firstDay: number,
): Float64Array {
  const residual = new Float64Array(z.length)
  for (let t = 0; t < z.length; t++) {
    const ordinary = dayLevel[day[t]! - firstDay]! + shape[weekdayOf(day[t]!) * slots + slot[t]!]!
    residual[t] = use[t] === 1 ? z[t]! - ordinary : Number.NaN
  }
  return residual
}

interface ShapeSums {
  /** [7 × slots] Σ weight × (log load − level). */
  readonly sum: Float64Array
  readonly weight: Float64Array
}

function shapeSums(
  residual: Float64Array,
  { day, slot, slots }: DayClock,
  shape: Float64Array,
  days: number,
  scale: number,
  halfLifeDays: number,
): ShapeSums {
  const sum = new Float64Array(7 * slots)
  const weight = new Float64Array(7 * slots)
  const ages = Float64Array.from({ length: days }, (_, d) => 0.5 ** ((days - 1 - d) / halfLifeDays))
  const first = day[0]!
  for (let t = 0; t < residual.length; t++) {
    const r = residual[t]!
    // Shapes start at 0, so that wide residuals are the shape itself: the scale is that of the round.
    const w = !Number.isNaN(r) ? ages[day[t]! - first]! * bisquare(r, scale, 6) : 0
    if (w === 0) continue
    const at = weekdayOf(day[t]!) * slots + slot[t]!
    sum[at] = sum[at]! + w * (r + shape[at]!)
    weight[at] = weight[at]! + w
  }
  return { sum, weight }
}

/** Hours over which shapes are smoothed: all days; deviations of groups and weekdays from them. */
const SMOOTH_HOURS = 0.1
const DEVIATION_HOURS = 0.75

function shapesOf(
  sums: ShapeSums,
  slots: number,
  quiet: Uint8Array,
  shrinkage: number,
): Float64Array {
  const all = [0, 1, 2, 3, 4, 5, 6]
  const zero = new Float64Array(slots)
  const common = pooled(sums, slots, all, zero, 0, SMOOTH_HOURS)
  const shapes = new Float64Array(7 * slots)
  for (const group of [0, 1]) {
    const members = all.filter((w) => quiet[w] === group)
    if (members.length === 0) continue
    const ofGroup = pooled(sums, slots, members, common, shrinkage, DEVIATION_HOURS)
    for (const w of members) {
      const own = pooled(sums, slots, [w], ofGroup, 2 * shrinkage, 2 * DEVIATION_HOURS)
      const mean = own.reduce((a, b) => a + b, 0) / slots
      for (let s = 0; s < slots; s++) shapes[w * slots + s] = own[s]! - mean
    }
  }
  return shapes
}

/** Mean shape of some weekdays, as a smooth deviation from `parent`, drawn to it by `shrinkage` days. */
function pooled(
  { sum, weight }: ShapeSums,
  slots: number,
  weekdays: readonly number[],
  parent: Float64Array,
  shrinkage: number,
  hours: number,
): Float64Array {
  const deviation = new Float64Array(slots)
  const total = new Float64Array(slots)
  for (const w of weekdays) {
    for (let s = 0; s < slots; s++) {
      const at = w * slots + s
      deviation[s] = deviation[s]! + sum[at]! - weight[at]! * parent[s]!
      total[s] = total[s]! + weight[at]!
    }
  }
  for (let s = 0; s < slots; s++) {
    deviation[s] = total[s]! > 0 ? deviation[s]! / (total[s]! + shrinkage) : 0
  }
  const smooth = smoothCircle(deviation, total, Math.round((hours * slots) / 24))
  return parent.map((p, s) => p + (Number.isNaN(smooth[s]!) ? 0 : smooth[s]!))
}
