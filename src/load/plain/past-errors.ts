import type { LoadHistory } from '../types.ts'

/** What repeating a history after a lag missed in the past, by lags ahead and phase of the day. */
export interface PastErrors {
  readonly lag: number
  /** Steps of a block, within which errors are told apart by phase: a day, or one step. */
  readonly block: number
  /** Blocks that a path takes from the past in a row. */
  readonly stretch: number
  readonly notes: readonly string[]
  /** The value to repeat at a step of the history; where it is unknown, what is known before it. */
  baseAt(step: number): number
  /** Errors y[s] − y[s − lags × lag] at a phase, by time; never empty. */
  at(lags: number, phase: number): Float64Array
  /** By how much errors grow beyond the lags that the history can show: the root of the lags. */
  widening(lags: number): number
}

/** Blocks of past errors that a lag must show to be believed. */
const FEWEST_BLOCKS = 8
/** Steps that a path keeps together where the lag is one step. */
const STEPS_TOGETHER = 13

/** The past errors of repeating `history` after `lag` steps, told apart by phase within `block` steps. */
export function pastErrors(history: LoadHistory, lag: number, block: number): PastErrors {
  const { values } = history
  const known = new Map<number, readonly Float64Array[]>()
  const shown = Math.max(1, Math.floor((values.length - FEWEST_BLOCKS * block) / lag))
  // Beyond half of the history, errors are of the same few weeks again and again.
  const most = Math.max(1, Math.min(shown, Math.floor(values.length / 2 / lag)))
  const spare = spareErrors(values)
  return {
    lag,
    block,
    stretch: lag === 1 ? STEPS_TOGETHER : Math.max(1, Math.round(lag / block)),
    notes: spare.length === 2 ? ['the history is too short to show errors: half of the load'] : [],
    baseAt: (step) => baseAt(values, step, lag),
    at(lags, phase) {
      const k = Math.min(lags, most)
      let phasesOf = known.get(k)
      if (phasesOf === undefined) {
        phasesOf = byPhase(values, k * lag, block, spare)
        known.set(k, phasesOf)
      }
      return phasesOf[phase]!
    },
    widening: (lags) => Math.sqrt(Math.max(1, lags / most)),
  }
}

function byPhase(
  values: Float64Array,
  back: number,
  block: number,
  spare: Float64Array,
): readonly Float64Array[] {
  const rows: number[][] = Array.from({ length: block }, () => [])
  for (let s = back; s < values.length; s++) {
    const error = values[s]! - values[s - back]!
    if (!Number.isNaN(error)) rows[s % block]!.push(error)
  }
  return rows.map((errors) => (errors.length > 0 ? Float64Array.from(errors) : spare))
}

/** Errors from one known step to the next, for phases that show none; two made up where there are none. */
function spareErrors(values: Float64Array): Float64Array {
  const errors: number[] = []
  let before = Number.NaN
  for (const value of values) {
    if (Number.isNaN(value)) continue
    if (!Number.isNaN(before)) errors.push(value - before)
    before = value
  }
  return Float64Array.from(errors.length > 0 ? errors : [-before / 2, before / 2])
}

/** Looks a lag further back while the step is unknown, then for the last known step before it. */
function baseAt(values: Float64Array, step: number, lag: number): number {
  for (let s = step; s >= 0; s -= lag) if (!Number.isNaN(values[s]!)) return values[s]!
  for (let s = Math.min(step, values.length - 1); s >= 0; s--)
    if (!Number.isNaN(values[s]!)) return values[s]!
  for (const value of values) if (!Number.isNaN(value)) return value
  return 0
}
