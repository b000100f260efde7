import { expect, it } from 'vitest'
import { openDatabase, quoteName } from './database.ts'
import { shownName } from './keywords.ts'

it('shows names as DuckDB does, words of its grammar among them', async () => {
  const db = await openDatabase(':memory:')
  const known = await db.rows<{ word: string }>(
    'SELECT DISTINCT keyword_name AS word FROM duckdb_keywords() ORDER BY word',
  )
  const plain = ['title', 'Title', '_a1', 'a$b', 'ünï', 'a b', 'a"b', '1a', 'naming']
  const words = known.flatMap(({ word }) => [word, word.toUpperCase()])
  for (const name of [...plain, ...words]) {
    const column = quoteName(name)
    const { names } = await db.answer(`SELECT max(t.${column}) FROM (SELECT 1 AS ${column}) AS t`)
    expect(names).toEqual([`max(t.${shownName(name)})`])
  }
  db.close()
})
