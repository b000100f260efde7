import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { coursePersistence } from '../capacity/knobs.ts'
import { forecastLoadFiles } from '../files/forecast-files.ts'
import { type ForecastSeries, readForecast } from '../files/read-forecast.ts'
import { createFollower, type TrackMessage, type TrackSummary } from './follow.ts'
import { pollSource } from './poll.ts'
import { readSourceFile } from './read-source.ts'
import { readRecording, startRecording } from './recording.ts'
import type { SourceOptions } from './samples.ts'

/** What to follow, by what, and where from. */
export interface TrackRequest {
  /** A forecast that was written before; or a history (and events) from which one is made first. */
  readonly forecast?: string
  readonly history?: string
  readonly events?: string
  /** First and last minute of the forecast that is made. */
  readonly from?: string
  readonly to?: string
  /** Values of group columns that pick one series, such as {service: 'search'}. */
  readonly series: Readonly<Record<string, string>>
  /** File or URL; absent with `replay`. */
  readonly source?: string
  readonly replay?: string
  readonly record?: string
  readonly allowedHosts: readonly string[]
  readonly everySeconds: number
  readonly unit?: SourceOptions['unit']
  readonly metric: string
  readonly statusMinutes: number
  readonly paths: number
  readonly seed: number
  readonly settings?: KnobSettings
  readonly now: () => number
  readonly onMessage: (message: TrackMessage) => void
  readonly signal?: AbortSignal
}

/** Bands need both sides: these levels are forecast where a history is given. */
const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]

/** Follows an event to its end, or to the signal, and sums it up. */
export async function trackFiles(request: TrackRequest): Promise<TrackSummary> {
  const { forecast } = await seriesOf(request)
  const { axis } = forecast
  const { onMessage, signal, settings } = request
  const follower = createFollower(forecast, {
    statusSteps: Math.max(1, Math.round((request.statusMinutes * 60_000) / axis.stepMs)),
    ...(settings === undefined ? {} : { settings }),
  })
  const recording = request.record === undefined ? undefined : startRecording(request.record)
  for await (const { atMs, samples } of portions(request, axis.startMs, axis.stepMs, axis.count)) {
    if (signal?.aborted) break
    recording?.add(atMs, samples)
    for (const message of follower.take(samples, atMs)) onMessage(message)
  }
  return follower.summary()
}

/** Samples as they come, each portion with the time up to which it is complete. */
async function* portions(request: TrackRequest, startMs: number, stepMs: number, count: number) {
  const { source, replay, unit, metric, signal } = request
  if (replay !== undefined) {
    yield* readRecording(replay)
    return
  }
  if (source === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'there is nothing to follow', {
      next: 'Give --source FILE or URL, or --replay FILE.',
    })
  }
  const isUrl = /^https?:/i.test(source)
  const isCsv = /\.(csv|tsv)(\.gz)?$/i.test(source)
  const options = { unit: unit ?? (isCsv ? 'per-step' : 'per-second'), metric, stepMs } as const
  if (!isUrl) {
    const all = await readSourceFile(source, options)
    const inside = all.filter(
      ({ fromMs, toMs }) => toMs > startMs && fromMs < startMs + count * stepMs,
    )
    const last = inside.reduce((end, { toMs }) => Math.max(end, toMs), startMs)
    yield { atMs: last, samples: inside }
    return
  }
  const untilMs = startMs + count * stepMs
  const polled = pollSource({
    ...options,
    url: source,
    allowedHosts: request.allowedHosts,
    everyMs: request.everySeconds * 1000,
    fromMs: startMs,
    untilMs,
    now: request.now,
    ...(signal === undefined ? {} : { signal }),
  })
  for await (const samples of polled) {
    // What is told of a step that has not ended is told again when it has.
    const end = samples.reduce((latest, { toMs }) => Math.max(latest, toMs), startMs)
    // Parts of a step come from several servers, some of them later.
    const lag = samples.some(({ whole }) => !whole) ? stepMs : 0
    yield { atMs: Math.min(end, request.now()) - lag, samples }
  }
  yield { atMs: Math.min(untilMs, request.now()), samples: [] }
}

async function seriesOf(request: TrackRequest): Promise<ForecastSeries> {
  const { forecast, settings = {}, paths, seed, series } = request
  const persistence = readKnob(coursePersistence, settings)
  const all =
    forecast === undefined
      ? await forecastNow(request, persistence)
      : await readForecast(forecast, { persistence, paths, seed })
  const wanted = Object.entries(series)
  const found = all.filter(({ group }) => wanted.every(([name, value]) => group[name] === value))
  if (found.length === 1) return found[0]!
  const names = all.slice(0, 5).map(({ group }) =>
    Object.entries(group)
      .map((pair) => pair.join('='))
      .join(','),
  )
  throw new StorewrightError(
    'ERR_ARGUMENT',
    `${found.length === 0 ? 'no series' : `${found.length} series`} of the forecast ${found.length === 0 ? 'is' : 'are'} meant`,
    {
      next: `Pick one with --series, such as --series ${names[0] ?? ''} (there are: ${names.join('; ')}).`,
    },
  )
}

async function forecastNow(request: TrackRequest, persistence: number) {
  const { history, events, from, to, paths, seed, settings, series } = request
  if (history === undefined || from === undefined || to === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'there is no forecast to follow', {
      next: 'Give --forecast FILE, or --history FILE with --from and --to.',
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'storewright-track-'))
  try {
    const out = join(folder, 'forecast.csv')
    const group = Object.keys(series)
    await forecastLoadFiles({
      ...{ history, from, to, step: '1m', levels: LEVELS, out, seed, onProgress: () => {} },
      ...(events === undefined ? {} : { events }),
      ...(group.length === 0 ? {} : { group }),
      ...(settings === undefined ? {} : { settings }),
    })
    return await readForecast(out, { persistence, paths, seed })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
