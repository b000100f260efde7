import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Catalogue, readCatalogue } from '../../src/search/catalogue/door.ts'

/** A query and the grades that products were given for it. */
export interface JudgedQuery {
  readonly text: string
  readonly grades: ReadonlyMap<string, number>
}

export interface JudgedSet {
  readonly name: string
  readonly catalogue: Catalogue
  readonly queries: readonly JudgedQuery[]
}

/** One list shown to a customer, and what was clicked. */
export interface Session {
  readonly query: string
  /** First = rank 1. */
  readonly shown: readonly string[]
  readonly clicked: readonly string[]
}

const read = (path: string) => {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

function judged(rows: Iterable<readonly [text: string, id: string, grade: number]>): JudgedQuery[] {
  const queries = new Map<string, Map<string, number>>()
  for (const [text, id, grade] of rows) {
    const grades = queries.get(text) ?? new Map<string, number>()
    queries.set(text, grades.set(id, grade))
  }
  return [...queries].map(([text, grades]) => ({ text, grades }))
}

/** Movies: query_id, query, doc_id, grade. */
export async function readMovies(data: string): Promise<JudgedSet> {
  const folder = join(data, 'search', 'msrd')
  const lines = read(join(folder, 'judgments.tsv.gz')).trim().split('\n').slice(1)
  const rows = lines.map((line) => {
    const [, text, id, grade] = line.split('\t')
    return [text!, id!, Number(grade)] as const
  })
  const catalogue = await readCatalogue(join(folder, 'movies.jsonl.gz'))
  return { name: 'MSRD', catalogue, queries: judged(rows) }
}

/** Electronics: query, docid, …, final_rating 0–3; the text between may hold commas, the ends do not. */
export async function readElectronics(data: string): Promise<JudgedSet> {
  const folder = join(data, 'search', 'icecat')
  const lines = read(join(folder, 'ratings.csv')).trim().split(/\r?\n/).slice(1)
  const rows = lines.flatMap((line) => {
    const found = /^("[^"]*"|[^,]*),(\d+),.*,(\d+)$/.exec(line)
    return found === null
      ? []
      : [[found[1]!.replaceAll('"', ''), found[2]!, Number(found[3])] as const]
  })
  const catalogue = await readCatalogue(join(folder, 'products.jsonl.gz'))
  return { name: 'Icecat', catalogue, queries: judged(rows) }
}

/** Consumer products and their click sessions: sess_id, query, rank, clicked_doc_id, clicked. */
export async function readRetail(
  data: string,
): Promise<{ catalogue: Catalogue; sessions: readonly Session[] }> {
  const folder = join(data, 'search', 'retrotech')
  const catalogue = await readCatalogue(join(folder, 'products.csv.gz'))
  // Ids differ in leading zeros between files.
  const bare = (id: string) => id.replace(/^0+/, '')
  const ids = new Map(catalogue.products.map(({ id }) => [bare(id), id]))
  const sessions: Session[] = []
  for (const file of readdirSync(join(folder, 'sessions')).sort()) {
    const open = new Map<string, { query: string; shown: string[]; clicked: string[] }>()
    for (const line of read(join(folder, 'sessions', file))
      .trim()
      .split('\n')
      .slice(1)) {
      const [session, query, , id, clicked] = line.trim().split(',') as string[]
      const own = open.get(session!) ?? { query: query!, shown: [], clicked: [] }
      open.set(session!, own)
      const product = ids.get(bare(id!)) ?? id!
      own.shown.push(product)
      if (clicked === 'True') own.clicked.push(product)
    }
    for (const session of open.values()) sessions.push(session)
  }
  return { catalogue, sessions }
}
