import { requireArgument, StorewrightError } from '../../core/errors.ts'
import type { LoadHistory } from '../../load/index.ts'
import { track } from '../../load/index.ts'
import { withLedger } from '../decisions.ts'
import type { NamedEvent } from '../gameday/store-load.ts'
import type { Settings } from '../store/settings.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { currentVersion } from '../versions.ts'
import { eventsInForce, isPlanned, readCalendar } from './calendar.ts'
import { readCalendarRecord } from './calendar-events.ts'
import { readLoadSeries } from './read-load.ts'
import {
  addHistories,
  beginTracking,
  type EventTracking,
  lastEventOf,
  samplesOf,
  type TrackedEvent,
} from './track-event.ts'

const MINUTE_MS = 60_000
const SEED = 1
/** A source is asked no more often than this, whoever looks. */
const ASK_MS = 10_000

/** Where the minutes of a live event come from. */
export type LiveSource =
  | { readonly kind: 'replay'; readonly speed: number }
  | { readonly kind: 'prometheus' | 'file'; readonly from: string }
  | { readonly kind: 'push' }

/** An event as it stands now. */
export interface LiveState {
  readonly source: LiveSource
  readonly event: NamedEvent
  /** Before the first minute, while minutes come, and after the last. */
  readonly phase: 'waiting' | 'running' | 'over'
  /** Epoch ms up to which minutes are read: of a replay, the time of the event. */
  readonly atMs: number
  readonly tracked: TrackedEvent
  /** What went wrong when the source was last asked. */
  readonly trouble: string | undefined
}

/** Follows the current or the next event of a store while it is served. */
export interface LiveFeed {
  /** What stands now; undefined where nothing is followed. */
  read(): Promise<LiveState | undefined>
  /** Takes metrics in (OTLP as JSON). Throws ERR_FEED_UNREADABLE, ERR_ARGUMENT where nothing is pushed to. */
  push(payload: unknown): Promise<number>
  /** Plays a past event again, so many times as fast as it went. Throws ERR_ARGUMENT where none can be. */
  replay(speed: number): Promise<LiveState>
  /** Stops a replay. */
  stop(): void
}

interface Followed {
  readonly key: string
  readonly event: NamedEvent
  readonly tracking: EventTracking
  /** What is replayed. */
  readonly history: LoadHistory
  readonly startedAtMs: number
  readonly reader: track.SourceReader
  readMs: number
  askedAtMs: number
  trouble: string | undefined
}

