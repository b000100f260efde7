import { StorewrightError } from '../core/errors.ts'
import type { Panel, StaticColumn } from '../core/panel.ts'
import { type Table, textAt } from '../core/table.ts'
import { staticOf } from './panel-covariates.ts'
import { requireColumns } from './panel-table.ts'

/**
 * Attributes of the series of a panel from a table of unique_id and any columns: numbers, classes or
 * words to be read. Series without a row have none; rows of unknown series are left aside. Throws
 * ERR_PANEL on a second row for a series.
 */
export function readStatics(
  panel: Panel,
  table: Table,
  file?: string,
): Readonly<Record<string, StaticColumn>> {
  requireColumns(table, ['unique_id'], file)
  const rowOf = rowOfIds(table, file)
  const rows = panel.ids.map((id) => rowOf.get(id))
  const statics: Record<string, StaticColumn> = {}
  for (const [name, column] of Object.entries(table.columns)) {
    if (name === 'unique_id') continue
    statics[name] =
      column.kind === 'number'
        ? {
            kind: 'number',
            values: Float64Array.from(rows, (row) =>
              row === undefined ? Number.NaN : column.values[row]!,
            ),
          }
        : staticOf(rows.map((row) => (row === undefined ? undefined : textAt(column, row))))
  }
  return statics
}

function rowOfIds(table: Table, file?: string): Map<string, number> {
  const column = table.columns['unique_id']!
  const rowOf = new Map<string, number>()
  for (let row = 0; row < table.rowCount; row++) {
    const id = column.kind === 'text' ? textAt(column, row) : String(column.values[row])
    if (id === undefined) continue
    if (rowOf.has(id)) {
      throw new StorewrightError('ERR_PANEL', `a second row for ${id}`, {
        ...(file === undefined ? {} : { file }),
        line: row + 2,
        column: 'unique_id',
        next: 'Keep one row a series.',
      })
    }
    rowOf.set(id, row)
  }
  return rowOf
}

/** Series for each part of an id, at least, for the part to say what they have in common. */
const LEAST_SHARED = 3
/** Parts an id may have. */
const MOST_PARTS = 4

/**
 * Classes that the ids themselves spell: where all of them have the same number of parts (`store_item`)
 * and a part is shared by several series, it says what these have in common.
 */
export function staticsOfIds(ids: readonly string[]): Readonly<Record<string, StaticColumn>> {
  const split = ids.map((id) => id.split(/[_/|:-]/))
  const parts = split[0]?.length ?? 0
  const statics: Record<string, StaticColumn> = {}
  if (parts < 2 || parts > MOST_PARTS || split.some((own) => own.length !== parts)) return statics
  for (let k = 0; k < parts; k++) {
    const distinct = new Set(split.map((own) => own[k]!)).size
    if (distinct < 2 || distinct * LEAST_SHARED > ids.length) continue
    statics[`id part ${k + 1}`] = staticOf(split.map((own) => own[k]!))
  }
  return statics
}
