import { StorewrightError } from '../../core/errors.ts'
import type { LoadDriver } from '../types.ts'
import { type NamedRow, readNamedRows } from './named-rows.ts'

/** A driver of the series of a group; an empty group means all. */
export interface GroupDriver {
  readonly group: Readonly<Record<string, string>>
  readonly driver: LoadDriver
}

/** How a file of drivers is laid out. */
export interface DriverPlan {
  /** Group columns of the history: columns of these names say which series a row belongs to. */
  readonly groupColumns: readonly string[]
  /** Rows that are finer than this are added up. */
  readonly stepMs: number
  /** Where days follow a local clock, its times stand in for UTC ones. */
  readonly toLocal?: (ms: number) => number
}

/**
 * Reads series that load follows (orders, sessions, campaigns), past and to come: `ds`, group columns that
 * the history has too, and a column a driver. An empty group cell means all; an empty driver cell is
 * unknown. Throws the errors of the reader, ERR_FEED_BAD_HEADER without a column that is a driver, and
 * ERR_FEED_BAD_VALUE on rows that stand between steps.
 */
export async function readDrivers(path: string, plan: DriverPlan): Promise<readonly GroupDriver[]> {
  const { file, columns, rows } = await readNamedRows(path, ['ds'])
  const groupColumns = columns.filter((name) => plan.groupColumns.includes(name))
  const names = columns.filter(
    (name) => name !== 'ds' && name !== '' && !groupColumns.includes(name),
  )
  if (names.length === 0) {
    throw new StorewrightError('ERR_FEED_BAD_HEADER', `${file} has no driver`, {
      file,
      next: 'Give each driver a column, such as ds,orders,sessions.',
    })
  }
  const groups = new Map<string, NamedRow[]>()
  for (const row of rows) {
    const key = groupColumns.map((name) => row.text(name)).join('\u0000')
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups].flatMap(([key, own]) => {
    const cells = key.split('\u0000')
    const group = Object.fromEntries(
      groupColumns.flatMap((name, c) => (cells[c] === '' ? [] : [[name, cells[c]!]])),
    )
    return driversOf(file, own, names, plan).map((driver) => ({ group, driver }))
  })
}

function driversOf(
  file: string,
  rows: readonly NamedRow[],
  names: readonly string[],
  { stepMs, toLocal = (ms) => ms }: DriverPlan,
): LoadDriver[] {
  const times = rows.map((row) => toLocal(row.instant('ds')))
  const sorted = Float64Array.from(new Set(times)).sort()
  const native = sorted.reduce(
    (least, at, i) => (i === 0 ? least : Math.min(least, at - sorted[i - 1]!)),
    Infinity,
  )
  const width = Number.isFinite(native) ? Math.max(native, stepMs) : stepMs
  const startMs = Math.floor(sorted[0]! / width) * width
  const count = Math.floor((sorted.at(-1)! - startMs) / width) + 1
  if (native > stepMs) requireSteps(file, rows, times, sorted[0]!, native)
  const axis = { startMs: native > stepMs ? sorted[0]! : startMs, stepMs: width, count }
  return names.map((name) => {
    const values = new Float64Array(axis.count).fill(Number.NaN)
    rows.forEach((row, r) => {
      if (row.text(name) === '') return
      const at = Math.floor((times[r]! - axis.startMs) / width)
      const known = values[at]!
      values[at] = row.number(name, 0) + (Number.isNaN(known) ? 0 : known)
    })
    return { name, axis, values }
  })
}

function requireSteps(
  file: string,
  rows: readonly NamedRow[],
  times: readonly number[],
  firstMs: number,
  stepMs: number,
): void {
  const odd = times.findIndex((at) => (at - firstMs) % stepMs !== 0)
  if (odd < 0) return
  throw new StorewrightError(
    'ERR_FEED_BAD_VALUE',
    'the time stands between the steps of the file',
    {
      file,
      line: rows[odd]!.line,
      column: 'ds',
      next: 'Give drivers on equal steps; leave out what is unknown.',
    },
  )
}
