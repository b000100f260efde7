import { describe, expect, it } from 'vitest'
import { numberColumn } from '../table.ts'
import { openDatabase } from './database.ts'
import type { StatementRun } from './observe.ts'

async function observed(before?: (sql: string) => string | undefined) {
  const runs: StatementRun[] = []
  const db = await openDatabase(':memory:', {
    onStatement: (run) => runs.push(run),
    ...(before === undefined ? {} : { before }),
  })
  return { db, runs }
}

describe('onStatement', () => {
  it('tells what was asked, once each, and nothing the door adds', async () => {
    const { db, runs } = await observed()
    await db.run('CREATE TABLE t (a INTEGER, ds DATE)')
    await db.append('t', {
      rowCount: 3,
      columns: { a: numberColumn([1, 2, 3]), ds: numberColumn([0, 1, 2]) },
    })
    await db.transaction(() => db.run('DELETE FROM t WHERE a = 3'))
    await db.rows('SELECT a FROM t WHERE a >= $1', [1])
    await db.answer('SELECT * FROM t')
    expect(runs.map(({ sql, rowsReturned }) => [sql.slice(0, 15), rowsReturned])).toEqual([
      ['CREATE TABLE t ', 0],
      ['INSERT INTO "t"', 0],
      ['DELETE FROM t W', 0],
      ['SELECT a FROM t', 2],
      ['SELECT * FROM t', 2],
    ])
    expect(runs[3]!.values).toEqual([1])
    expect(runs.every(({ wallMs, cpuMs }) => wallMs > 0 && cpuMs! >= 0)).toBe(true)
    db.close()
  })

  it('tells of failures', async () => {
    const { db, runs } = await observed()
    await expect(db.answer('SELECT nonsense')).rejects.toMatchObject({ code: 'ERR_SQL' })
    expect(runs).toMatchObject([{ sql: 'SELECT nonsense', rowsReturned: 0 }])
    expect(runs[0]!.failed).toContain('nonsense')
    db.close()
  })

  it('does not count CPU of statements that ran beside each other', async () => {
    const { db, runs } = await observed()
    await Promise.all([db.answer('SELECT 1'), db.answer('SELECT 2')])
    await db.answer('SELECT 3')
    expect(runs.map(({ cpuMs }) => cpuMs === undefined)).toEqual([true, true, false])
    db.close()
  })
})

describe('before', () => {
  it('replaces a statement, falls back where the replacement fails, and says both', async () => {
    const { db, runs } = await observed((sql) =>
      sql === 'SELECT 1 AS a'
        ? 'SELECT 2 AS a'
        : sql === 'SELECT 3 AS a'
          ? 'SELECT a FROM nowhere'
          : undefined,
    )
    expect(await db.rows('SELECT 1 AS a')).toEqual([{ a: 2 }])
    expect(await db.rows('SELECT 3 AS a')).toEqual([{ a: 3 }])
    expect(await db.transaction(() => db.rows('SELECT 1 AS a'))).toEqual([{ a: 1 }])
    expect(runs[0]).toMatchObject({ sql: 'SELECT 1 AS a', replacedBy: 'SELECT 2 AS a' })
    expect(runs[1]!.replacementFailed).toContain('nowhere')
    expect(runs[1]!.failed).toBeUndefined()
    expect(runs[2]!.replacedBy).toBeUndefined()
    db.close()
  })
})
