import { StorewrightError } from '../../core/errors.ts'
import type { LoadHistory } from '../types.ts'
import type { RawHistory, RawSeries } from './read-history.ts'
import type { Repairs } from './repairs.ts'
import type { ZoneClock } from './times.ts'

/** How rows are laid on equal steps. */
export interface StepPlan {
  /** Epoch ms of a step's start: all steps lie whole steps from it, and only those before it count. */
  readonly fromMs: number
  readonly stepMs: number
  /** The first columns of the history that make a group; the others are added up. */
  readonly groupColumns: number
  /** Where days follow a local clock, its times stand in for UTC ones. */
  readonly localClock?: ZoneClock
}

/** Steps that people ask for. */
export const STEP_WORDS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '10m': 600_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
  '1w': 604_800_000,
}

/** A step as a phrase: 1h. */
export function stepWord(stepMs: number): string {
  const known = Object.entries(STEP_WORDS).find(([, ms]) => ms === stepMs)
  if (known !== undefined) return known[0]
  return stepMs % 60_000 === 0 ? `${stepMs / 60_000} minutes` : `${stepMs / 1000} s`
}

/**
 * Lays each group on equal steps before `fromMs`: finer rows are added up, gaps are NaN. A step known
 * to at least half is scaled up to the whole; below that it is unknown. Groups without a row before
 * `fromMs` come back in `absent`. Throws ERR_ARGUMENT where the rows are coarser than the steps or do
 * not fit into them.
 */
export function layOnSteps(
  raw: RawHistory,
  plan: StepPlan,
): { readonly histories: readonly LoadHistory[]; readonly absent: readonly string[] } {
  const rows = raw.series.map((series) => beforeFrom(series, plan, raw.repairs))
  const nativeMs = fittingStep(raw.file, nativeStep(rows) ?? plan.stepMs, plan.stepMs)
  const groups = new Map<string, LoadHistory[]>()
  const absent = new Set<string>()
  rows.forEach((series) => {
    const name = series.key.slice(0, plan.groupColumns).join(' ')
    const own = groups.get(name) ?? []
    if (series.times.length === 0) absent.add(name)
    else groups.set(name, [...own, binSeries(raw, series, plan, nativeMs)])
  })
  const histories = [...groups.values()].map((parts) => addUp(parts, raw.repairs))
  return { histories, absent: [...absent].filter((name) => !groups.has(name)) }
}

function beforeFrom(series: RawSeries, plan: StepPlan, repairs: Repairs): RawSeries {
  const { localClock, fromMs } = plan
  const times = localClock === undefined ? series.times : series.times.map(localClock.toLocal)
  let end = times.length
  while (end > 0 && times[end - 1]! >= fromMs) end--
  repairs.add('later', undefined, times.length - end)
  return { key: series.key, times: times.subarray(0, end), values: series.values.subarray(0, end) }
}

/** The most common distance between neighbouring rows, ms; of equally common ones the shortest. */
export function nativeStep(series: readonly RawSeries[]): number | undefined {
  const counts = new Map<number, number>()
  for (const { times } of series) {
    for (let i = 1; i < times.length; i++) {
      const gap = times[i]! - times[i - 1]!
      if (gap > 0) counts.set(gap, (counts.get(gap) ?? 0) + 1)
    }
  }
  let best: number | undefined
  for (const [gap, count] of counts) {
    const most = best === undefined ? 0 : counts.get(best)!
    if (count > most || (count === most && gap < best!)) best = gap
  }
  return best
}

/** Clocks that drift make steps of 301 s out of 300. */
const DRIFT = 0.02

/** The step of the rows as a whole part of the step asked for. */
function fittingStep(file: string, nativeMs: number, stepMs: number): number {
  const parts = Math.round(stepMs / nativeMs)
  if (Math.abs(stepMs / nativeMs - parts) <= DRIFT * parts && parts > 0) return stepMs / parts
  const rows = `${file} has a row each ${stepWord(nativeMs)}`
  if (nativeMs > stepMs) {
    throw new StorewrightError('ERR_ARGUMENT', `${rows}; steps of ${stepWord(stepMs)} are finer`, {
      file,
      next: `Ask for --step ${coarserWord(nativeMs)} or coarser.`,
    })
  }
  throw new StorewrightError(
    'ERR_ARGUMENT',
    `${rows}, which does not fit into ${stepWord(stepMs)}`,
    {
      file,
      next: 'Write the history with a step that divides the one asked for.',
    },
  )
}

function coarserWord(nativeMs: number): string {
  return Object.entries(STEP_WORDS).find(([, ms]) => ms >= nativeMs)?.[0] ?? '1w'
}

