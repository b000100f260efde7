import { DatabaseSync } from 'node:sqlite'
import { create, insertMultiple, search as oramaSearch } from '@orama/orama'
import { Document } from 'flexsearch'
import MiniSearch from 'minisearch'
import type { Field, FieldValue, Product } from '../../src/search/catalogue/product.ts'
import { createIndex } from '../../src/search/index/door.ts'
import { textFieldsOf } from '../../src/search/index/text-fields.ts'
import type { TextOptions } from '../../src/search/index/types.ts'

/** A search engine over one catalogue: the ids of the best products for a query. */
export interface Engine {
  readonly name: string
  find(query: string, count: number): readonly string[]
}

/** A catalogue with the fields of words that every engine indexes, and our weights of them. */
export interface PeerInput {
  readonly fields: readonly Field[]
  readonly products: readonly Product[]
}

type Row = Readonly<Record<string, string>>

/** Ours: with the defaults, and with `options`. */
export function ours(
  name: string,
  { fields, products }: PeerInput,
  options: Partial<TextOptions>,
): Engine {
  const index = createIndex(fields)
  index.add(products)
  return {
    name,
    find(query, count) {
      const { docs } = index.top(index.analyze(query), { count, ...options })
      return Array.from(docs, (doc) => index.idOf(doc)!)
    },
  }
}

/** MiniSearch with its defaults, or with our field weights as boosts. */
export function miniSearch(input: PeerInput, weighted: boolean): Engine {
  const { names, rows, boost } = prepare(input)
  const index = new MiniSearch({ fields: names.slice(), idField: 'id' })
  index.addAll(rows)
  const options = weighted ? { boost } : {}
  return {
    name: weighted ? 'MiniSearch, our weights' : 'MiniSearch',
    find: (query, count) =>
      index
        .search(query, options)
        .slice(0, count)
        .map((hit) => String(hit.id)),
  }
}

/** Orama with its English stemmer off, as it comes. */
export async function orama(input: PeerInput): Promise<Engine> {
  const { names, rows } = prepare(input)
  const schema = Object.fromEntries(names.map((name) => [name, 'string' as const]))
  // Products' ids are kept beside the texts; a field that is not in the schema is not searched.
  const index = create({ schema })
  await insertMultiple(
    index,
    rows.map(({ id, ...row }) => ({ ...row, key: id! })),
    1000,
  )
  return {
    name: 'Orama',
    find(query, count) {
      const found = oramaSearch(index, { term: query, limit: count })
      if (found instanceof Promise) throw new Error('Orama answered later')
      return found.hits.map((hit) => String((hit.document as Row)['key']))
    },
  }
}

/** FlexSearch's document index as it comes; its fields' results one after the other, each product once. */
export function flexSearch(input: PeerInput): Engine {
  const { names, rows } = prepare(input)
  const index = new Document({ document: { id: 'id', index: names.slice() } })
  for (const row of rows) index.add(row)
  return {
    name: 'FlexSearch',
    find(query, count) {
      const found = index.search(query, { limit: count, suggest: true }) as readonly {
        readonly result: readonly (string | number)[]
      }[]
      const ids = new Set(found.flatMap(({ result }) => result.map(String)))
      return [...ids].slice(0, count)
    },
  }
}

/** SQLite FTS5 with Porter stemming and bm25, words joined by OR; plain or with our weights. */
export function sqlite(input: PeerInput, weighted: boolean): Engine {
  const { names, rows, boost } = prepare(input)
  const database = new DatabaseSync(':memory:')
  const columns = names.map((_, i) => `c${i}`)
  database.exec(
    `CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, ${columns.join(', ')}, tokenize = 'porter unicode61')`,
  )
  const insert = database.prepare(
    `INSERT INTO docs VALUES (?, ${columns.map(() => '?').join(', ')})`,
  )
  database.exec('BEGIN')
  for (const row of rows) insert.run(row['id']!, ...names.map((name) => row[name] ?? ''))
  database.exec('COMMIT')
  const weights = weighted ? `, 0, ${names.map((name) => boost[name]).join(', ')}` : ''
  const select = database.prepare(
    `SELECT id FROM docs WHERE docs MATCH ? ORDER BY bm25(docs${weights}) LIMIT ?`,
  )
  return {
    name: weighted ? 'SQLite FTS5, our weights' : 'SQLite FTS5',
    find(query, count) {
      const words = query.match(/[\p{L}\p{N}]+/gu) ?? []
      if (words.length === 0) return []
      const match = words.map((word) => `"${word}"`).join(' OR ')
      return select.all(match, count).map((row) => String(row['id']))
    },
  }
}

function prepare({ fields, products }: PeerInput) {
  const text = textFieldsOf(fields)
  const names = text.map(({ name }) => name)
  const rows = products.map(({ id, values }): Row => {
    const cells = text.map(({ name, members }) => [
      name,
      members.map((member) => textOf(values[member])).join(' '),
    ])
    return { ...Object.fromEntries(cells), id }
  })
  const boost = Object.fromEntries(text.map(({ name, weight }) => [name, weight]))
  return { names, rows, boost }
}

function textOf(value: FieldValue | undefined): string {
  return value === undefined ? '' : typeof value === 'object' ? value.join(' ') : String(value)
}
