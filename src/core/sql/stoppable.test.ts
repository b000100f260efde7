import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { stoppable } from './stoppable.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-stoppable-'))
  path = join(folder, 'shop.duckdb')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs for hours unless it is stopped. */
const ENDLESS = 'SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b'

test('stops the statement that runs, asks nothing more, and leaves the database to its owner', async () => {
  const stop = new AbortController()
  const db = await openDatabase(path)
  const open = stoppable(db, stop.signal)
  expect(await open.rows('SELECT 1 AS x')).toEqual([{ x: 1 }])
  const running = open.answer(ENDLESS)
  setTimeout(() => stop.abort(), 20)
  await expect(running).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  await expect(open.run('CREATE TABLE t (x INT)')).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  expect(await db.rows('SELECT count(*) AS n FROM duckdb_tables()')).toEqual([{ n: 0 }])
  db.close()
})

test('a statement that fails says why, stopped or not', async () => {
  const db = await openDatabase(':memory:', { signal: new AbortController().signal })
  await expect(db.run('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: 'ERR_SQL' })
  db.close()
})

test('who stops when the database is closed already stops nothing', async () => {
  const stop = new AbortController()
  const db = await openDatabase(':memory:', { signal: stop.signal })
  db.close()
  stop.abort()
})

test('a transaction that is stopped at any moment leaves all of it or nothing, in the file too', async () => {
  const made = await openDatabase(path)
  await made.run('CREATE TABLE t AS SELECT range AS i, hash(range) AS h FROM range(200000)')
  made.close()
  const orderOf = async () => {
    const db = await openDatabase(path)
    const [row] = await db.rows(
      `SELECT (SELECT count(*) FROM duckdb_tables()) AS tables, count(*) AS n, sum(i) AS i,
         (SELECT h = (SELECT min(h) FROM t) FROM t LIMIT 1) AS sorted FROM t`,
    )
    db.close()
    return row
  }
  const sizes = { tables: 1, n: 200_000, i: (199_999 * 200_000) / 2 }
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 150 }), async (ms) => {
      const stop = new AbortController()
      const db = await openDatabase(path, { signal: stop.signal, threads: 1 })
      const work = db
        .transaction(async () => {
          await db.run('CREATE TABLE s AS SELECT * FROM t ORDER BY h')
          await db.run('DROP TABLE t')
          await db.run('ALTER TABLE s RENAME TO t')
        })
        .then(
          () => 'done',
          (error: { code: string }) => error.code,
        )
      await Promise.race([pause(ms), work])
      stop.abort()
      const outcome = await work
      db.close()
      const found = await orderOf()
      // A COMMIT that has begun may stand though it was stopped.
      expect(found).toMatchObject(outcome === 'done' ? { ...sizes, sorted: 1 } : sizes)
      const back = await openDatabase(path)
      await back.run('CREATE OR REPLACE TABLE t AS SELECT * FROM t ORDER BY i')
      back.close()
    }),
    { numRuns: 12 },
  )
})
