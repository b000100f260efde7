import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathBeside } from '../../core/files.ts'
import type { ForecastNumbers } from './series-task.ts'
import { formatTime, type TimeStyle } from './times.ts'

/** Writes forecasts, series by series, so that memory holds one. */
export interface ForecastWriter {
  /** Appends the rows of one series; `label` turns a step's start into the time that is written. */
  write(
    group: Readonly<Record<string, string>>,
    forecast: ForecastNumbers,
    label?: (ms: number) => number,
  ): void
  rowCount(): number
  /** Puts the file in its place, whole. */
  finish(): void
  /** Throws away what was written. */
  discard(): void
}

/** How rows are written. */
export interface WriteOptions {
  readonly columns: readonly string[]
  readonly levels: readonly number[]
  readonly style: TimeStyle
}

const PIECE = 1 << 20

/** Opens a CSV of group columns, ds, mean and a column a level (q0.5), beside `path` until it is finished. */
export function createForecastWriter(path: string, options: WriteOptions): ForecastWriter {
  const { columns, levels, style } = options
  mkdirSync(dirname(path), { recursive: true })
  const beside = pathBeside(path)
  const file = openSync(beside, 'w')
  let rows = 0
  let open = true
  const close = () => {
    if (open) closeSync(file)
    open = false
  }
  const header = [...columns, 'ds', 'mean', ...levels.map((level) => `q${level}`)]
  writeSync(file, `${header.map(quoted).join(',')}\n`)
  return {
    write(group, forecast, label = (ms) => ms) {
      const key = columns.map((name) => `${quoted(group[name] ?? '')},`).join('')
      const time = (ms: number) => formatTime(label(ms), style)
      writeRows((text) => writeSync(file, text), key, forecast, time)
      rows += forecast.axis.count
    },
    rowCount: () => rows,
    finish() {
      fsyncSync(file)
      close()
      renameSync(beside, path)
    },
    discard() {
      close()
      rmSync(beside, { force: true })
    },
  }
}

function writeRows(
  write: (text: string) => void,
  key: string,
  forecast: ForecastNumbers,
  time: (ms: number) => string,
): void {
  const { startMs, stepMs, count } = forecast.axis
  let text = ''
  for (let t = 0; t < count; t++) {
    text += `${key}${time(startMs + t * stepMs)},${plain(forecast.mean[t]!)}`
    for (const values of forecast.quantiles) text += `,${plain(values[t]!)}`
    text += '\n'
    if (text.length < PIECE) continue
    write(text)
    text = ''
  }
  write(text)
}

/** Thousandths, and of small numbers seven digits. */
function plain(value: number): string {
  if (value === 0) return '0'
  return value >= 1000 ? String(Math.round(value * 1000) / 1000) : String(+value.toPrecision(7))
}

/** A cell of a CSV, in quotes where it needs them. */
export function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