/** A feed of a store folder; `clock` gives the time now, epoch ms. Nothing is read before it is asked. */
export function openLiveFeed(folder: string, clock: () => number): LiveFeed {
  let replaying: { readonly speed: number; readonly startedAtMs: number } | undefined
  let followed: Followed | undefined
  /** One at a time: two who look at once must not feed minutes twice. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work)
    turn = next.catch(() => {})
    return next
  }
  const follow = async (): Promise<{ source: LiveSource; own: Followed } | undefined> => {
    const settings = storeSettings(folder)
    const source = replaying === undefined ? sourceOf(settings) : replayOf(replaying)
    if (source === undefined) return undefined
    const key = await keyOf(folder, source, replaying?.startedAtMs)
    if (followed?.key !== key) followed = await begin(folder, settings, source, clock(), key)
    return followed === undefined ? undefined : { source, own: followed }
  }
  const advance = async () => {
    const found = await follow()
    if (found === undefined) return undefined
    const { source, own } = found
    await feed(source, own, storeSettings(folder), clock())
    return stateOf(source, own, clock())
  }
  return {
    read: () => inTurn(advance),
    push: (payload) =>
      inTurn(async () => {
        const found = await follow()
        if (found?.source.kind !== 'push') throw notPushed()
        const { own } = found
        const samples = own.reader.read(JSON.stringify(payload))
        own.tracking.take(samples, completeMs(samples, own.readMs))
        own.readMs = Math.max(own.readMs, completeMs(samples, own.readMs))
        return samples.length
      }),
    replay: (speed) =>
      inTurn(async () => {
        requireArgument(speed >= 1 && speed <= 3600, `a speed of ${speed}; give 1 to 3600`)
        replaying = { speed, startedAtMs: clock() }
        const state = await advance()
        if (state !== undefined) return state
        replaying = undefined
        throw new StorewrightError('ERR_STORE_EMPTY', 'no past event can be played again', {
          next: 'A planned event with two weeks of load before it is needed.',
        })
      }),
    stop() {
      replaying = undefined
    },
  }
}

const replayOf = ({ speed }: { readonly speed: number }): LiveSource => ({ kind: 'replay', speed })

function sourceOf({ load }: Settings): LiveSource | undefined {
  const { live_source: from } = load
  if (from === undefined) return undefined
  if (from === 'push') return { kind: 'push' }
  return { kind: /^https?:/i.test(from) ? 'prometheus' : 'file', from }
}

function notPushed(): StorewrightError {
  return new StorewrightError('ERR_ARGUMENT', 'this store does not take metrics in', {
    next: 'Set live_source = "push" under [load] in storewright.toml, and plan an event.',
  })
}

/** What a followed event depends on: another calendar, forecast or source begins anew. */
async function keyOf(
  folder: string,
  source: LiveSource,
  startedAtMs: number | undefined,
): Promise<string> {
  const { sequence } = await withLedger(folder, readCalendarRecord)
  const version = await withDatabase(folder, 'read', (db) => currentVersion(db, 'load'))
  return JSON.stringify([source, startedAtMs, sequence, version?.version])
}

async function begin(
  folder: string,
  settings: Settings,
  source: LiveSource,
  nowMs: number,
  key: string,
): Promise<Followed | undefined> {
  const record = await withLedger(folder, readCalendarRecord)
  const { series, events } = await withDatabase(folder, 'read', async (db) => ({
    series: await readLoadSeries(db),
    events: eventsInForce(await readCalendar(db, record)),
  }))
  if (series.length === 0) return undefined
  const history = addHistories(series)
  const event =
    source.kind === 'replay' ? lastEventOf(events, history) : eventAt(events, nowMs, history)
  if (event === undefined) return undefined
  const planned = events.filter(({ group }) => group === undefined)
  const context = { events: planned, seed: SEED, zone: settings.store.time_zone }
  const tracking = beginTracking(history, event, context, settings.knobs)
  return {
    ...{ key, event, tracking, history, startedAtMs: nowMs, trouble: undefined },
    ...{ readMs: tracking.fromMs, askedAtMs: -Infinity },
    reader: track.createSourceReader(sourceOptions(settings)),
  }
}

/** The event that is on, or the next; a day after its end the next is followed. */
function eventAt(
  events: readonly NamedEvent[],
  nowMs: number,
  { axis }: LoadHistory,
): NamedEvent | undefined {
  const dayMs = 1440 * MINUTE_MS
  return events.find(
    (event) =>
      isPlanned(event) &&
      event.group === undefined &&
      event.endMs + dayMs > nowMs &&
      event.startMs - axis.startMs > 14 * dayMs,
  )
}

function sourceOptions({ load }: Settings): track.SourceOptions {
  const isCsv = /\.(csv|tsv)(\.gz)?$/i.test(load.live_source ?? '')
  const unit = load.live_unit ?? (isCsv ? 'per-step' : 'per-second')
  return { unit, metric: load.live_metric, stepMs: MINUTE_MS }
}

/** Reads what has come since; what a source answers badly is told and asked for again. */
async function feed(
  source: LiveSource,
  own: Followed,
  settings: Settings,
  nowMs: number,
): Promise<void> {
  const { tracking } = own
  const endMs = tracking.fromMs + tracking.count * MINUTE_MS
  if (source.kind === 'replay') {
    const passed = (nowMs - own.startedAtMs) * source.speed
    const untilMs = Math.min(endMs, tracking.fromMs + passed - (passed % MINUTE_MS))
    if (untilMs <= own.readMs) return
    tracking.take(samplesOf(own.history, own.readMs, untilMs), untilMs)
    own.readMs = untilMs
    return
  }
  if (source.kind === 'push' || nowMs < own.askedAtMs + ASK_MS) return
  own.askedAtMs = nowMs
  const toMs = Math.min(endMs, nowMs - (nowMs % MINUTE_MS))
  if (toMs <= own.readMs) return
  try {
    const samples = await ask(source, own, settings, toMs)
    const untilMs = Math.min(toMs, completeMs(samples, own.readMs))
    tracking.take(samples, untilMs)
    own.readMs = Math.max(own.readMs, untilMs)
    own.trouble = undefined
  } catch (error) {
    own.trouble = error instanceof Error ? error.message : String(error)
  }
}

function ask(
  source: Extract<LiveSource, { readonly from: string }>,
  own: Followed,
  settings: Settings,
  toMs: number,
): Promise<readonly track.LoadSample[]> {
  if (source.kind === 'file') return track.readSourceFile(source.from, sourceOptions(settings))
  return track.askSource(own.reader, {
    ...{ url: source.from, allowedHosts: settings.load.live_hosts },
    ...{ fromMs: own.readMs, toMs, stepMs: MINUTE_MS },
  })
}

/** Up to where minutes are whole: the end of the last sample, a minute less where parts may still come. */
function completeMs(samples: readonly track.LoadSample[], readMs: number): number {
  const end = samples.reduce((latest, { toMs }) => Math.max(latest, toMs), readMs)
  const lag = samples.some(({ whole }) => !whole) ? MINUTE_MS : 0
  return Math.max(readMs, end - (end % MINUTE_MS) - lag)
}

function stateOf(source: LiveSource, own: Followed, nowMs: number): LiveState {
  const { tracking, event, readMs, trouble } = own
  const endMs = tracking.fromMs + tracking.count * MINUTE_MS
  const phase = readMs >= endMs ? 'over' : isBefore(source, own, nowMs) ? 'waiting' : 'running'
  return { source, event, phase, atMs: readMs, tracked: tracking.snapshot(), trouble }
}

const isBefore = (source: LiveSource, { tracking }: Followed, nowMs: number): boolean =>
  source.kind !== 'replay' && nowMs < tracking.fromMs
