import { createHash } from 'node:crypto'
import { type Table, textAt, textsOf } from '../../core/table.ts'
import type { DemoStore } from './generate.ts'

/** A fingerprint of every byte of the tables. */
export function fingerprint(tables: Readonly<Record<string, Table>>): string {
  const hash = createHash('sha256')
  for (const [name, { columns }] of Object.entries(tables)) {
    for (const [column, data] of Object.entries(columns)) {
      hash.update(`${name}.${column}`)
      if (data.kind === 'number') hash.update(data.values)
      else hash.update(data.codes).update(data.dictionary.join('\n'))
    }
  }
  return hash.digest('hex')
}

/** The texts of a column, row by row. */
export function textList(table: Table, name: string): string[] {
  const column = textsOf(table, name)
  return Array.from({ length: table.rowCount }, (_, row) => textAt(column, row)!)
}

/** A table of the store, which must be there. */
export function tableOf({ tables }: DemoStore, name: string): Table {
  const table = tables[name]
  if (table === undefined) throw new Error(`no table ${name}`)
  return table
}
