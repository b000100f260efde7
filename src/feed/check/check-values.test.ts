import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase, quoteName } from '../../core/sql/database.ts'
import { textColumn } from '../../core/table.ts'
import { sqlType } from '../declare/ddl.ts'
import { cellRowSchema } from '../declare/schema.ts'
import type { TableDeclaration } from '../declare/table.ts'
import type { LoadedFile } from '../read/load.ts'
import { ALL_TABLES } from '../tables/all.ts'
import { cellFor } from '../testing/cells.ts'
import { checkValues } from './check-values.ts'
import { createFaultList } from './faults.ts'

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:')
})
afterAll(() => db.close())

async function loaded(header: string[], rows: string[][]): Promise<LoadedFile> {
  const columns = Object.fromEntries(
    header.map((_, c) => [`c${c}`, textColumn(rows.map((row) => row[c] || null))]),
  )
  const declared = header.map((_, c) => `c${c} VARCHAR`).join(', ')
  await db.run(`CREATE OR REPLACE TEMP TABLE feed_raw (${declared})`)
  await db.append('feed_raw', { rowCount: rows.length, columns })
  const source = { path: 'x.csv', file: 'x.csv', stem: 'x', format: 'csv' as const }
  const lineOf = (row: number) => row + 2
  return { source, header, raw: 'feed_raw', rowCount: rows.length, lineKind: 'line', lineOf }
}

/** The value of a typed column as JSON carries it. */
function shown(name: string, type: string): string {
  if (type === 'TIMESTAMP') return `strftime(${quoteName(name)}, '%Y-%m-%dT%H:%M:%S.%gZ')`
  if (type === 'DATE') return `CAST(${quoteName(name)} AS VARCHAR)`
  return quoteName(name)
}

async function compare(table: TableDeclaration, rows: string[][], timeZone: string) {
  const header = Object.keys(table.columns)
  const faults = createFaultList(10_000)
  await checkValues(db, await loaded(header, rows), table, 'feed_in', { timeZone, faults })
  const inSql = faults.first(1e6).map(({ line, column }) => `${line} ${column}`)
  const types = Object.entries(table.columns).map(
    ([name, column]) => [name, sqlType(column)] as const,
  )
  const typed = await db.rows(
    `SELECT ${types.map(([n, t]) => `${shown(n, t)} AS ${quoteName(n)}`).join(', ')} FROM feed_in ORDER BY _row`,
  )
  const schema = cellRowSchema({ ...table, notBefore: {} }, timeZone)
  const inZod: string[] = []
  rows.forEach((row, i) => {
    const cells = Object.fromEntries(header.map((name, c) => [name, row[c]]))
    const parsed = schema.safeParse(cells)
    for (const issue of parsed.error?.issues ?? []) inZod.push(`${i + 2} ${String(issue.path[0])}`)
    if (!parsed.success) return
    const asRow = Object.entries(parsed.data).map(([n, v]) => [
      n,
      typeof v === 'boolean' ? Number(v) : v,
    ])
    expect(typed[i]).toEqual(Object.fromEntries(asRow))
  })
  expect(inSql.sort()).toEqual(inZod.sort())
  expect(faults.count).toBe(inZod.length)
}

it('SQL and zod agree on every cell: what fits, and what it is', async () => {
  const cases = fc.constantFrom(...ALL_TABLES).chain((table) => {
    const row = fc.tuple(...Object.values(table.columns).map(cellFor))
    return fc.record({
      table: fc.constant(table),
      rows: fc.array(row, { minLength: 1, maxLength: 12 }),
      timeZone: fc.constantFrom('UTC', 'Asia/Kolkata', 'America/Phoenix'),
    })
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ table, rows, timeZone }) => compare(table, rows, timeZone)),
    { numRuns: 60 },
  )
})
