import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { parseLog, readLog, watchLog } from './logs.ts'
import { createRecorder } from './recorder.ts'
import { createTemplates } from './templates.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-logs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('parseLog', () => {
  it('reads SQL with a ; behind each statement, over lines, and tells lines', () => {
    const log = parseLog(
      "SELECT 1;\n\n-- a; comment\nSELECT\n ';' AS \"b;\";\n/* ; */\nSELECT $$;$$, E'\\';'",
    )
    expect(log).toEqual({
      entries: [
        { sql: 'SELECT 1', line: 1 },
        { sql: '-- a; comment\nSELECT\n \';\' AS "b;"', line: 3 },
        { sql: "/* ; */\nSELECT $$;$$, E'\\';'", line: 6 },
      ],
      faults: [],
    })
  })

  it('reads one statement a line where there is no ;', () => {
    expect(parseLog('SELECT 1\n\n-- nothing\nSELECT 2\n').entries).toEqual([
      { sql: 'SELECT 1', line: 1 },
      { sql: 'SELECT 2', line: 4 },
    ])
  })

  it('reads JSON lines with what they tell, and says which lines say nothing', () => {
    const lines = [
      '{"query": "SELECT 1", "at": "2024-01-01T00:00:00Z", "duration_ms": 2.5, "user": "ann"}',
      '{"sql": "SELECT 2", "ts": 1700000000}',
      '{"statement": "SELECT 3", "duration_ms": "7"}',
      '{"other": 1}',
      'broken',
    ]
    const { entries, faults } = parseLog(lines.join('\n'))
    expect(entries).toEqual([
      { sql: 'SELECT 1', line: 1, at: 1704067200000, durationMs: 2.5, askedBy: 'ann' },
      { sql: 'SELECT 2', line: 2, at: 1700000000000 },
      { sql: 'SELECT 3', line: 3, durationMs: 7 },
    ])
    expect(faults.map(({ line }) => line)).toEqual([4, 5])
  })
})

describe('parseLog of what programs write', () => {
  it('reads JSON lines whose first line is cut off, behind a byte order mark, with CRLF', () => {
    const log = parseLog('\uFEFFy": "SELECT 0"}\r\n{"query": "SELECT 1"}\r\n\r\nnull\r\n[1]\r\n')
    expect(log.entries).toEqual([{ sql: 'SELECT 1', line: 2 }])
    expect(log.faults.map(({ line }) => line)).toEqual([1, 4, 5])
  })
})

describe('parseLog of what databases write', () => {
  it('reads DuckDB’s query log and PostgreSQL’s jsonlog, and no other messages of theirs', () => {
    const lines = [
      '{"timestamp":"2026-11-27 04:55:12.5+00","type":"QueryLog","message":"SELECT 1\\nFROM t"}',
      '{"timestamp":"2026-11-27 04:55:12.500 UTC","user":"ann","message":"duration: 1.25 ms  statement: SELECT 2"}',
      '{"message":"execute <unnamed>: SELECT $1"}',
      '{"message":"connection received: host=shop"}',
      '{"at":"2026-11-27 04:55:12.5+00","query":"SELECT 4","message":"statement: SELECT 5"}',
      '{"at":"2026-11-27","query":"SELECT 6"}',
    ]
    const at = Date.parse('2026-11-27T04:55:12.500Z')
    const { entries, faults } = parseLog(lines.join('\n'))
    expect(entries).toEqual([
      { sql: 'SELECT 1\nFROM t', line: 1, at },
      { sql: 'SELECT 2', line: 2, at, durationMs: 1.25, askedBy: 'ann' },
      { sql: 'SELECT $1', line: 3 },
      { sql: 'SELECT 4', line: 5, at },
      { sql: 'SELECT 6', line: 6, at: Date.parse('2026-11-27') },
    ])
    expect(faults.map(({ line }) => line)).toEqual([4])
  })
})

describe('readLog', () => {
  it('reads gzip, and says when a file cannot be read', () => {
    const path = join(folder, 'log.sql.gz')
    writeFileSync(path, gzipSync('SELECT 1;\nSELECT 2;'))
    expect(readLog(path).entries).toHaveLength(2)
    writeFileSync(path, Buffer.from('\uFEFFSELECT 1;\r\nSELECT 2;', 'utf16le'))
    expect(readLog(path).entries.map(({ sql }) => sql)).toEqual(['SELECT 1', 'SELECT 2'])
    writeFileSync(path, gzipSync('SELECT 1;\nSELECT 2;').subarray(0, 12))
    expect(() => readLog(path)).toThrow(/gzip/)
    expect(() => readLog(join(folder, 'none'))).toThrow(/cannot be read/)
  })
})

describe('watchLog', () => {
  it('records what was asked, and keeps what does not parse as failed', async () => {
    const db = await openDatabase(':memory:')
    const templates = createTemplates(100)
    const recorder = createRecorder({ seed: 1 })
    const log = parseLog(
      'SELECT a FROM t WHERE b > 1;\nSELEC;\nSELECT a FROM t WHERE b > 2;\nSELEC;\nDROP TABLE t;',
    )
    const faults = await watchLog(log, recorder, { templates, db, now: 10_000 })
    expect(faults.map(({ line }) => line)).toEqual([2, 4])
    expect(faults[0]!.message).toContain('SELEC')
    const loads = recorder.workload().templates
    expect(loads.map(({ template, count, failures }) => [template.sql, count, failures])).toEqual(
      expect.arrayContaining([
        ['SELECT a FROM t WHERE b > ?', 2, 0],
        ['SELEC', 2, 2],
        ['DROP TABLE t', 1, 0],
      ]),
    )
    expect(
      loads.find(({ template }) => template.sql.startsWith('SELECT'))!.template.tables,
    ).toEqual(['t'])
    expect(recorder.workload()).toMatchObject({ fromMs: 5000, toMs: 9000 })
    db.close()
  })
})
