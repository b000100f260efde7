import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { standardParts } from '../index.ts'
import { runInTurn } from './interleave.ts'
import { readLogStatements } from './read-log.ts'
import { leaveAsItIs, replayLog } from './replay.ts'
import { isRead } from './statement-order.ts'
import { tuneWith } from './tune.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-replay-test-'))
  const rows = Array.from({ length: 500 }, (_, i) => `${i},${i % 7}`)
  writeFileSync(join(folder, 't.csv'), `a,b\n${rows.join('\n')}\n`)
  writeFileSync(join(folder, 'unused.csv'), 'x\nnot read\n')
  const log = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      query:
        i === 30
          ? 'SELECT nothing FROM t'
          : `SELECT b, count(*) AS n FROM t WHERE a > ${i} GROUP BY b`,
    }),
  )
  writeFileSync(join(folder, 'log.jsonl'), log.join('\n'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('replayLog', () => {
  it('compares every statement of the rest, counts what fails on both sides, and cleans up', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'storewright-scratch-'))
    const result = await replayLog(
      {
        tables: folder,
        log: join(folder, 'log.jsonl'),
        trainShare: 0.25,
        scale: 2,
        seed: 1,
        verify: true,
        threads: 1,
        scratch,
      },
      leaveAsItIs,
    )
    expect(result).toMatchObject({
      trainStatements: 10,
      replayStatements: 30,
      failures: 1,
      differingAnswers: 0,
      upkeepCpuMs: 0,
      tables: [{ name: 't', rowCount: 1000 }],
    })
    expect(result.untuned.totalCpuMs).toBeGreaterThan(0)
    expect(readdirSync(scratch)).toEqual([])
    rmSync(scratch, { recursive: true })
  })
})

describe('a log that writes', () => {
  it('meets the same rows on both sides, and may leave transactions open', async () => {
    const log = [
      ...['INSERT INTO t VALUES (1000, 8), (1001, 9)', 'DELETE FROM t WHERE a < 10'],
      ...Array.from({ length: 60 }, (_, i) => `SELECT count(*) AS n FROM t WHERE a > ${i}`),
      ...['BEGIN', 'UPDATE t SET b = 7 WHERE a < 100'],
      ...['SELECT b, count(*) AS n FROM t GROUP BY b', 'ROLLBACK', 'BEGIN', 'DELETE FROM t'],
      ...Array.from({ length: 56 }, (_, i) => `SELECT sum(b) AS s FROM t WHERE a > ${i}`),
      ...['BEGIN', "SELECT CAST('x' AS INTEGER) AS wrong", 'SELECT 1 AS one'],
    ]
    const path = join(folder, 'writes.jsonl')
    writeFileSync(path, log.map((query) => JSON.stringify({ query })).join('\n'))
    const options = { trainShare: 0.505, scale: 1, seed: 1, verify: true, threads: 1 }
    const result = await replayLog(
      { tables: folder, log: path, ...options },
      tuneWith(standardParts),
    )
    expect(log[result.trainStatements - 1]).toMatch(/^UPDATE/)
    expect(result.differences).toEqual([])
    expect(result.replayStatements).toBe(log.length - result.trainStatements)
  })
})

describe('runInTurn', () => {
  it('counts answers that differ and statements that fail on one side', async () => {
    const a = await openDatabase(':memory:')
    const b = await openDatabase(':memory:')
    await a.run('CREATE TABLE t AS SELECT 1 AS x; CREATE TABLE only_here AS SELECT 1 AS x')
    await b.run('CREATE TABLE t AS SELECT 2 AS x')
    const judged = await runInTurn(
      a,
      b,
      ['SELECT x FROM t', 'SELECT * FROM only_here', 'SELECT 3', 'SELECT hash(uuid()) AS r'],
      { verify: true },
    )
    expect(judged).toMatchObject({ differingAnswers: 2, failures: 0, openAnswers: 1 })
    expect(judged.differences.map(({ statement }) => statement)).toEqual([0, 1])
    a.close()
    b.close()
  })
})

