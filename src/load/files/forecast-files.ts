import { parseInstant } from '../../core/calendar.ts'
import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import type { OnProgress } from '../../core/progress.ts'
import { requireLevels } from '../../core/quantiles.ts'
import type { ForecastRange, LoadContext, LoadEvent, LoadHistory } from '../types.ts'
import { layOnSteps, STEP_WORDS } from './equal-steps.ts'
import { forecastTasks } from './forecast-tasks.ts'
import { openRowFile } from './open-rows.ts'
import { type GroupDriver, readDrivers } from './read-drivers.ts'
import { readEvents } from './read-events.ts'
import { type RawHistory, readHistory } from './read-history.ts'
import { type ReportSeries, reportPage } from './report.ts'
import type { DayPeak } from './series-task.ts'
import { type TimeStyle, type ZoneClock, zoneClock } from './times.ts'
import { createForecastWriter } from './write-forecast.ts'

/** What to forecast from files. */
export interface LoadFilesRequest {
  readonly history: string
  readonly events?: string
  /** Series that load follows, past and to come: ds, group columns, a column a driver. */
  readonly drivers?: string
  /** First and last step; a date as the last means all of that day. */
  readonly from: string
  readonly to: string
  /** 1m, 1h, 1d, 1w …. */
  readonly step: string
  readonly levels: readonly number[]
  readonly out: string
  /** An HTML page to write beside the forecast. */
  readonly report?: string
  readonly group?: readonly string[]
  readonly season?: number
  readonly zone?: string
  readonly seed: number
  /** Threads for many series; default as many as there are cores. */
  readonly threads?: number
  readonly onProgress: OnProgress
  readonly signal?: AbortSignal
}

/** What came of it. */
export interface LoadFilesResult {
  readonly rows: number
  /** Repairs and remarks on the files. */
  readonly notes: readonly string[]
  readonly series: readonly SeriesOutcome[]
}

/** How one series was forecast. */
export interface SeriesOutcome {
  readonly group: Readonly<Record<string, string>>
  readonly forecaster: string
  readonly notes: readonly string[]
  /** The largest load of each day, at 5, 50, 95 and 99 %; of many series none. */
  readonly peaks: readonly DayPeak[]
  /** Sample paths behind it. */
  readonly paths: number
}

/**
 * Reads a history and events, forecasts each group over the steps asked for and writes them to `out`,
 * whole or not at all. Throws the errors of the readers, ERR_ARGUMENT on steps that cannot be, and
 * ERR_CANCELLED.
 */
export async function forecastLoadFiles(request: LoadFilesRequest): Promise<LoadFilesResult> {
  requireLevels(request.levels)
  const clock = daysClock(request)
  const range = rangeOf(request, clock)
  const { onProgress, zone } = request
  onProgress({ step: 'read history', done: 0 })
  const raw = await readHistory(openRowFile(request.history), {
    ...(request.group === undefined ? {} : { group: request.group }),
    ...(zone === undefined ? {} : { zone }),
  })
  const events =
    request.events === undefined ? [] : await readEvents(openRowFile(request.events), zone)
  const groupColumns = request.group?.length ?? raw.columns.length
  const laid = layOnSteps(raw, {
    fromMs: range.startMs,
    stepMs: STEP_WORDS[request.step]!,
    groupColumns,
    ...(clock === undefined ? {} : { localClock: clock }),
  })
  requireHistories(raw, laid.histories, request)
  const local = clock === undefined ? events : events.map((event) => onClock(event, clock))
  const notes = [...notesOf(raw, laid.absent, events), ...kindsWithoutPast(local, range, request)]
  const context = contextOf(request, clock)
  const drivers = await driversOf(request, raw, clock)
  const shared = { range, context, events: local, drivers, raw, groupColumns }
  const { rows, series, shown } = await writeAll(request, laid.histories, shared)
  writeReport(request, notes, shown, series.length)
  return { rows, notes, series }
}

/** Days of a local clock differ in length; steps of days and weeks are laid on local time itself. */
function daysClock({ zone, step }: LoadFilesRequest): ZoneClock | undefined {
  const stepMs = STEP_WORDS[step]
  if (stepMs === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', `--step ${step} is no step`, {
      next: `Give one of ${Object.keys(STEP_WORDS).join(', ')}.`,
    })
  }
  return zone === undefined || zone === 'UTC' || stepMs < 86_400_000 ? undefined : zoneClock(zone)
}

function rangeOf(request: LoadFilesRequest, clock: ZoneClock | undefined): ForecastRange {
  const instant = (text: string) => {
    const ms = parseInstant(text, request.zone ?? 'UTC')
    return clock === undefined ? ms : clock.toLocal(ms)
  }
  const stepMs = STEP_WORDS[request.step]!
  const startMs = instant(request.from)
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(request.to.trim())
  const lastMs = instant(request.to) + (isDate ? 86_400_000 - 1 : 0)
  requireArgument(
    lastMs >= startMs,
    `--to ${request.to} is before --from ${request.from}; give the last step wanted`,
  )
  return { startMs, count: Math.floor((lastMs - startMs) / stepMs) + 1 }
}

function requireHistories(
  raw: RawHistory,
  histories: readonly LoadHistory[],
  { from }: LoadFilesRequest,
): void {
  if (histories.length > 0) return
  throw new StorewrightError('ERR_ARGUMENT', `${raw.file} has no row before ${from}`, {
    file: raw.file,
    next: 'Set --from at or after the end of the history.',
  })
}

function onClock(event: LoadEvent, clock: ZoneClock): LoadEvent {
  return { ...event, startMs: clock.toLocal(event.startMs), endMs: clock.toLocal(event.endMs) }
}

