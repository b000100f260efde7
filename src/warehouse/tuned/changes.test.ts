import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { tunedDatabase } from './tuned.ts'

let db: Database

beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE t AS SELECT 1 AS a')
})

afterEach(() => db.close())

describe('whether a transaction is open', () => {
  it.each<readonly [isOpen: boolean, statements: readonly string[]]>([
    [true, ['BEGIN; UPDATE t SET a = 2; SELECT nothing FROM t; ROLLBACK']],
    [true, ['BEGIN', 'BEGIN; INSERT INTO t VALUES (3); COMMIT']],
    [true, ['BEGIN', 'SELECT nothing FROM t']],
    [true, ['BEGIN', "INSERT INTO t SELECT CAST('x' AS INTEGER)"]],
    [false, ['BEGIN', 'COMMIT; SELECT nothing FROM t']],
    [false, ['BEGIN', "INSERT INTO t SELECT CAST('x' AS INTEGER)", 'COMMIT']],
    [false, ['BEGIN; INSERT INTO t VALUES (3); COMMIT; SELECT nothing FROM t']],
    [false, ['BEGIN', 'ROLLBACK; BEGIN; INSERT INTO t VALUES (4); COMMIT; SELECT nothing FROM t']],
    [false, ['ROLLBACK']],
    [false, ['BEGIN TRANSACTION; INSERT INTO t VALUES (3); COMMIT']],
  ])('is known, whatever of several statements failed: %s after %j', async (isOpen, statements) => {
    const tuned = tunedDatabase(db, { mode: 'automatic' })
    for (const sql of statements) await tuned.run(sql).catch(() => undefined)
    expect(tuned.isInTransaction()).toBe(isOpen)
    await db.run('ROLLBACK').then(
      () => expect(isOpen).toBe(true),
      () => expect(isOpen).toBe(false),
    )
  })

  it('is told of tables that a failed transaction changed when it ends', async () => {
    const told: string[] = []
    const rewriter = {
      rewrite: () => undefined,
      changed: (table: string | undefined, how?: string) => told.push(`${table} ${how}`),
    }
    const tuned = tunedDatabase(db, { mode: 'automatic', rewriter })
    await expect(tuned.run('BEGIN; INSERT INTO t VALUES (2); SELECT nothing')).rejects.toThrow()
    told.length = 0
    await tuned.run('ROLLBACK')
    expect(told).toContain('t rows')
  })
})
