import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Ledger } from '../../ledger/index.ts'
import { evaluate, learning } from '../../search/index.ts'
import { readJudgments } from './judgments.ts'
import { readSearchLog } from './log.ts'
import type { SearchService } from './service.ts'

/** Which queries are compared: judged by people, with clicks, or searched most. */
export type QuerySet = 'judged' | 'clicked' | 'frequent'
export type SearchConfiguration = 'learned' | 'default'

/** A query and what is known of its results. */
export interface ComparedQuery {
  readonly text: string
  readonly searches: number
  /** Grade by product id; empty for a query of which nothing is known. */
  readonly grades: ReadonlyMap<string, number>
}

export interface ComparedRow extends ComparedQuery {
  /** nDCG@10; NaN without grades. */
  readonly left: number
  readonly right: number
  /** Share of the first ten in common. */
  readonly overlap: number
}

export interface Comparison {
  readonly rows: readonly ComparedRow[]
  readonly left: number
  readonly right: number
  /** right − left over the queries with grades. */
  readonly difference: evaluate.PairedDifference
}

const AT = 10

/** Queries of a kind with what is known of their results, most searched first. */
export async function readQuerySet(
  db: Database,
  ledger: Ledger,
  service: SearchService,
  { set, days, most }: { readonly set: QuerySet; readonly days: number; readonly most: number },
): Promise<ComparedQuery[]> {
  const { index } = service.engine.parts
  const textOf = (raw: string) => index.analyze(raw).text
  if (set === 'judged') return judgedQueries(await readJudgments(db, ledger), textOf).slice(0, most)
  const log = await readSearchLog(db, ledger, days)
  const graded = learning.gradesOf(log, service.examination, textOf)
  if (set === 'clicked') return graded.slice(0, most)
  const known = new Map(graded.map((one) => [one.text, one]))
  const counts = new Map<string, number>()
  for (const { record } of log) {
    const text = textOf(record.raw)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([text, searches]) => ({ text, searches, grades: known.get(text)?.grades ?? new Map() }))
}

function judgedQueries(
  judgments: readonly learning.PersonalJudgment[],
  textOf: (raw: string) => string,
): ComparedQuery[] {
  const byText = new Map<string, Map<string, number>>()
  for (const { query, productId, grade } of judgments) {
    const text = textOf(query)
    const own = byText.get(text) ?? new Map<string, number>()
    byText.set(text, own.set(productId, grade))
  }
  return [...byText].map(([text, grades]) => ({ text, searches: 0, grades }))
}

/**
 * Runs two configurations over queries and compares them by nDCG@10. Throws ERR_STORE_EMPTY without
 * queries. Nothing is logged.
 */
export async function compareConfigurations(
  service: SearchService,
  queries: readonly ComparedQuery[],
  left: SearchConfiguration,
  right: SearchConfiguration,
): Promise<Comparison> {
  if (queries.length === 0) {
    throw new StorewrightError('ERR_STORE_EMPTY', 'the store has no such queries', {
      next: 'Judge results on the Search page, or let customers search: `storewright search simulate --store DIR`',
    })
  }
  await service.prepare(queries.map(({ text }) => text))
  const rows = queries.map((query): ComparedRow => {
    const [a, b] = [left, right].map((configuration) => topOf(service, query.text, configuration))
    return {
      ...query,
      left: ndcgOf(a!, query.grades),
      right: ndcgOf(b!, query.grades),
      overlap: overlapOf(a!, b!),
    }
  })
  const difference = evaluate.pairedDifference(
    rows.map((row) => row.right),
    rows.map((row) => row.left),
  )
  return {
    rows,
    left: evaluate.meanOfDefined(Float64Array.from(rows, (row) => row.left)),
    right: evaluate.meanOfDefined(Float64Array.from(rows, (row) => row.right)),
    difference,
  }
}

function topOf(service: SearchService, text: string, configuration: SearchConfiguration): string[] {
  const { answer } = service.search({ text, from: 0, size: AT, configuration, log: false })
  return answer.items.map(({ id }) => id)
}

function ndcgOf(ids: readonly string[], grades: ReadonlyMap<string, number>): number {
  if (grades.size === 0) return Number.NaN
  const ranking = ids.map((id) => grades.get(id) ?? 0)
  return evaluate.ndcgAt({ grades: ranking, judged: [...grades.values()] }, AT)
}

function overlapOf(a: readonly string[], b: readonly string[]): number {
  const own = new Set(a)
  const most = Math.max(a.length, b.length)
  return most === 0 ? 1 : b.filter((id) => own.has(id)).length / most
}