describe('readLogStatements', () => {
  it('passes over lines that say nothing, and tells them', () => {
    const file = join(folder, 'bad.jsonl')
    writeFileSync(file, '{"query":"SELECT 1"}\n{"query":\n{"query":"SELECT 2"}\n')
    const { statements, faults } = readLogStatements(file)
    expect(statements).toEqual(['SELECT 1', 'SELECT 2'])
    expect(faults).toEqual([{ line: 2, message: expect.stringMatching(/no JSON/) }])
  })
  it('refuses a log without a statement', () => {
    const file = join(folder, 'empty.sql')
    writeFileSync(file, '-- nothing\n')
    expect(() => readLogStatements(file)).toThrow(/holds no statement/)
  })
})

describe('isRead', () => {
  it.each([
    'SELECT 1',
    '-- note\nselect 1; /* more */ values (2);',
    "WITH q AS (SELECT 1) SELECT * FROM q WHERE a = 'delete from t'",
    '(SELECT 1) UNION (SELECT 2)',
    'EXPLAIN SELECT 1',
  ])('is a read: %s', (sql) => expect(isRead(sql)).toBe(true))
  it.each([
    'WITH q AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM q',
    'WITH q AS (SELECT 1 AS a) UPDATE t SET a = 2 FROM q',
    'WITH q AS (SELECT 1 AS a) DELETE FROM t USING q',
    'SELECT 1; DELETE FROM t',
    'EXPLAIN ANALYZE DELETE FROM t',
    'FROM t INSERT INTO u SELECT 1',
    '/* c */ BEGIN',
    'EXECUTE p(1)',
  ])('may write: %s', (sql) => expect(isRead(sql)).toBe(false))
})

describe('a hostile log', () => {
  it('names lines of what fails, runs writes once on each side, and leaves plans open', async () => {
    const path = join(folder, 'hostile.jsonl')
    const asked = [
      ...Array.from(
        { length: 8 },
        (_, i) => `SELECT b, count(*) AS n FROM t WHERE a > ${i} GROUP BY b`,
      ),
      'WITH q AS (SELECT 7000 AS a) INSERT INTO t SELECT a, 3 FROM q',
      'BEGIN; DELETE FROM t WHERE a = 3; COMMIT',
      'SELECT b, count(*) AS n FROM t WHERE a > 2 GROUP BY b',
      'CREATE TEMP TABLE t AS SELECT 1 AS a, 2 AS b',
      'SELECT b, count(*) AS n FROM t WHERE a > 0 GROUP BY b',
      'DROP TABLE temp.t',
      'SELECT b, count(*) AS n FROM t WHERE a > 0 GROUP BY b',
      'CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 9 AS a, 9 AS b; USE s',
      'SELECT b, count(*) AS n FROM t WHERE a > 1 GROUP BY b',
      'EXPLAIN SELECT b, count(*) AS n FROM t WHERE a > 1 GROUP BY b',
      'SELECT nothing FROM t',
      'SELECT 1 FROM missing',
      'SELECT nothing FROM t',
    ]
    const lines = asked.map((query) => JSON.stringify({ query }))
    const text = ['', ...lines.slice(0, 10), '{"other": 1}', 'null', '{cut', ...lines.slice(10)]
    writeFileSync(path, `\uFEFF${text.join('\r\n')}\r\n`)
    const options = { trainShare: 0.38, scale: 1, seed: 1, verify: true, threads: 1 }
    const result = await replayLog(
      { tables: folder, log: path, ...options },
      tuneWith(standardParts),
    )
    expect(result.trainStatements).toBe(7)
    expect(result.differences).toEqual([])
    expect(result.logFaults.map(({ line }) => line)).toEqual([12, 13, 14])
    expect(result.failures).toBe(3)
    expect(result.failed.map(({ line, sql }) => [line, sql])).toEqual([
      [23, 'SELECT nothing FROM t'],
      [24, 'SELECT 1 FROM missing'],
    ])
  })
})
