import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../../core/random/random.ts'
import { openDatabase } from '../../../core/sql/database.ts'
import { comparedNumber } from './exact.ts'

/** Numbers as people and programs write them. */
function literal(random: Random): string {
  const value = (random.next() - 0.4) * 10 ** (random.int(9) - 3)
  const draw = random.next()
  if (draw < 0.5) return String(value).includes('e') ? '0.5' : String(value)
  if (draw < 0.7) return value.toFixed(random.int(12))
  return draw < 0.9
    ? String(Math.round(value))
    : `${Math.fround(value).toFixed(3)}e${random.int(6)}`
}

test('the number a literal is compared as is the one that DuckDB casts it to', async () => {
  const db = await openDatabase(':memory:', { threads: 1 })
  const random = createRandom(7)
  let known = 0
  for (const type of ['FLOAT', 'DOUBLE'] as const) {
    const literals = Array.from({ length: 2000 }, () => literal(random)).filter(
      (text) => type === 'DOUBLE' || !text.includes('e'),
    )
    const { columns } = await db.answer(
      `SELECT ${literals.map((text) => `CAST(${text} AS ${type})`).join(', ')}`,
    )
    for (const [i, text] of literals.entries()) {
      const value = comparedNumber(text, type)
      if (value === undefined) continue
      known++
      // The sign of zero decides no comparison.
      expect(value === columns[i]![0], `${text} as ${type}: ${value}`).toBe(true)
    }
  }
  expect(known).toBeGreaterThan(3000)
  db.close()
})

test('a literal that rounding would move onto a whole number is not known', () => {
  expect(comparedNumber('29.99999999999999999', 'INTEGER')).toBeUndefined()
  expect(comparedNumber('29.5', 'INTEGER')).toBe(29.5)
  expect(comparedNumber('30.000', 'SMALLINT')).toBe(30)
  expect(comparedNumber("'30'", 'SMALLINT')).toBeUndefined()
})