function contextOf(request: LoadFilesRequest, clock: ZoneClock | undefined) {
  return {
    seed: request.seed,
    ...(request.season === undefined ? {} : { season: request.season }),
    ...(request.zone === undefined || clock !== undefined ? {} : { zone: request.zone }),
  }
}

async function driversOf(
  { drivers, step }: LoadFilesRequest,
  raw: RawHistory,
  clock: ZoneClock | undefined,
): Promise<readonly GroupDriver[]> {
  if (drivers === undefined) return []
  return readDrivers(drivers, {
    ...{ groupColumns: raw.columns, stepMs: STEP_WORDS[step]! },
    ...(clock === undefined ? {} : { toLocal: clock.toLocal }),
  })
}

function notesOf(
  raw: RawHistory,
  absent: readonly string[],
  events: readonly LoadEvent[],
): readonly string[] {
  const notes = [...raw.remarks, ...raw.repairs.notes(raw.file)]
  if (absent.length > 0) notes.push(`${raw.file}: no row before --from of ${absent.join('; ')}`)
  const columns = new Set(events.flatMap((event) => Object.keys(event.group ?? {})))
  for (const name of columns) {
    if (raw.columns.includes(name)) continue
    notes.push(`events name a ${name}, which the history does not: they count for every series`)
  }
  return notes
}

/** Kinds of events in the range that had none before it: nothing can be learned of them. */
function kindsWithoutPast(
  events: readonly LoadEvent[],
  { startMs, count }: ForecastRange,
  { step }: LoadFilesRequest,
): readonly string[] {
  const endMs = startMs + count * STEP_WORDS[step]!
  const past = new Set(events.filter((e) => e.startMs < startMs).map(({ kind }) => kind))
  const ahead = events.filter((e) => e.startMs < endMs && e.endMs > startMs && !past.has(e.kind))
  return [...new Set(ahead.map(({ kind }) => kind))].map(
    (kind) =>
      `events: no past event of kind ${kind}; what it does is taken from other kinds where there are any, else it counts as nothing`,
  )
}

interface Shared {
  readonly range: ForecastRange
  readonly context: Omit<LoadContext, 'events'>
  readonly events: readonly LoadEvent[]
  readonly drivers: readonly GroupDriver[]
  readonly raw: RawHistory
  readonly groupColumns: number
}

async function writeAll(
  request: LoadFilesRequest,
  histories: readonly LoadHistory[],
  { range, context, events, drivers, raw, groupColumns }: Shared,
): Promise<{ rows: number; series: readonly SeriesOutcome[]; shown: readonly ReportSeries[] }> {
  const { levels, zone } = request
  const columns = raw.columns.slice(0, groupColumns)
  const style = outStyle(raw.style, request, range)
  const writer = createForecastWriter(request.out, { columns, levels, style })
  const toLocal = zoneLabels(request, raw.style, zone)
  const tasks = histories.map((history) => {
    const own = events.filter((event) => touches(event, history.group))
    const followed = drivers.filter((one) => touches(one, history.group)).map((one) => one.driver)
    const known = followed.length === 0 ? {} : { drivers: followed }
    return { history, range, context: { ...context, ...known, events: own } }
  })
  const series: SeriesOutcome[] = []
  const shown: ReportSeries[] = []
  const detailed = request.report === undefined ? 0 : MOST_SHOWN
  const options = { ...request, peakLevels: PEAK_LEVELS, detailed }
  try {
    await forecastTasks(tasks, options, (made, at) => {
      const { history, context: own } = tasks[at]!
      writer.write(made.group, made, toLocal)
      series.push({
        ...{ group: made.group, forecaster: made.forecaster, notes: made.notes },
        ...{ peaks: made.peaks, paths: made.pathCount },
      })
      if (at < detailed) shown.push({ made, history, events: own.events })
    })
    writer.finish()
  } catch (error) {
    writer.discard()
    throw error
  }
  return { rows: writer.rowCount(), series, shown }
}

/** Series that a report shows in full. */
const MOST_SHOWN = 20
/** Levels at which peaks are told. */
const PEAK_LEVELS = [0.05, 0.5, 0.95, 0.99]

function writeReport(
  request: LoadFilesRequest,
  notes: readonly string[],
  shown: readonly ReportSeries[],
  series: number,
): void {
  if (request.report === undefined) return
  const { history, from, to, step, levels } = request
  const page = reportPage({
    title: `Load, ${from} to ${to}`,
    call: `storewright load forecast --history ${history} --from "${from}" --to "${to}" --step ${step}`,
    ...{ levels, peakLevels: PEAK_LEVELS, notes },
    ...{ series: shown, others: series - shown.length },
  })
  writeFileWhole(request.report, page)
}

/** Whether an event touches a group: none of the columns that both have says otherwise. */
export function touches(
  event: Pick<LoadEvent, 'group'>,
  group: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(event.group ?? {}).every(
    ([name, value]) => (group[name] ?? value) === value,
  )
}

/** Dates stay dates where every step starts at midnight; finer steps need a clock. */
function outStyle(style: TimeStyle, { step }: LoadFilesRequest, range: ForecastRange): TimeStyle {
  if (!style.dateOnly) return style
  const isDays = STEP_WORDS[step]! % 86_400_000 === 0 && range.startMs % 86_400_000 === 0
  return { ...style, dateOnly: isDays }
}

/** Times that came without a zone go out as they came: on the clock of --zone. */
function zoneLabels(
  request: LoadFilesRequest,
  style: TimeStyle,
  zone: string | undefined,
): ((ms: number) => number) | undefined {
  if (zone === undefined || zone === 'UTC' || STEP_WORDS[request.step]! >= 86_400_000) return
  return style.zoned ? undefined : zoneClock(zone).toLocal
}
