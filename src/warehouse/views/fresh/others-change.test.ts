import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sameAnswer } from '../../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import type { Action } from '../../types.ts'
import { createViewRewriter, type RefreshOutcome } from '../rewriter.ts'
import { adviseOne } from '../testing/advise-one.ts'

const CHANGE = fileURLToPath(new URL('../testing/change-file.ts', import.meta.url))
const ask = (from: number) =>
  `SELECT g, count(*) AS n, sum(i) AS s, min(d) AS least FROM t WHERE k BETWEEN ${from} AND ${from + 4} GROUP BY g`
let folder: string
let path: string
let action: Action

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-views-'))
  path = join(folder, 'shop.duckdb')
  const db = await openDatabase(path, { threads: 1 })
  await db.run(
    `CREATE TABLE t AS SELECT (range % 7)::INTEGER AS g, (range % 20)::INTEGER AS k, range::INTEGER AS i,
     (range % 5)::DOUBLE AS d, 'text ' || range AS beside FROM range(6000)`,
  )
  action = await adviseOne(db, [ask(1), ask(2), ask(9)])
  for (const sql of action.apply) await db.run(sql)
  db.close()
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Opens the file again, serves the view, and says whether it answers before and after `refresh`. */
async function reopened(): Promise<{ before: boolean; outcomes: readonly RefreshOutcome[] }> {
  const db = await openDatabase(path, { threads: 1 })
  try {
    const rewriter = createViewRewriter(db)
    await rewriter.serve(action)
    await rewriter.meet({ sql: ask(0) })
    const before = rewriter.rewrite({ sql: ask(0) }) !== undefined
    if (before) await expectRight(db, rewriter.rewrite({ sql: ask(0) })!.sql)
    const outcomes = await rewriter.refresh()
    const rewritten = rewriter.rewrite({ sql: ask(0) })
    if (rewritten !== undefined) await expectRight(db, rewritten.sql)
    return { before, outcomes }
  } finally {
    db.close()
  }
}

async function expectRight(db: Database, rewritten: string): Promise<void> {
  expect(sameAnswer(await db.answer(rewritten), await db.answer(ask(0)), false)).toBe(true)
}

const elsewhere = (...statements: readonly string[]) =>
  execFileSync(process.execPath, [CHANGE, path, ...statements])

describe('a view whose tables another process changed while the file was closed', () => {
  it('answers where nothing that it reads has changed', async () => {
    expect(await reopened()).toEqual({ before: true, outcomes: [] })
    elsewhere(
      "UPDATE t SET beside = 'other'",
      'CREATE TABLE more AS SELECT 1 AS x',
      'INSERT INTO more SELECT 2',
    )
    expect((await reopened()).before).toBe(true)
  })

  it.each([
    ['rows changed in place', 'rebuilt', 'UPDATE t SET i = i + 1 WHERE k = 3 AND g = 2'],
    [
      'values changed places',
      'rebuilt',
      'UPDATE t SET g = CASE WHEN g = 1 THEN 2 ELSE 1 END WHERE g IN (1, 2)',
    ],
    [
      'as many rows went as came',
      'rebuilt',
      'DELETE FROM t WHERE i = 7; INSERT INTO t VALUES (1, 1, 1, 1, NULL)',
    ],
    ['rows were added', 'appended', 'INSERT INTO t SELECT * REPLACE (k + 1 AS k) FROM t LIMIT 100'],
    [
      'rows were added and others changed',
      'rebuilt',
      'INSERT INTO t SELECT * FROM t LIMIT 9; UPDATE t SET g = 0 WHERE i = 3',
    ],
    ['rows went', 'rebuilt', 'DELETE FROM t WHERE i % 11 = 0'],
    [
      'the table was made anew',
      'rebuilt',
      'CREATE OR REPLACE TABLE t AS SELECT * REPLACE (g % 3 AS g) FROM t',
    ],
    ['the view went', 'rebuilt', 'DROP SCHEMA storewright_views CASCADE'],
    [
      'the view is of a former version',
      'rebuilt',
      `CREATE OR REPLACE TABLE storewright_views."NAME_mark" AS SELECT 6000 AS row_count, 5999 AS last_row`,
    ],
  ])('waits for refresh where %s', async (_what, refreshed, statement) => {
    elsewhere(...statement.replace('NAME', action.target).split('; '))
    const { before, outcomes } = await reopened()
    expect(before).toBe(false)
    expect(outcomes).toMatchObject([{ actionId: action.actionId, refreshed }])
    expect(await reopened()).toEqual({ before: true, outcomes: [] })
  })

  it.each([
    ['0 became −0', "UPDATE t SET d = 1 WHERE i = 20; UPDATE t SET d = '-0.0' WHERE i = 20"],
    ['a column is of another type', 'ALTER TABLE t ALTER i TYPE DOUBLE'],
    ['a column of the same values is wider', 'ALTER TABLE t ALTER i TYPE BIGINT'],
    ['a column is gone', 'ALTER TABLE t DROP COLUMN d'],
    ['columns changed names', 'ALTER TABLE t RENAME i TO x; ALTER TABLE t RENAME d TO i'],
  ])('stays out of use where %s', async (_what, statement) => {
    elsewhere(...statement.split('; '))
    for (let i = 0; i < 2; i++) {
      const { before, outcomes } = await reopened()
      expect(before).toBe(false)
      expect(outcomes).toMatchObject([{ actionId: action.actionId, refreshed: 'failed' }])
    }
  })
})
