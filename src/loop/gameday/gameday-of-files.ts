import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OnProgress } from '../../core/progress.ts'
import { forecastLoadFiles, readForecastFile } from '../../load/index.ts'
import { type EventCurves, type EventWindow, serviceOf } from './event-curves.ts'

/** A history in a file, and what to make of it. */
export interface FileCurvesRequest {
  readonly history: string
  readonly events: string
  readonly window: EventWindow
  /** mean, or a quantile as q0.95. */
  readonly column: string
  readonly seed: number
  readonly onProgress: OnProgress
  readonly signal?: AbortSignal
}

/** Curves of a forecast that storewright load forecast wrote. Throws what the reader throws. */
export async function curvesOfForecast(path: string, column: string): Promise<EventCurves> {
  // Courses are not drawn here: what they would need does not matter.
  const series = await readForecastFile(path, { persistence: 0, paths: 1, seed: 1 })
  const forecasts = series.map(({ group, forecast }) => ({
    ...{ service: serviceOf(group), startMs: forecast.axis.startMs, stepMs: forecast.axis.stepMs },
    requests: column === 'mean' ? forecast.mean : forecast.quantile(Number(column.slice(1))),
  }))
  return { forecasts, notes: [] }
}

/** Forecasts the minutes of a window from a history in a file, as `load forecast` does. */
export async function curvesOfHistory(request: FileCurvesRequest): Promise<EventCurves> {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-gameday-'))
  const out = join(folder, 'forecast.csv')
  const { history, events, window, column, seed, onProgress, signal } = request
  try {
    const made = await forecastLoadFiles({
      ...{ history, events, out, seed, onProgress, step: '1m' },
      from: new Date(window.fromMs).toISOString(),
      to: new Date(window.toMs - 1).toISOString(),
      levels: column === 'mean' ? [0.5] : [Number(column.slice(1))],
      ...(signal === undefined ? {} : { signal }),
    })
    const { forecasts } = await curvesOfForecast(out, column)
    const notes = made.series.map(
      ({ group, forecaster }) => `${serviceOf(group)}: forecast by ${forecaster}`,
    )
    return { forecasts, notes: [...made.notes, ...notes] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
