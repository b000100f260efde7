import { expect, test } from 'vitest'
import { scanLiterals } from './literals.ts'

test('literals are taken out, names and signs stay', () => {
  const sql = `SELECT "a 1", t2.x3 + -4.5e3 FROM t WHERE c = 'it''s' AND d > .5`
  const scanned = scanLiterals(sql)
  expect(scanned?.skeleton).toBe('SELECT "a 1", t2.x3 + -? FROM t WHERE c = ? AND d > ?')
  expect(scanned?.texts).toEqual(['4.5e3', "'it''s'", '.5'])
  expect(scanned?.starts.map((at, i) => sql.startsWith(scanned.texts[i]!, at))).toEqual([
    true,
    true,
    true,
  ])
})

test('comments are no part of what is asked', () => {
  const sql = "-- who: 'ann' 7\nSELECT a/* 2 */ FROM t WHERE b = 3 -- 4\r\n AND c = '--5' --"
  const scanned = scanLiterals(sql)
  expect(scanned?.skeleton).toBe(' \nSELECT a  FROM t WHERE b = ?  \r\n AND c = ?  ')
  expect(scanned?.texts).toEqual(['3', "'--5'"])
  expect(scanned?.starts.map((at) => sql[at])).toEqual(['3', "'"])
})

test('what is not read for sure is not read', () => {
  for (const sql of [
    'SELECT /* 2 /* 3 */ 4 */ 1',
    'SELECT 1 /* open',
    "SELECT E'a\\n'",
    'SELECT $1',
    'SELECT ?',
    'SELECT $$a$$',
    'SELECT 1_000',
    "SELECT 'open",
    'SELECT 0x1F',
  ]) {
    expect(scanLiterals(sql), sql).toBeUndefined()
  }
})
