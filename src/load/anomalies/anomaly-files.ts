import { writeFileWhole } from '../../core/files.ts'
import { layOnSteps, nativeStep, STEP_WORDS } from '../files/equal-steps.ts'
import { touches } from '../files/forecast-files.ts'
import { openRowFile } from '../files/open-rows.ts'
import { readEvents } from '../files/read-events.ts'
import { type RawHistory, readHistory } from '../files/read-history.ts'
import { formatTime, zoneClock } from '../files/times.ts'
import { quoted } from '../files/write-forecast.ts'
import type { LoadEvent, LoadHistory } from '../types.ts'
import { type Anomaly, findAnomalies } from './find-anomalies.ts'
import type { Reference } from './usual.ts'

/** What to look through. */
export interface AnomalyFilesRequest {
  readonly history: string
  /** Known events, and stretches that a person leaves out: neither judged nor learned from. */
  readonly events?: string
  readonly out: string
  /** 1m, 1h, 1d …; absent: the step of the rows. */
  readonly step?: string
  readonly group?: readonly string[]
  readonly sensitivity?: number
  readonly reference?: Reference
  readonly season?: number
  readonly zone?: string
}

/** What was found, by series and start. */
export interface AnomalyFilesResult {
  readonly series: number
  /** Repairs of the history and remarks on it. */
  readonly notes: readonly string[]
  readonly anomalies: readonly (Anomaly & { readonly group: Readonly<Record<string, string>> })[]
}

const DAY_MS = 86_400_000

/**
 * Reads a history (and events), finds what does not belong in each group and writes group columns,
 * starts_at, ends_at, kind, score, load and reason to `out`, whole or not at all. Throws the errors of the
 * readers and those of findAnomalies.
 */
export async function findAnomalyFiles(request: AnomalyFilesRequest): Promise<AnomalyFilesResult> {
  const { zone, group } = request
  const raw = await readHistory(openRowFile(request.history), {
    ...(group === undefined ? {} : { group }),
    ...(zone === undefined ? {} : { zone }),
  })
  const events =
    request.events === undefined ? [] : await readEvents(openRowFile(request.events), zone)
  const columns = raw.columns.slice(0, group?.length ?? raw.columns.length)
  const histories = onSteps(raw, columns.length, request.step)
  const anomalies = histories.flatMap((history) =>
    judge(history, events, request).map((anomaly) => ({ ...anomaly, group: history.group })),
  )
  const notes = [...raw.remarks, ...raw.repairs.notes(raw.file)]
  writeFileWhole(request.out, csvOf(raw, columns, anomalies, zone))
  return { series: histories.length, notes, anomalies }
}

function onSteps(
  raw: RawHistory,
  groupColumns: number,
  step: string | undefined,
): readonly LoadHistory[] {
  const stepMs = step === undefined ? (nativeStep(raw.series) ?? DAY_MS) : STEP_WORDS[step]!
  const last = raw.series.reduce((ms, { times }) => Math.max(ms, times.at(-1) ?? ms), 0)
  // Steps of days and hours start with days and hours; the step under way is part of the history.
  const fromMs = (Math.floor(last / stepMs) + 1) * stepMs
  return layOnSteps(raw, { fromMs, stepMs, groupColumns }).histories
}

function judge(
  history: LoadHistory,
  events: readonly LoadEvent[],
  { sensitivity, reference, season, zone }: AnomalyFilesRequest,
): readonly Anomaly[] {
  const { stepMs } = history.axis
  return findAnomalies(history, {
    events: events.filter((event) => touches(event, history.group)),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(reference === undefined ? {} : { reference }),
    ...(season === undefined ? {} : { season }),
    ...(zone === undefined || stepMs >= DAY_MS ? {} : { zone }),
  })
}

function csvOf(
  raw: RawHistory,
  columns: readonly string[],
  anomalies: AnomalyFilesResult['anomalies'],
  zone: string | undefined,
): string {
  const { style } = raw
  const toLocal = zone === undefined || style.zoned ? (ms: number) => ms : zoneClock(zone).toLocal
  const time = (ms: number) => formatTime(toLocal(ms), style)
  const header = [...columns, 'starts_at', 'ends_at', 'kind', 'score', 'load', 'reason']
  const rows = anomalies.map(({ group, startMs, endMs, kind, score, load, reason }) => [
    ...columns.map((name) => group[name] ?? ''),
    ...[time(startMs), time(endMs), kind, score.toFixed(2), String(load), reason],
  ])
  return [header, ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('')
}