function binSeries(
  raw: RawHistory,
  series: RawSeries,
  plan: StepPlan,
  nativeMs: number,
): LoadHistory {
  const { fromMs, stepMs } = plan
  const bin = nativeMs === stepMs ? nearestBin(series.times, plan) : floorBin(plan)
  const first = bin(series.times[0]!)
  const count = bin(series.times.at(-1)!) - first + 1
  const sums = new Float64Array(count)
  const known = new Float64Array(count)
  const rows = new Float64Array(count)
  for (let i = 0; i < series.times.length; i++) {
    const at = bin(series.times[i]!) - first
    rows[at]! += 1
    if (Number.isNaN(series.values[i]!)) continue
    sums[at]! += series.values[i]!
    known[at]! += 1
  }
  const perStep = stepMs / nativeMs
  const values = finishBins(sums, known, rows, perStep, raw.repairs)
  const whole = perStep === 1 ? 0 : leadingPartial(rows, perStep)
  const group = groupOf(raw.columns, series.key, plan.groupColumns)
  const axis = { startMs: fromMs + (first + whole) * stepMs, stepMs, count: count - whole }
  return { group, axis, values: values.subarray(whole) }
}

/** A first step that began before the history did tells nothing of its whole. */
function leadingPartial(rows: Float64Array, perStep: number): number {
  return rows.length > 1 && rows[0]! < perStep ? 1 : 0
}

function floorBin({ fromMs, stepMs }: StepPlan): (ms: number) => number {
  return (ms) => Math.floor((ms - fromMs) / stepMs)
}

/** Rows that come a step apart, a little early or late: each belongs to the step nearest to its usual phase. */
function nearestBin(times: Float64Array, { fromMs, stepMs }: StepPlan): (ms: number) => number {
  const phases = new Map<number, number>()
  for (const ms of times) {
    const phase = (((ms - fromMs) % stepMs) + stepMs) % stepMs
    phases.set(phase, (phases.get(phase) ?? 0) + 1)
  }
  let usual = 0
  for (const [phase, count] of phases) if (count > (phases.get(usual) ?? 0)) usual = phase
  return (ms) => Math.round((ms - fromMs - usual) / stepMs)
}

function finishBins(
  sums: Float64Array,
  known: Float64Array,
  rows: Float64Array,
  perStep: number,
  repairs: Repairs,
): Float64Array {
  let gaps = 0
  let shared = 0
  let partial = 0
  const values = sums.map((sum, at) => {
    const count = known[at]!
    if (rows[at] === 0) gaps++
    if (perStep === 1) {
      if (count > 1) shared += count - 1
      return count === 0 ? Number.NaN : sum / count
    }
    if (count > 0 && count < perStep) partial++
    return count * 2 >= perStep && count > 0 ? (sum * perStep) / count : Number.NaN
  })
  repairs.add('gap', undefined, gaps)
  repairs.add('shared', undefined, shared)
  repairs.add('partial', undefined, partial)
  return values
}

function groupOf(columns: readonly string[], key: readonly string[], groupColumns: number) {
  return Object.fromEntries(columns.slice(0, groupColumns).map((name, at) => [name, key[at]!]))
}

/** The sum of series of one group; outside its own span a series adds nothing. */
function addUp(parts: readonly LoadHistory[], repairs: Repairs): LoadHistory {
  const only = parts[0]!
  if (parts.length === 1) return only
  const { stepMs } = only.axis
  const startMs = Math.min(...parts.map((part) => part.axis.startMs))
  const endMs = Math.max(...parts.map((part) => part.axis.startMs + part.axis.count * stepMs))
  const values = new Float64Array(Math.round((endMs - startMs) / stepMs))
  let bridged = 0
  for (const { axis, values: own } of parts) {
    const offset = Math.round((axis.startMs - startMs) / stepMs)
    for (let i = 0; i < own.length; i++) {
      const value = own[i]!
      if (Number.isNaN(value)) bridged++
      values[offset + i]! += Number.isNaN(value) ? between(own, i) : value
    }
  }
  repairs.add('added', undefined, bridged)
  return { group: only.group, axis: { startMs, stepMs, count: values.length }, values }
}

/** The straight line between the known neighbours of a gap; at an end the one neighbour. */
function between(values: Float64Array, at: number): number {
  let before = at
  let after = at
  while (before >= 0 && Number.isNaN(values[before]!)) before--
  while (after < values.length && Number.isNaN(values[after]!)) after++
  if (before < 0) return after < values.length ? values[after]! : 0
  if (after >= values.length) return values[before]!
  const share = (at - before) / (after - before)
  return values[before]! * (1 - share) + values[after]! * share
}
