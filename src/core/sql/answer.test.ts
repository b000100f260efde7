import { describe, expect, it } from 'vitest'
import { type Answer, sameAnswer } from './answer.ts'
import { openDatabase } from './database.ts'

async function answer(sql: string): Promise<Answer> {
  const db = await openDatabase(':memory:')
  try {
    return await db.answer(sql)
  } finally {
    db.close()
  }
}

describe('answer', () => {
  it.each([
    ["'x'", 'VARCHAR', 'x'],
    ['true', 'BOOLEAN', true],
    ['7::UTINYINT', 'UTINYINT', 7],
    ['(-2147483648)::INTEGER', 'INTEGER', -2147483648],
    ['9223372036854775807', 'BIGINT', 9223372036854775807n],
    ['18446744073709551615::UBIGINT', 'UBIGINT', 18446744073709551615n],
    ['-170141183460469231731687303715884105727::HUGEINT', 'HUGEINT', 1n - 2n ** 127n],
    ['1.10::DECIMAL(38,2)', 'DECIMAL(38,2)', '1.10'],
    ['-0.05::DECIMAL(4,2)', 'DECIMAL(4,2)', '-0.05'],
    ['0.1::DOUBLE', 'DOUBLE', 0.1],
    ["'nan'::DOUBLE", 'DOUBLE', Number.NaN],
    ["'-inf'::FLOAT", 'FLOAT', -Infinity],
    ['NULL::DOUBLE', 'DOUBLE', null],
    ["DATE '2024-02-29'", 'DATE', '2024-02-29'],
    ["DATE '-infinity'", 'DATE', '-infinity'],
    ["TIMESTAMP 'infinity'", 'TIMESTAMP', 'infinity'],
    ["TIMESTAMPTZ 'infinity'", 'TIMESTAMP WITH TIME ZONE', 'infinity'],
    ["TIMESTAMP '2024-02-29 12:00:00.000001'", 'TIMESTAMP', '2024-02-29 12:00:00.000001'],
    ["TIMESTAMPTZ '2024-07-01 12:00:00+02'", 'TIMESTAMP WITH TIME ZONE', '2024-07-01 10:00:00+00'],
    ["TIME '01:02:03'", 'TIME', '01:02:03'],
    ["INTERVAL '1 month 2 days 3 seconds'", 'INTERVAL', '1 month 2 days 00:00:03'],
    ['[1, NULL]', 'INTEGER[]', '[1, NULL]'],
    ['NULL', 'INTEGER', null],
  ])('reads %s as %s', async (expression, type, value) => {
    expect(await answer(`SELECT ${expression} AS "a b"`)).toEqual({
      rowCount: 1,
      names: ['a b'],
      types: [type],
      columns: [[value]],
    })
  })

  it('reads all chunks in order, keeps names that repeat, and takes values', async () => {
    const db = await openDatabase(':memory:')
    const { rowCount, names, columns } = await db.answer(
      'SELECT i AS a, -i AS a FROM range($1::BIGINT) AS r(i)',
      [10_000],
    )
    expect([rowCount, names]).toEqual([10_000, ['a', 'a']])
    expect(columns[0]!.every((value, i) => value === BigInt(i))).toBe(true)
    expect((await db.answer('SELECT 1 AS x WHERE false')).columns).toEqual([[]])
    db.close()
  })
})

describe('sameAnswer', () => {
  const of = (columns: Answer['columns'], types = ['DOUBLE']): Answer => ({
    rowCount: columns[0]!.length,
    names: ['a'],
    types,
    columns,
  })

  it('sees order only where it counts', () => {
    expect(sameAnswer(of([[1, 2]]), of([[2, 1]]), true)).toBe(false)
    expect(sameAnswer(of([[1, 2]]), of([[2, 1]]), false)).toBe(true)
    expect(sameAnswer(of([[1, 1, 2]]), of([[1, 2, 2]]), false)).toBe(false)
  })

  it.each([
    [[Number.NaN], [Number.NaN], true],
    [[Number.NaN], [null], false],
    [[0], [-0], true],
    [[1], ['1'], false],
    [[1n], [1], false],
    [['null'], [null], false],
    [[0.1 + 0.2], [0.3], false],
  ])('compares %s with %s', (a, b, same) => {
    expect(sameAnswer(of([a]), of([b]), true)).toBe(same)
    expect(sameAnswer(of([a]), of([b]), false)).toBe(same)
  })

  it('asks for the same types', () => {
    expect(sameAnswer(of([[1]]), of([[1]], ['INTEGER']), true)).toBe(false)
  })
})
