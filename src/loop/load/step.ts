import { readKnob } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { createWorkerPool, moduleBeside, type WorkerPool } from '../../core/workers.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { cascade, LoadEvent, LoadHistory } from '../../load/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { currentVersion, hashOf, hashTables, listVersions } from '../versions.ts'
import { type CalendarEvent, eventsInForce, eventsOfSeries, readCalendar } from './calendar.ts'
import { readCalendarRecord } from './calendar-events.ts'
import { keptMinutes, type Stretch } from './kept-minutes.ts'
import {
  keptMinuteDays,
  minuteSeries,
  storeHourDays,
  storeMinuteDays,
  storeOrigins,
} from './knobs.ts'
import { createNodeSum, type LoadNode, type NodeSum, seriesNode } from './node-sums.ts'
import { knowsLoad, LOAD_TABLES, readLoadSeries } from './read-load.ts'
import { type Rehearsed, rehearse } from './rehearse.ts'
import { forecastLoadSeries, type KeptSeries, type LoadSeriesTask } from './series-task.ts'
import { forecastRows, partRows, type SeriesParts } from './tables.ts'
import { addHistories, lastEventOf, type TrackedEvent, trackPastEvent } from './track-event.ts'

/** What belongs to a version of the load forecast as a whole. */
export interface LoadNote {
  /** Epoch ms: the end of the load that it knows. */
  readonly knownUntilMs: number
  readonly knownFromMs: number
  readonly pathCount: number
  /** Sequence number of the last entry of the calendar that it knows; 0: none. */
  readonly calendarSequence?: number
  /** Errors of forecasts made in hindsight, while no kept version has met its time. */
  readonly rehearsed?: readonly Rehearsed[]
  /** The last planned event, as it was followed. */
  readonly tracked?: TrackedEvent
  readonly series: readonly {
    readonly service: string
    readonly region: string
    readonly grains: readonly {
      readonly grain: cascade.Grain
      readonly forecaster: string
      readonly untilMs: number
      readonly notes: readonly string[]
    }[]
  }[]
}

/** Raise it when the same inputs come to give another forecast. */
const LOAD_METHOD = 6
const THREADS = 2
const DAY_MS = 86_400_000
const SEED = 1
/** Notes of one grain that are kept. */
const MOST_NOTES = 8
const GRAINS_OF_LARGE: readonly cascade.Grain[] = ['week', 'day', 'hour', 'minute']
const GRAINS_OF_OTHERS: readonly cascade.Grain[] = ['week', 'day', 'hour']

/**
 * Forecasts the load of every service and region and their sums, unless what it reads stands. A store
 * without load costs one look.
 */
export async function loadStep(
  context: StepContext,
  ledger: Ledger,
): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const current = await currentVersion(db, 'load')
  if (!(await knowsLoad(db))) {
    return { kind: 'load', version: current?.version ?? 0, skipped: true }
  }
  const record = await readCalendarRecord(ledger)
  const inputHash = hashOf([
    LOAD_METHOD,
    await hashTables(db, LOAD_TABLES),
    record.entries,
    settings.store.time_zone,
    loadKnobs(settings.knobs),
  ])
  if (current?.inputHash === inputHash) {
    return { kind: 'load', version: current.version, skipped: true }
  }
  const histories = await readLoadSeries(db)
  const calendar = await readCalendar(db, record)
  const { nodes, parts, note } = await forecastAll(context, histories, calendar)
  const hindsight = (await hasMetItsTime(context, endOf(histories)))
    ? {}
    : { rehearsed: rehearseAll(context, histories, calendar) }
  return {
    ...{
      kind: 'load',
      inputHash,
      note: { ...note, ...hindsight, calendarSequence: record.sequence },
    },
    async write(database, version) {
      await database.append('load_forecast', forecastRows(nodes, version))
      const rows = partRows(parts, version)
      if (rows.rowCount > 0) await database.append('load_parts', rows)
    },
  }
}

/** Whether a kept version has been met by a week of load. */
async function hasMetItsTime({ db }: StepContext, endMs: number): Promise<boolean> {
  const versions = await listVersions(db, 'load')
  return versions.some(
    ({ note }) => (JSON.parse(note) as LoadNote).knownUntilMs <= endMs - 7 * DAY_MS,
  )
}

function rehearseAll(
  { settings }: StepContext,
  histories: readonly LoadHistory[],
  calendar: readonly CalendarEvent[],
): readonly Rehearsed[] {
  const endMs = endOf(histories)
  const contextOf = (service: string) => ({
    events: eventsOfSeries(calendar, { service, region: 'all' }, endMs),
    ...{ seed: SEED, zone: settings.store.time_zone },
  })
  return rehearse(histories, contextOf, settings.knobs)
}

