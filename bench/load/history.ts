import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { LoadEvent, LoadHistory } from '../../src/load/index.ts'

/** Epoch ms of "1998-06-10 15:30:00", UTC. */
export function utcMs(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`)
}

/** A gzipped CSV of ds, y as a history of equal steps; what is missing is NaN. */
export function readHistory(file: string, stepMs: number): LoadHistory {
  const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1)
  const times = rows.map((row) => utcMs(row.slice(0, row.indexOf(','))))
  const startMs = times[0]!
  const count = (times.at(-1)! - startMs) / stepMs + 1
  const values = new Float64Array(count).fill(Number.NaN)
  rows.forEach((row, i) => {
    values[(times[i]! - startMs) / stepMs] = Number(row.slice(row.indexOf(',') + 1))
  })
  return { group: {}, axis: { startMs, stepMs, count }, values }
}

/** A CSV of event_id, kind, starts_at, ends_at. */
export function readEvents(folder: string): LoadEvent[] {
  const rows = readFileSync(join(folder, 'events.csv'), 'utf8').trim().split('\n').slice(1)
  return rows.map((row) => {
    const [eventId, kind, from, to] = row.split(',')
    return { eventId: eventId!, kind: kind!, startMs: utcMs(from!), endMs: utcMs(to!) }
  })
}

/** The steps of a history before an instant. */
export function before(history: LoadHistory, endMs: number): LoadHistory {
  const { startMs, stepMs } = history.axis
  const count = Math.round((endMs - startMs) / stepMs)
  return { ...history, axis: { startMs, stepMs, count }, values: history.values.subarray(0, count) }
}

/** A CSV (.csv, .csv.gz) of time and value at any equal step (the median distance of rows); rows lie on the nearest step. */
export function readSteps(file: string): LoadHistory {
  const bytes = readFileSync(file)
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes
  const rows = text.toString().trim().split('\n').slice(1)
  const times = rows.map((row) => utcMs(row.slice(0, row.indexOf(',')).slice(0, 19)))
  const gaps = times.slice(1).map((ms, i) => ms - times[i]!)
  const stepMs = gaps.sort((a, b) => a - b)[gaps.length >> 1]!
  const startMs = times[0]!
  const placeOf = (ms: number) => Math.round((ms - startMs) / stepMs)
  const values = new Float64Array(placeOf(times.at(-1)!) + 1).fill(Number.NaN)
  rows.forEach((row, i) => {
    values[placeOf(times[i]!)] = Number(row.slice(row.indexOf(',') + 1))
  })
  return { group: {}, axis: { startMs, stepMs, count: values.length }, values }
}
