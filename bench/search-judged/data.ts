import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { catalogue, type SearchIndex, index as searchIndex } from '../../src/search/index.ts'

/** A judged query: grades by product id. */
export interface BenchQuery {
  readonly id: string
  readonly query: string
  readonly grades: ReadonlyMap<string, number>
}

export interface JudgedSet {
  readonly name: string
  readonly index: SearchIndex
  readonly queries: readonly BenchQuery[]
}

async function indexOf(path: string): Promise<SearchIndex> {
  const { fields, products } = await catalogue.readCatalogue(path)
  const made = searchIndex.createIndex(fields)
  made.add(products)
  return made
}

/** Movies and 11,115 judged queries. */
export async function msrd(dataFolder: string): Promise<JudgedSet> {
  const folder = join(dataFolder, 'search/msrd')
  const text = gunzipSync(readFileSync(join(folder, 'judgments.tsv.gz'))).toString('utf8')
  const queries = new Map<string, { id: string; query: string; grades: Map<string, number> }>()
  for (const line of text.trim().split('\n').slice(1)) {
    const [id, query, docId, grade] = line.split('\t') as [string, string, string, string]
    const own = queries.get(id) ?? { id, query, grades: new Map<string, number>() }
    queries.set(id, own)
    own.grades.set(docId, Number(grade))
  }
  const index = await indexOf(join(folder, 'movies.jsonl.gz'))
  return { name: 'search/msrd', index, queries: [...queries.values()] }
}

/** Electronics and 76 judged queries. */
export async function icecat(dataFolder: string): Promise<JudgedSet> {
  const folder = join(dataFolder, 'search/icecat')
  const queries = new Map<string, { id: string; query: string; grades: Map<string, number> }>()
  const source = catalogue.openRows(join(folder, 'ratings.csv'))
  for await (const batch of source.batches()) {
    for (const row of batch) {
      if (!('values' in row)) continue
      const query = String(row.values['query'])
      const own = queries.get(query) ?? { id: query, query, grades: new Map<string, number>() }
      queries.set(query, own)
      own.grades.set(String(row.values['docid']), Number(row.values['final_rating']))
    }
  }
  const index = await indexOf(join(folder, 'products.jsonl.gz'))
  return { name: 'search/icecat', index, queries: [...queries.values()] }
}
