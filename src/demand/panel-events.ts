import { parseDay } from '../core/calendar.ts'
import { StorewrightError } from '../core/errors.ts'
import type { PanelEvent } from '../core/panel.ts'
import { type Table, textAt } from '../core/table.ts'
import { requireColumns } from './panel-table.ts'

/** Occasions that last longer have a misspelt year. */
const LONGEST_DAYS = 731

/**
 * Occasions from a table of name, starts_on and, where there are such, kind, ends_on (the same day
 * if absent) and strength (1, as in the past, if absent). Throws ERR_PANEL with the line of a row without
 * name, with a bad date, that lasts longer than two years, or whose strength is no number from 0 on.
 */
export function readEvents(table: Table, file?: string): PanelEvent[] {
  requireColumns(table, ['name', 'starts_on'], file)
  const text = (name: string, row: number) => {
    const column = table.columns[name]
    return column?.kind === 'text' ? textAt(column, row) : undefined
  }
  return Array.from({ length: table.rowCount }, (_, row) => {
    const name = text('name', row)
    if (name === undefined) throw bad('the event has no name', row, 'name', file)
    const firstDay = dayAt(table, 'starts_on', row, file)
    if (firstDay === undefined) throw bad(`${name} has no first day`, row, 'starts_on', file)
    const lastDay = dayAt(table, 'ends_on', row, file) ?? firstDay
    if (lastDay < firstDay) throw bad(`${name} ends before it starts`, row, 'ends_on', file)
    if (lastDay - firstDay > LONGEST_DAYS)
      throw bad(
        `${name} lasts ${lastDay - firstDay + 1} days. Is the year right?`,
        row,
        'ends_on',
        file,
      )
    const strength = strengthAt(table, name, row, file)
    const kind = text('kind', row) ?? 'event'
    return { name, kind, firstDay, lastDay, ...(strength === undefined ? {} : { strength }) }
  })
}

function strengthAt(table: Table, name: string, row: number, file?: string): number | undefined {
  const column = table.columns['strength']
  if (column === undefined) return undefined
  if (column.kind === 'text') {
    const text = textAt(column, row)
    if (text === undefined) return undefined
    throw bad(`strength is "${text}", not a number`, row, 'strength', file)
  }
  const strength = column.values[row]!
  if (Number.isNaN(strength)) return undefined
  if (strength >= 0 && Number.isFinite(strength)) return strength
  throw bad(`the strength of ${name} is ${strength}; give 0 or more`, row, 'strength', file)
}

function numberAt(table: Table, name: string, row: number): number | undefined {
  const column = table.columns[name]
  const value = column?.kind === 'number' ? column.values[row]! : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

function dayAt(table: Table, name: string, row: number, file?: string): number | undefined {
  const column = table.columns[name]
  if (column === undefined) return undefined
  if (column.kind === 'number') return numberAt(table, name, row)
  const text = textAt(column, row)
  if (text === undefined) return undefined
  try {
    return parseDay(text)
  } catch {
    throw bad(`"${text}" is not a day; write it as 2026-03-31`, row, name, file)
  }
}

function bad(message: string, row: number, column: string, file?: string): StorewrightError {
  return new StorewrightError('ERR_PANEL', message, {
    ...(file === undefined ? {} : { file }),
    line: row + 2,
    column,
    next: 'Correct the row and run the command again.',
  })
}
