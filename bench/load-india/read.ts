import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseInstant } from '../../src/core/calendar.ts'
import type { LoadEvent, LoadHistory } from '../../src/load/index.ts'

const HOUR_MS = 3_600_000

/** The hourly load of every region; hours that the file lacks are NaN. */
export function readIndia(folder: string): LoadHistory[] {
  const lines = gunzipSync(readFileSync(join(folder, 'hourly.csv.gz')))
    .toString()
    .trim()
    .split('\n')
  const rows = new Map<string, [number, number][]>()
  for (const line of lines.slice(1)) {
    const [region, ds, y] = line.split(',') as [string, string, string]
    const seen = rows.get(region) ?? []
    seen.push([parseInstant(ds.replace(' ', 'T')), Number(y)])
    rows.set(region, seen)
  }
  return [...rows].map(([region, seen]) => {
    const startMs = seen[0]![0]
    const count = (seen.at(-1)![0] - startMs) / HOUR_MS + 1
    const values = new Float64Array(count).fill(Number.NaN)
    for (const [at, y] of seen) values[(at - startMs) / HOUR_MS] = y
    return { group: { region }, axis: { startMs, stepMs: HOUR_MS, count }, values }
  })
}

/** Events of the file, ends not included. */
export function readEvents(folder: string): LoadEvent[] {
  const lines = readFileSync(join(folder, 'events.csv'), 'utf8').trim().split('\n').slice(1)
  return lines.map((line) => {
    const [eventId, kind, start, end] = line.split(',') as [string, string, string, string]
    const startMs = parseInstant(start.replace(' ', 'T'))
    return { eventId, kind, startMs, endMs: parseInstant(end.replace(' ', 'T')) + 1000 }
  })
}

/** The part of a history before an instant, or from it on. */
export function cut(history: LoadHistory, fromMs: number, toMs: number): LoadHistory {
  const { startMs, stepMs, count } = history.axis
  const from = Math.max(0, Math.round((fromMs - startMs) / stepMs))
  const to = Math.min(count, Math.round((toMs - startMs) / stepMs))
  return {
    ...history,
    axis: { startMs: startMs + from * stepMs, stepMs, count: to - from },
    values: history.values.slice(from, to),
  }
}

/** Sums of `width` steps; a sum with a missing step is missing, or scaled up where at most a tenth is. */
export function aggregate(history: LoadHistory, width: number): LoadHistory {
  const { startMs, stepMs, count } = history.axis
  const length = Math.floor(count / width)
  const values = Float64Array.from({ length }, (_, k) => {
    const part = history.values.subarray(k * width, (k + 1) * width)
    const known = part.filter((v) => !Number.isNaN(v))
    if (known.length < 0.9 * width) return Number.NaN
    return (known.reduce((a, b) => a + b, 0) * width) / known.length
  })
  return { ...history, axis: { startMs, stepMs: stepMs * width, count: length }, values }
}