/** Settings whose change makes another forecast. */
export function loadKnobs(knobs: Readonly<Record<string, number>>) {
  return Object.entries(knobs)
    .filter(([name]) => name.startsWith('load.'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

async function forecastAll(
  context: StepContext,
  histories: readonly LoadHistory[],
  calendar: readonly CalendarEvent[],
): Promise<{ nodes: LoadNode[]; parts: SeriesParts[]; note: LoadNote }> {
  const tasks = tasksOf(context, histories, calendar)
  const nodes: LoadNode[] = []
  const parts: SeriesParts[] = []
  const series: LoadNote['series'][number][] = []
  const sums = createSums()
  let pathCount = 0
  await runTasks(context, tasks, (made) => {
    const { service, region } = made
    pathCount = made.pathCount
    nodes.push(seriesNode(made))
    sums.add(made)
    for (const { grain, startsMs, parts: own } of made.grains) {
      parts.push({ service, region, grain, startsMs, parts: own })
    }
    series.push({ service, region, grains: made.grains.map(noteOfGrain) })
  })
  const starts = histories.map(({ axis }) => axis.startMs)
  const note: LoadNote = {
    knownUntilMs: endOf(histories),
    knownFromMs: starts.reduce((a, b) => Math.min(a, b)),
    ...{ pathCount, series },
    ...trackedOf(context, histories, eventsInForce(calendar)),
  }
  return { nodes: [...nodes, ...sums.nodes()], parts, note }
}

function trackedOf(
  { settings }: StepContext,
  histories: readonly LoadHistory[],
  events: readonly LoadEvent[],
): Pick<LoadNote, 'tracked'> {
  const all = addHistories(histories)
  const event = lastEventOf(events, all)
  if (event === undefined) return {}
  const planned = events.filter(({ group }) => group === undefined)
  const context = { events: planned, seed: SEED, zone: settings.store.time_zone }
  return { tracked: trackPastEvent(all, event, context, settings.knobs) }
}

function noteOfGrain({ grain, forecaster, notes, startsMs }: KeptSeries['grains'][number]) {
  const untilMs = startsMs.at(-1) ?? 0
  return { grain, forecaster, untilMs, notes: notes.slice(0, MOST_NOTES) }
}

function endOf(histories: readonly LoadHistory[]): number {
  return histories
    .map(({ axis }) => axis.startMs + axis.count * axis.stepMs)
    .reduce((a, b) => Math.max(a, b))
}

/** Every service over its regions, every region over its services, and all. */
function createSums() {
  const sums = new Map<string, { sum: NodeSum; service: string; region: string; parts: number }>()
  const add = (service: string, region: string, made: KeptSeries) => {
    const key = `${service}\u0000${region}`
    const own = sums.get(key) ?? { sum: createNodeSum(), service, region, parts: 0 }
    own.sum.add(made)
    own.parts++
    sums.set(key, own)
  }
  return {
    add(made: KeptSeries) {
      const { service, region } = made
      if (region !== 'all') add(service, 'all', made)
      if (service !== 'all' && region !== 'all') add('all', region, made)
      if (service !== 'all' || region !== 'all') add('all', 'all', made)
    },
    nodes: () =>
      [...sums.values()].flatMap(({ sum, service, region }) => sum.node(service, region) ?? []),
  }
}

function tasksOf(
  { settings }: StepContext,
  histories: readonly LoadHistory[],
  calendar: readonly CalendarEvent[],
): LoadSeriesTask[] {
  const { knobs } = settings
  const endMs = endOf(histories)
  const minuteDays = readKnob(storeMinuteDays, knobs)
  const kept = keptMinutes(
    ...([endMs, endMs + minuteDays * DAY_MS] as const),
    readKnob(keptMinuteDays, knobs),
    eventsInForce(calendar),
  )
  const large = largestOf(histories, readKnob(minuteSeries, knobs))
  return histories.map((history) => ({
    history,
    context: {
      events: eventsOfSeries(calendar, history.group, endMs),
      ...{ seed: SEED, zone: settings.store.time_zone },
    },
    grains: large.has(history) ? GRAINS_OF_LARGE : GRAINS_OF_OTHERS,
    knobs: {
      'load.hour-horizon': readKnob(storeHourDays, knobs),
      'load.minute-horizon': minuteDays,
      'load.choose-origins': readKnob(storeOrigins, knobs),
      ...knobs,
    },
    keptMinutes: kept satisfies readonly Stretch[],
  }))
}

function largestOf(histories: readonly LoadHistory[], most: number): ReadonlySet<LoadHistory> {
  if (histories.length <= most) return new Set(histories)
  const sum = ({ values }: LoadHistory) =>
    values.reduce((all, value) => (Number.isNaN(value) ? all : all + value), 0)
  return new Set([...histories].sort((a, b) => sum(b) - sum(a)).slice(0, most))
}

async function runTasks(
  { onProgress, signal }: StepContext,
  tasks: readonly LoadSeriesTask[],
  take: (made: KeptSeries) => void,
): Promise<void> {
  const pool = tasks.length > 1 ? createWorkerPool(THREADS) : undefined
  const underWay: Promise<KeptSeries>[] = []
  let next = 0
  try {
    for (let done = 0; done < tasks.length; done++) {
      throwIfStopped(signal)
      while (next < tasks.length && underWay.length < 2 * THREADS) {
        const task = runTask(pool, tasks[next++]!, signal)
        // Awaited in its turn; until then a failure must not count as unhandled.
        task.catch(() => {})
        underWay.push(task)
      }
      const note = Object.values(tasks[done]!.history.group).join(' ')
      onProgress({ step: 'forecast load', done, total: tasks.length, note })
      take(await underWay.shift()!)
    }
  } finally {
    await pool?.close()
  }
}

async function runTask(
  pool: WorkerPool | undefined,
  task: LoadSeriesTask,
  signal: AbortSignal | undefined,
): Promise<KeptSeries> {
  if (pool === undefined) return forecastLoadSeries(task)
  const module = moduleBeside(import.meta.url, './series-task')
  return pool.run<LoadSeriesTask, KeptSeries>(module, 'forecastLoadSeries', task, signal)
}
