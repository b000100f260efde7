import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitSql } from './split-sql.ts'

const texts = (sql: string) => splitSql(sql).map((piece) => piece.sql)

describe('splitSql', () => {
  it('takes a line that begins a statement for one where a ; is missing', () => {
    const sql =
      'SELECT a\nFROM t;\nSELECT 2\nselect 3 -- a; b\nWITH q AS (\nSELECT 1)\nSELECT * FROM q'
    expect(splitSql(`${sql}\nDELETE FROM t;\n`)).toEqual([
      { sql: 'SELECT a\nFROM t', line: 1 },
      { sql: 'SELECT 2', line: 3 },
      { sql: 'select 3 -- a; b', line: 4 },
      { sql: 'WITH q AS (\nSELECT 1)\nSELECT * FROM q', line: 5 },
      { sql: 'DELETE FROM t', line: 8 },
    ])
  })

  it.each([
    'INSERT INTO t\nSELECT 1',
    'INSERT INTO t (a, b)\nWITH q AS (SELECT 1)\nSELECT * FROM q',
    'CREATE TABLE t AS\nSELECT 1',
    'SELECT 1\nUNION ALL\nSELECT 2',
    'EXPLAIN ANALYZE\nSELECT 1',
    'ALTER TABLE t\nDROP COLUMN a',
    'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN\nUPDATE SET b = 1',
    'INSERT INTO t VALUES (1) ON CONFLICT DO\nUPDATE SET a = 2',
    'WITH a AS (SELECT 1), b AS (SELECT 2)\nSELECT * FROM a, b',
    "SELECT '\nSELECT 2\n'",
    'SELECT (\nSELECT 2\n)',
  ])('keeps a statement of several lines whole: %s', (sql) => {
    expect(texts(`${sql};`)).toEqual([sql])
    expect(texts(`SELECT 0\n${sql};\nSELECT 9;`)).toEqual(['SELECT 0', sql, 'SELECT 9'])
  })

  it('ends a quote that is never closed with its statement', () => {
    expect(texts("SELECT 'open FROM t;\nSELECT 'b';\nSELECT \"c;\nSELECT 4;")).toEqual([
      "SELECT 'open FROM t",
      "SELECT 'b'",
      'SELECT "c',
      'SELECT 4',
    ])
  })

  it('reads one a line where there is no ; and most lines begin a statement', () => {
    expect(texts('SELECT 1\nSELEC 2\r\nSELECT 3\n')).toEqual(['SELECT 1', 'SELEC 2', 'SELECT 3'])
    expect(texts('SELECT a\nFROM t\nWHERE b\n\nSELECT c\nFROM t\n')).toEqual([
      'SELECT a\nFROM t\nWHERE b',
      'SELECT c\nFROM t',
    ])
  })

  it('loses nothing but ; and white space', () => {
    const word = fc.constantFrom(
      "'a;'",
      '"b',
      "'",
      ';\n',
      'SELECT 1',
      '(',
      ')',
      '--x\n',
      '/*',
      '$$',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(' ')
        const bare = (sql: string) =>
          sql
            .replace(/--[^\n]*/g, '')
            .replace(/\/\*[\s\S]*?\*\//g, '')
            .replace(/[\s;]/g, '')
        const kept = splitSql(text).map((piece) => piece.sql)
        expect(bare(kept.join('\n'))).toBe(bare(text))
        for (const { sql, line } of splitSql(text)) {
          expect(text.split('\n')[line - 1]).toContain(sql.split('\n')[0]!.trimEnd())
        }
      }),
    )
  })
})
