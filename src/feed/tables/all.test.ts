import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { cellRowSchema, rowSchema } from '../declare/schema.ts'
import { referenceTarget } from '../declare/table.ts'
import { createStoreTables, hasStoreTables } from '../store/store-tables.ts'
import { ALL_TABLES, tableNamed } from './all.ts'

describe('the tables', () => {
  it('refer to the key of a table that is there, by a column of the same type', () => {
    for (const table of ALL_TABLES) {
      for (const [column, reference] of Object.entries(table.references)) {
        const target = referenceTarget(reference)
        const targetTable = tableNamed(target.table)
        expect(targetTable.key, reference).toEqual([target.column])
        expect(table.columns[column]?.type).toBe(targetTable.columns[target.column]?.type)
      }
      for (const pair of Object.entries(table.notBefore)) {
        for (const column of pair) expect(table.columns[column], column).toBeDefined()
      }
    }
  })

  it('give examples that their own columns accept, as cells and as JSON', () => {
    for (const table of ALL_TABLES) {
      const cells = Object.fromEntries(
        Object.entries(table.columns).map(([name, column]) => [name, column.example]),
      )
      // Examples of one day each would be out of order; times are compared elsewhere.
      const free = { ...table, notBefore: {} }
      const parsed = cellRowSchema(free).safeParse(cells)
      expect(parsed.error?.issues ?? [], table.name).toEqual([])
      expect(rowSchema(free).safeParse(parsed.data).success, table.name).toBe(true)
    }
  })

  it('make a store, twice without harm', async () => {
    const db = await openDatabase(':memory:')
    expect(await hasStoreTables(db)).toBe(false)
    await createStoreTables(db)
    await createStoreTables(db)
    expect(await hasStoreTables(db)).toBe(true)
    db.close()
  })

  it('give a store made earlier the optional columns that came since', async () => {
    const db = await openDatabase(':memory:')
    await createStoreTables(db)
    await db.run('ALTER TABLE events DROP COLUMN strength')
    await createStoreTables(db)
    expect(await db.rows('SELECT strength FROM events')).toEqual([])
    db.close()
  })

  it('name the nearest table', () => {
    expect(() => tableNamed('product')).toThrow(
      expect.objectContaining({
        code: 'ERR_FEED_UNKNOWN_TABLE',
        next: expect.stringMatching('products'),
      }),
    )
  })
})
