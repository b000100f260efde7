import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { chooseForecast, type LoadEvent, type LoadHistory } from '../../load/index.ts'
import type { ServiceForecast } from '../../world/index.ts'

/** Part of the time about an event that is driven, epoch ms. */
export interface EventWindow {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The event of this id, or the next one of this name, else the last one. Throws ERR_ARGUMENT naming
 * the nearest.
 */
export function findEvent<T extends LoadEvent & { readonly name?: string }>(
  events: readonly T[],
  wanted: string,
  nowMs: number,
): T {
  const byId = events.find(({ eventId }) => eventId === wanted)
  const named = events.filter((event) => event.name === wanted || event.kind === wanted)
  const found = byId ?? named.find(({ endMs }) => endMs > nowMs) ?? named.at(-1)
  if (found !== undefined) return found
  const names = events.map(({ eventId }) => eventId)
  throw new StorewrightError('ERR_ARGUMENT', `there is no event ${wanted}`, {
    value: wanted,
    next:
      names.length === 0
        ? 'The calendar is empty: import load_events, or give --events FILE.'
        : `Did you mean ${nearest(wanted, names)}?`,
  })
}

export interface CurvesRequest {
  readonly histories: readonly LoadHistory[]
  readonly events: readonly LoadEvent[]
  /** Minutes of the window that a forecast in force has already, by service. */
  readonly kept?: ReadonlyMap<string, ServiceForecast>
  readonly window: EventWindow
  /** mean, or a quantile level as q0.95. */
  readonly column: string
  readonly seed: number
  readonly zone?: string
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** Curves of the services in the window, and what is to be said of each. */
export interface EventCurves {
  readonly forecasts: readonly ServiceForecast[]
  readonly notes: readonly string[]
}

/**
 * The load of each service in a window: as it was recorded where the window is past, else as it is
 * forecast. Throws ERR_ARGUMENT on a window that the history reaches into.
 */
export function eventCurves(request: CurvesRequest): EventCurves {
  const { histories, window, onProgress = silent, signal } = request
  const notes: string[] = []
  const forecasts = histories.map((history, done) => {
    throwIfStopped(signal)
    const service = serviceOf(history.group)
    onProgress({ step: 'forecast', done, total: histories.length, note: service })
    const { startMs, stepMs, count } = history.axis
    const endMs = startMs + count * stepMs
    if (window.toMs <= endMs) {
      notes.push(`${service}: as it was recorded`)
      return { service, startMs, stepMs, requests: history.values.map((y) => (y > 0 ? y : 0)) }
    }
    if (window.fromMs < endMs) {
      throw new StorewrightError('ERR_ARGUMENT', 'the event has begun in the history of load', {
        next: 'Take a whole event, past or to come.',
      })
    }
    const kept = request.kept?.get(service)
    if (kept === undefined) return forecastService(request, history, service, notes)
    notes.push(`${service}: the store's forecast in force`)
    return kept
  })
  return { forecasts, notes }
}

function forecastService(
  { events, window, column, seed, zone }: CurvesRequest,
  history: LoadHistory,
  service: string,
  notes: string[],
): ServiceForecast {
  const { startMs, stepMs } = history.axis
  const first = Math.floor((window.fromMs - startMs) / stepMs)
  const from = startMs + first * stepMs
  const count = Math.ceil((window.toMs - from) / stepMs)
  const own = events.filter(({ group }) => (group?.['service'] ?? service) === service)
  const context = { events: own, seed, ...(zone === undefined ? {} : { zone }) }
  const { name, forecast } = chooseForecast(history, context, { startMs: from, count })
  notes.push(`${service}: forecast by ${name}`)
  const level = Number(column.slice(1))
  const requests = column === 'mean' ? forecast.mean : forecast.quantile(level)
  return { service, startMs: from, stepMs, requests }
}

/** The service of a group: its column service or service_id, else all of its values. */
export function serviceOf(group: Readonly<Record<string, string>>): string {
  return group['service'] ?? group['service_id'] ?? (Object.values(group).join(' ') || 'requests')
}
