import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { numberColumn, numbersOf, textColumn, textsOf } from '../table.ts'
import { openDatabase } from './database.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-sql-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('openDatabase', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'says that there is no room left, and what to do',
    async () => {
      const db = await openDatabase(':memory:')
      await expect(
        db.run("COPY (SELECT range FROM range(100000)) TO '/dev/full' (FORMAT csv)"),
      ).rejects.toMatchObject({ code: 'ERR_DISK_FULL', next: expect.stringMatching(/Make room/) })
      db.close()
    },
  )
  it('round-trips days, instants, booleans, texts and missing values', async () => {
    const db = await openDatabase(':memory:')
    await db.run(
      'CREATE TABLE t (ds DATE, happened_at TIMESTAMP, ok BOOLEAN, name VARCHAR, cents BIGINT)',
    )
    const rowCount = 5000
    const ones = Array.from({ length: rowCount }, (_, i) => i)
    await db.append('t', {
      rowCount,
      columns: {
        ds: numberColumn(ones.map((i) => i + 15000)),
        happened_at: numberColumn(ones.map((i) => 1_300_000_000_000 + i * 60_000)),
        ok: numberColumn(ones.map((i) => i % 2)),
        name: textColumn(ones.map((i) => (i % 3 === 0 ? null : `n${i % 7}`))),
        cents: numberColumn(ones.map((i) => (i === 4 ? null : i * 100))),
      },
    })
    const table = await db.table('SELECT * FROM t ORDER BY ds')
    expect(table.rowCount).toBe(rowCount)
    expect(numbersOf(table, 'ds')[1]).toBe(15001)
    expect(numbersOf(table, 'happened_at')[2]).toBe(1_300_000_120_000)
    expect([...numbersOf(table, 'ok').subarray(0, 3)]).toEqual([0, 1, 0])
    expect(numbersOf(table, 'cents')[4]).toBeNaN()
    expect(textsOf(table, 'name').codes[0]).toBe(-1)
    const [row] = await db.rows('SELECT name, ds FROM t WHERE cents = $1', [100])
    expect(row).toEqual({ name: 'n1', ds: 15001 })
    db.close()
  })

  it('undoes a transaction that fails', async () => {
    const db = await openDatabase(':memory:')
    await db.run('CREATE TABLE t (i INTEGER)')
    await expect(
      db.transaction(async () => {
        await db.run('INSERT INTO t VALUES (1)')
        await db.run('INSERT INTO t VALUES (nonsense)')
      }),
    ).rejects.toMatchObject({ code: 'ERR_SQL' })
    expect(await db.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }])
    db.close()
  })

  it('is stopped whenever its user says so, before, between and while its statements run', async () => {
    const db = await openDatabase(':memory:', { threads: 1 })
    const long = 'SELECT count(*) AS n FROM range(300000000000) AS r(i) WHERE i % 7 < 3'
    for (const waitMs of [0, 1, 2, 3, 5, 20]) {
      for (const ask of [() => db.table(long), () => db.rows(long), () => db.answer(long)]) {
        const asked = ask()
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
        db.interrupt()
        await expect(asked).rejects.toMatchObject({ code: 'ERR_SQL' })
      }
    }
    // What is asked next is not stopped with it.
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
    db.close()
  })

  it('says so when the file is no database', async () => {
    const path = join(folder, 'broken.duckdb')
    writeFileSync(path, 'this is not a database, and it is long enough to be looked at')
    await expect(openDatabase(path)).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' })
  })
})
