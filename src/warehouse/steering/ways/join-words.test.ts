import { describe, expect, it } from 'vitest'
import { createDullWords, joinOfWords, plainWords } from './join-words.ts'

const joinOf = (sql: string) => joinOfWords(plainWords(sql))

describe('the join of a statement by its words', () => {
  it('is the same whatever its constants, items and filters are', () => {
    const one = joinOf("SELECT count(*) FROM a, b WHERE a.k = b.k AND a.x > 5 AND b.t = 'u and v'")
    const other = joinOf('select sum(a.v)\nfrom a, b\nwhere a.k = b.k and b.y <= 1.5e3 limit 3')
    expect(one).toBe('a, b & a.k = b.k')
    expect(other).toBe(one)
  })

  it('differs where other tables or columns are joined', () => {
    const joins = [
      'SELECT count(*) FROM a, b WHERE a.k = b.k',
      'SELECT count(*) FROM a, b WHERE a.k = b.j',
      'SELECT count(*) FROM a, b WHERE a.k = b.k + 1',
      'SELECT count(*) FROM a JOIN b ON a.k = b.k',
      'SELECT count(*) FROM a LEFT JOIN b ON a.k = b.k GROUP BY a.x',
      'SELECT count(*) FROM a, c WHERE a.k = c.k',
    ]
    expect(new Set(joins.map(joinOf)).size).toBe(joins.length)
  })

  it('is none of one table', () => {
    expect(joinOf('SELECT a, b, count(*) FROM t WHERE x IN (1, 2) GROUP BY a, b')).toBeUndefined()
    expect(joinOf('SELECT 1')).toBeUndefined()
  })
})

it('what was found dull is known by its words, and only that', () => {
  const dull = createDullWords(3)
  const words = (x: string) =>
    plainWords(`SELECT count(*) FROM a, b WHERE a.k = b.${x} AND a.v > 1`)
  dull.addStatement(words('k'))
  expect([dull.has(words('k')), dull.has(words('j'))]).toEqual([true, false])
  dull.addJoin(words('j'))
  const another = plainWords('SELECT max(a.v) FROM a, b WHERE b.x < 3 AND a.k = b.j')
  expect([dull.has(another), dull.has(words('i'))]).toEqual([true, false])
  for (const x of ['c', 'd', 'e']) dull.addJoin(words(x))
  expect(dull.has(words('j'))).toBe(false)
})
