import type { LoadAxis, LoadDriver } from '../types.ts'
import { type Base, type BaseOptions, baseCurve, fitBase } from './base.ts'
import type { DayClock } from './clock.ts'
import { weekdayOf } from './clock.ts'

/** What load makes of a driver beyond the driver's own level and shape. */
export interface DriverEffect {
  readonly name: string
  /** Log load a unit of log driver: 0.5 = load grows by half as much as the driver, in logs. */
  readonly slope: number
  readonly base: Base
  /** Added to the driver before the logarithm. */
  readonly offset: number
}

/** Imagined steps in which the driver moved by its own spread and load did not move. */
const PRIOR_STEPS = 500

/**
 * Learns each driver that is known beyond the history: the part of its logarithm that its own level and
 * shape do not explain moves what level and shape leave of load; slopes by least squares one after the
 * other, drawn to 0. A driver not known ahead would take effect away from what is: it is passed over.
 * `residual` [count] in logs, NaN where not to be looked at; it is not changed.
 */
export function fitDrivers(
  residual: Float64Array,
  axis: LoadAxis,
  clock: DayClock,
  drivers: readonly LoadDriver[],
  options: BaseOptions,
): readonly DriverEffect[] {
  const left = residual.slice()
  const end = axis.startMs + axis.count * axis.stepMs
  const effects: DriverEffect[] = []
  for (const driver of drivers) {
    if (driver.axis.startMs + driver.axis.count * driver.axis.stepMs <= end) continue
    const values = driverOn(driver, axis)
    const offset = offsetOf(values)
    const z = values.map((v) => Math.log(v + offset))
    if (z.every(Number.isNaN)) continue
    const base = fitBase(z, new Uint8Array(z.length).fill(1), clock, options)
    const curve = baseCurve(base, clock)
    let [cross, square, steps] = [0, 0, 0]
    for (let t = 0; t < z.length; t++) {
      const u = z[t]! - curve[t]!
      if (Number.isNaN(u) || Number.isNaN(left[t]!)) continue
      cross += u * left[t]!
      square += u * u
      steps++
    }
    if (!(square > 0)) continue
    const slope = cross / (square * (1 + PRIOR_STEPS / steps))
    for (let t = 0; t < z.length; t++) left[t] = left[t]! - slope * (z[t]! - curve[t]!)
    effects.push({ name: driver.name, slope, base, offset })
  }
  return effects
}

/** [count] log effect of a driver on an axis; 0 where it is not known. */
export function driverEffect(
  { slope, base, offset }: DriverEffect,
  driver: LoadDriver,
  axis: LoadAxis,
  clock: DayClock,
): Float64Array {
  const last = base.dayLevel.findLast((level) => !Number.isNaN(level)) ?? 0
  return driverOn(driver, axis).map((v, t) => {
    const day = clock.day[t]! - base.firstDay
    // A day ahead has no level yet: the driver is compared with its last one.
    const own = base.dayLevel[day] ?? Number.NaN
    const level = Number.isNaN(own)
      ? last + base.week.effect[weekdayOf(clock.day[t]!)]! - base.week.effect[lastWeekday(base)]!
      : own
    const shape = base.shape[weekdayOf(clock.day[t]!) * base.slots + clock.slot[t]!]!
    const u = Math.log(v + offset) - level - shape
    return Number.isFinite(u) ? slope * u : 0
  })
}

function lastWeekday({ dayLevel, firstDay }: Base): number {
  return weekdayOf(firstDay + dayLevel.findLastIndex((level) => !Number.isNaN(level)))
}

/** Values of a driver on the steps of an axis: the step of the driver that holds each; NaN outside. */
function driverOn({ axis, values }: LoadDriver, on: LoadAxis): Float64Array {
  return Float64Array.from({ length: on.count }, (_, t) => {
    const at = Math.floor((on.startMs + t * on.stepMs - axis.startMs) / axis.stepMs)
    return at >= 0 && at < axis.count ? values[at]! : Number.NaN
  })
}

/** The mean of the driver: a campaign that starts from nothing moves by a bounded logarithm. */
function offsetOf(values: Float64Array): number {
  let [sum, n] = [0, 0]
  for (const v of values) {
    if (!(v > 0)) continue
    sum += v
    n++
  }
  return n > 0 ? sum / n : 1
}
