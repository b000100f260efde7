import { formatDay } from '../../core/calendar.ts'
import { type Database, quoteName } from '../../core/sql/database.ts'
import { referenceTarget } from '../declare/table.ts'
import { FAULTS_SHOWN, type Fault, type FaultList } from './faults.ts'
import type { TypedRows } from './typed-rows.ts'

/** Reports columns that are before the column they may not be before. */
export async function checkOrder(db: Database, rows: TypedRows, faults: FaultList): Promise<void> {
  for (const [later, earlier] of Object.entries(rows.table.notBefore)) {
    const wrong = `FROM ${rows.name} WHERE ${quoteName(later)} < ${quoteName(earlier)}`
    const count = await countOf(db, `SELECT count(*) AS n ${wrong}`)
    if (count === 0) continue
    const sample = await db.rows<{ row: number; value: number }>(
      `SELECT _row AS row, ${quoteName(later)} AS value ${wrong} ORDER BY _row LIMIT ${FAULTS_SHOWN}`,
    )
    const isDay = rows.table.columns[later]?.type === 'day'
    const show = (value: number) => (isDay ? formatDay(value) : new Date(value).toISOString())
    faults.addMany(
      count,
      sample.map(({ row, value }) => ({
        code: 'ERR_FEED_BAD_VALUE',
        ...place(rows, row),
        column: later,
        value: show(value),
        expected: `nothing before ${earlier} of the same row`,
      })),
    )
  }
}

/** Reports rows whose key an earlier row has; both lines are named. */
export async function checkKeys(db: Database, rows: TypedRows, faults: FaultList): Promise<void> {
  if (rows.table.key.length === 0) return
  const key = rows.table.key.map(quoteName).join(', ')
  const whole = rows.table.key.map((column) => `${quoteName(column)} IS NOT NULL`).join(' AND ')
  const doubled = `SELECT ${key}, count(*) AS n FROM ${rows.name} WHERE ${whole}
    GROUP BY ${key} HAVING count(*) > 1`
  const count = await countOf(db, `SELECT coalesce(sum(n - 1), 0) AS n FROM (${doubled})`)
  if (count === 0) return
  const shown = rows.table.key.map((column) => `CAST(${quoteName(column)} AS VARCHAR)`).join(', ')
  const sample = await db.rows<{ row: number; first: number; value: string }>(
    `SELECT _row AS row, first, concat_ws(' + ', ${shown}) AS value FROM (
       SELECT r.*, min(_row) OVER (PARTITION BY ${key}) AS first
       FROM ${rows.name} r SEMI JOIN (${doubled}) d USING (${key}))
     WHERE _row > first ORDER BY _row LIMIT ${FAULTS_SHOWN}`,
  )
  const column = rows.table.key.join(' + ')
  faults.addMany(
    count,
    sample.map(({ row, first, value }) => ({
      code: 'ERR_FEED_DUPLICATE_KEY',
      ...place(rows, row),
      column,
      value,
      expected: `each ${column} once`,
      found: `the key of ${rows.lineKind} ${rows.lineOf(first)}`,
    })),
  )
}

export interface ReferenceScope {
  /** Rows of this feed by table. */
  readonly feed: ReadonlyMap<string, TypedRows>
  /** Tables of this feed that could not be read, so that nothing can be said of them. */
  readonly unread: ReadonlySet<string>
  /** True when the database holds the store's tables. */
  readonly hasStore: boolean
}

/**
 * Reports values that refer to a row which neither this feed nor the store has. Returns the
 * references that could not be checked, because the feed lacks the target and no store was given.
 */
export async function checkReferences(
  db: Database,
  rows: TypedRows,
  scope: ReferenceScope,
  faults: FaultList,
): Promise<string[]> {
  const unchecked: string[] = []
  for (const [column, reference] of Object.entries(rows.table.references)) {
    const target = referenceTarget(reference)
    if (!rows.present.includes(column) || scope.unread.has(target.table)) continue
    const known = [
      ...(scope.feed.has(target.table) ? [scope.feed.get(target.table)!.name] : []),
      ...(scope.hasStore ? [`main.${quoteName(target.table)}`] : []),
    ]
    if (known.length === 0) unchecked.push(`${rows.table.name}.${column}`)
    else await checkReference(db, rows, column, target, known, faults)
  }
  return unchecked
}

async function checkReference(
  db: Database,
  rows: TypedRows,
  column: string,
  target: { readonly table: string; readonly column: string },
  known: readonly string[],
  faults: FaultList,
): Promise<void> {
  const values = known.map((name) => `SELECT ${quoteName(target.column)} AS v FROM ${name}`)
  const lost = `FROM (SELECT _row AS row, ${quoteName(column)} AS v FROM ${rows.name}
      WHERE ${quoteName(column)} IS NOT NULL) r
    ANTI JOIN (${values.join(' UNION ALL ')}) t ON r.v = t.v`
  const count = await countOf(db, `SELECT count(*) AS n ${lost}`)
  if (count === 0) return
  const sample = await db.rows<{ row: number; value: string }>(
    `SELECT row, CAST(r.v AS VARCHAR) AS value ${lost} ORDER BY row LIMIT ${FAULTS_SHOWN}`,
  )
  faults.addMany(
    count,
    sample.map(
      ({ row, value }): Fault => ({
        code: 'ERR_FEED_UNKNOWN_REFERENCE',
        ...place(rows, row),
        column,
        value,
        expected: `a ${target.column} of ${target.table}, in this feed or in the store`,
      }),
    ),
  )
}

function place(rows: TypedRows, row: number): Pick<Fault, 'file' | 'line' | 'lineKind'> {
  return { file: rows.file, line: rows.lineOf(row), lineKind: rows.lineKind }
}

async function countOf(db: Database, sql: string): Promise<number> {
  const [row] = await db.rows<{ n: number }>(sql)
  return row?.n ?? 0
}
