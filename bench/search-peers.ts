// Full text beside other engines of one process, in the same run: quality on judged queries with the
// settings that each comes with (and with our field weights, where an engine takes weights), and speed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readCatalogue } from '../src/search/catalogue/door.ts'
import { pairedDifference } from '../src/search/evaluate/door.ts'
import { ndcgAt } from '../src/search/evaluate/metrics.ts'
import { argument, cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'
import {
  type Engine,
  flexSearch,
  miniSearch,
  orama,
  ours,
  type PeerInput,
  sqlite,
} from './search-peers/engines.ts'

const COUNT = 10
/** Judged queries per set; more would make the slowest peer take the run. */
const MOST_QUERIES = Number(argument('queries', '1500'))
/** Seconds of queries that an engine's speed is measured over. */
const SPEED_SECONDS = 4

interface JudgedQuery {
  readonly query: string
  readonly grades: ReadonlyMap<string, number>
}

const folder = join(dataFolder(), 'search')

await quality('icecat', 'products.jsonl.gz', icecatQueries())
await quality('msrd', 'movies.jsonl.gz', msrdQueries())
await speed()

async function quality(set: string, file: string, queries: readonly JudgedQuery[]): Promise<void> {
  const input = await readCatalogue(join(folder, set, file))
  const own = ours('ours', input, {})
  const reference = scoresOf(own, queries)
  const engines = [
    ours('ours, no prior', input, { prior: 0 }),
    ours('ours, fields combined', input, { scoring: 'combined' }),
    ours('ours, with proximity', input, { proximity: true }),
    ...(await peers(input)),
  ]
  printQuality(set, own.name, reference, undefined, queries.length)
  for (const engine of engines) {
    printQuality(set, engine.name, scoresOf(engine, queries), reference, queries.length)
  }
}

async function peers(input: PeerInput): Promise<readonly Engine[]> {
  return [
    miniSearch(input, false),
    miniSearch(input, true),
    sqlite(input, false),
    sqlite(input, true),
    flexSearch(input),
    await orama(input),
  ]
}

function scoresOf(engine: Engine, queries: readonly JudgedQuery[]): number[] {
  return queries.map(({ query, grades }) => {
    const found = engine.find(query, COUNT).map((id) => grades.get(id) ?? 0)
    return ndcgAt({ grades: found, judged: [...grades.values()] }, COUNT)
  })
}

function printQuality(
  set: string,
  name: string,
  scores: readonly number[],
  reference: readonly number[] | undefined,
  queries: number,
): void {
  const { mean, interval } = meanInterval(scores)
  const data = `${set}, ${queries} judged queries, retrieved from all`
  printFigure({
    figure: `search-peers ${set}, ${name}: nDCG@10`,
    value: rounded(mean),
    unit: 'nDCG',
    interval: [rounded(interval[0]), rounded(interval[1])],
    data,
  })
  if (reference === undefined || name.startsWith('ours')) return
  const { mean: gain, low, high } = pairedDifference(reference, scores).student
  const range = [low, high] as const
  printFigure({
    figure: `search-peers ${set}, ours minus ${name}: nDCG@10`,
    value: rounded(gain),
    unit: 'nDCG',
    interval: [rounded(range[0]), rounded(range[1])],
    target: '> 0',
    met: gain > 0,
    data,
  })
}

async function speed(): Promise<void> {
  const input = await readCatalogue(join(folder, 'retrotech', 'products.csv.gz'))
  const file = readFileSync(join(folder, 'retrotech', 'query_suggestions.json'), 'utf8')
  const queries = (JSON.parse(file) as { readonly query: string }[]).map(({ query }) => query)
  const own = queriesPerSecond(ours('ours', input, {}), queries)
  const data = `retrotech, ${input.products.length} products, ${queries.length} queries, top 10, one core`
  printFigure({ figure: 'search-peers speed, ours', value: rounded(own), unit: 'queries/s', data })
  for (const engine of await peers(input)) {
    const peer = queriesPerSecond(engine, queries)
    printFigure({
      figure: `search-peers speed, ${engine.name}`,
      value: rounded(peer),
      unit: 'queries/s',
      baseline: rounded(own),
      ratio: rounded(peer / own),
      target: '< ours',
      met: peer < own,
      data,
    })
  }
}

/** Queries a second of CPU, after one round of a few to warm up. */
function queriesPerSecond(engine: Engine, queries: readonly string[]): number {
  for (const query of queries.slice(0, 50)) engine.find(query, COUNT)
  const start = process.cpuUsage()
  let done = 0
  for (;;) {
    engine.find(queries[done % queries.length]!, COUNT)
    done++
    if (done % 20 === 0 && cpuSeconds(start) > SPEED_SECONDS) return done / cpuSeconds(start)
  }
}

function icecatQueries(): JudgedQuery[] {
  const lines = readFileSync(join(folder, 'icecat', 'ratings.csv'), 'utf8')
    .trim()
    .split('\n')
  const rows = lines.slice(1).map((line) => {
    // The query, which may be quoted, the id and the last cell; names in between may hold commas.
    const [, quoted, plain, id = ''] = /^(?:"((?:[^"]|"")*)"|([^,]*)),([^,]*)/.exec(line) ?? []
    const query = quoted?.replaceAll('""', '"') ?? plain ?? ''
    return { query, id, grade: Number(line.slice(line.lastIndexOf(',') + 1)) }
  })
  return judged(rows)
}

function msrdQueries(): JudgedQuery[] {
  const bytes = gunzipSync(readFileSync(join(folder, 'msrd', 'judgments.tsv.gz')))
  const rows = bytes
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, query = '', id = '', grade = '0'] = line.split('\t')
      return { query, id, grade: Number(grade) }
    })
  return judged(rows)
}

/** Queries with a gain to win, at most so many, taken evenly over the set. */
function judged(
  rows: readonly { readonly query: string; readonly id: string; readonly grade: number }[],
): JudgedQuery[] {
  const byQuery = new Map<string, Map<string, number>>()
  for (const { query, id, grade } of rows) {
    const grades = byQuery.get(query) ?? new Map<string, number>()
    byQuery.set(query, grades.set(id, grade))
  }
  const queries = [...byQuery]
    .map(([query, grades]) => ({ query, grades }))
    .filter(({ grades }) => [...grades.values()].some((grade) => grade > 0))
  const step = Math.max(1, queries.length / MOST_QUERIES)
  return Array.from(
    { length: Math.min(queries.length, MOST_QUERIES) },
    (_, i) => queries[Math.floor(i * step)]!,
  )
}
