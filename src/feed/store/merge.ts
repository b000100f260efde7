import { type Database, quoteName } from '../../core/sql/database.ts'
import type { TypedRows } from '../check/typed-rows.ts'

/** What a merge did to a table, in rows. */
export interface TableChange {
  readonly table: string
  readonly added: number
  readonly changed: number
  readonly unchanged: number
}

/**
 * Merges rows into their table by key: new keys are added, rows that differ in a column of the
 * source are changed, the rest stays untouched. Columns that the source lacks keep what the store
 * has. Call it inside a transaction; the rows must have passed checkKeys.
 */
export async function mergeRows(db: Database, rows: TypedRows): Promise<TableChange> {
  const { table } = rows
  const target = `main.${quoteName(table.name)}`
  const columns = Object.keys(table.columns).map(quoteName)
  const values = rows.present.filter((column) => !table.key.includes(column)).map(quoteName)
  const sameKey = table.key.map((k) => `s.${quoteName(k)} = f.${quoteName(k)}`).join(' AND ')
  const differs =
    values.length === 0 ? 'false' : values.map((c) => `s.${c} IS DISTINCT FROM f.${c}`).join(' OR ')
  const [count] = await db.rows<{ known: number; changed: number }>(
    `SELECT count(*) AS known, count(*) FILTER (WHERE ${differs}) AS changed
     FROM ${rows.name} f JOIN ${target} s ON ${sameKey}`,
  )
  const { known, changed } = count!
  if (changed > 0) {
    const set = values.map((c) => `${c} = f.${c}`).join(', ')
    await db.run(
      `UPDATE ${target} AS s SET ${set} FROM ${rows.name} f WHERE ${sameKey} AND (${differs})`,
    )
  }
  const added = rows.rowCount - known
  if (added > 0) {
    const list = columns.join(', ')
    const fresh = known === 0 ? '' : `ANTI JOIN ${target} s ON ${sameKey}`
    await db.run(`INSERT INTO ${target} (${list}) SELECT ${list} FROM ${rows.name} f ${fresh}`)
  }
  return { table: table.name, added, changed, unchanged: known - changed }
}
