import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { LeftOut, LoadAxis } from '../types.ts'
import { type Base, type BaseOptions, baseCurve, fitBase } from './base.ts'
import type { DayClock } from './clock.ts'
import { OUTLIER_SENSITIVITY, SHAPE_HALF_LIFE_DAYS, SHAPE_SHRINKAGE_DAYS } from './knobs.ts'
import { findLeftOut } from './outliers.ts'
import type { EventSpan } from './spans.ts'

/** What ordinary days are like, and what of the history does not belong to them. */
export interface Ordinary {
  readonly base: Base
  readonly found: readonly LeftOut[]
}

export function baseOptions(settings: KnobSettings): BaseOptions {
  return {
    halfLifeDays: readKnob(SHAPE_HALF_LIFE_DAYS, settings),
    shrinkageDays: readKnob(SHAPE_SHRINKAGE_DAYS, settings),
  }
}

/**
 * Base of the steps without events, then again without what the first found far off. Where a former fit is
 * given it is gone on from, and what it left out stays out. `z` [count] log load; it is not changed.
 */
export function fitOrdinary(
  z: Float64Array,
  spans: readonly EventSpan[],
  clock: DayClock,
  axis: LoadAxis,
  settings: KnobSettings,
  start?: Ordinary,
): Ordinary {
  const use = new Uint8Array(z.length).fill(1)
  for (const { from, to } of spans) use.fill(0, Math.max(0, from), Math.min(z.length, to))
  // Where events are always under way, the ordinary day is one with events.
  if (use.every((u) => u === 0)) use.fill(1)
  const options = baseOptions(settings)
  const clean = z.slice()
  if (start !== undefined) blank(clean, start.found, axis)
  const first = fitBase(clean, use, clock, start ? { ...options, start: start.base } : options)
  const residual = minus(clean, baseCurve(first, clock))
  for (let t = 0; t < z.length; t++) if (use[t] === 0) residual[t] = Number.NaN
  const fresh = findLeftOut(residual, axis, readKnob(OUTLIER_SENSITIVITY, settings))
  const found = [...(start?.found ?? []), ...fresh].sort((a, b) => a.startMs - b.startMs)
  // A few further stretches hardly move a base that goes on from a former one.
  if (fresh.length === 0 || start !== undefined) return { base: first, found }
  blank(clean, fresh, axis)
  return { base: fitBase(clean, use, clock, { ...options, start: first }), found }
}

/** Makes steps of the ranges unknown. */
export function blank(
  z: Float64Array,
  ranges: readonly { readonly startMs: number; readonly endMs: number }[],
  axis: LoadAxis,
): void {
  for (const { startMs, endMs } of ranges) {
    const from = Math.max(0, Math.floor((startMs - axis.startMs) / axis.stepMs))
    const to = Math.min(axis.count, Math.ceil((endMs - axis.startMs) / axis.stepMs))
    if (to > from) z.fill(Number.NaN, from, to)
  }
}

export function minus(a: Float64Array, b: Float64Array): Float64Array {
  const difference = new Float64Array(a.length)
  for (let t = 0; t < a.length; t++) difference[t] = a[t]! - b[t]!
  return difference
}
