import { basename } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { openRows } from '../catalogue/open-rows.ts'
import { isFault, type RawRow } from '../catalogue/row.ts'

/** Names under which a column is accepted, the first being ours. */
const COLUMNS = {
  queryId: ['query_id', 'qid', 'queryid'],
  query: ['query', 'query_text'],
  docId: ['doc_id', 'docid', 'document_id', 'product_id', 'id'],
  grade: ['grade', 'final_rating', 'rating', 'relevance', 'label'],
  rank: ['rank', 'position'],
  score: ['score'],
} as const

type ColumnKind = keyof typeof COLUMNS

/** A query to answer. */
export interface QueryRow {
  readonly queryId: string
  readonly query: string
}

/** One judgment: how well a document answers a query. */
export interface JudgmentRow {
  readonly query: string
  readonly docId: string
  /** ≥ 0. */
  readonly grade: number
}

/** Queries of a file: query_id, query; further columns are passed over. Ids must differ. */
export async function readQueries(path: string): Promise<readonly QueryRow[]> {
  const rows: QueryRow[] = []
  const seen = new Map<string, number>()
  await readFile(path, ['queryId', 'query'], (cells, line) => {
    const [queryId, query] = [cells('queryId'), cells('query')]
    const before = seen.get(queryId)
    if (before !== undefined)
      throw badValue(path, line, 'query_id', queryId, `was on line ${before} already`)
    seen.set(queryId, line)
    rows.push({ queryId, query })
  })
  return rows
}

/**
 * Judgments of a file: query, doc_id, grade; further columns are passed over. A pair that is judged
 * again counts with the last grade.
 */
export async function readJudgments(path: string): Promise<readonly JudgmentRow[]> {
  const rows: JudgmentRow[] = []
  await readFile(path, ['query', 'docId', 'grade'], (cells, line) => {
    rows.push({ query: cells('query'), docId: cells('docId'), grade: gradeOf(cells, path, line) })
  })
  return rows
}

/** Judgments by query id: query_id, doc_id, grade. */
export async function readGrades(path: string): Promise<Map<string, Map<string, number>>> {
  const grades = new Map<string, Map<string, number>>()
  await readFile(path, ['queryId', 'docId', 'grade'], (cells, line) => {
    const of = grades.get(cells('queryId')) ?? new Map<string, number>()
    grades.set(cells('queryId'), of.set(cells('docId'), gradeOf(cells, path, line)))
  })
  return grades
}

/** Candidates of a file by query id: query_id, doc_id. */
export async function readCandidates(path: string): Promise<Map<string, readonly string[]>> {
  const sets = new Map<string, Set<string>>()
  await readFile(path, ['queryId', 'docId'], (cells) => {
    const of = sets.get(cells('queryId')) ?? new Set<string>()
    sets.set(cells('queryId'), of.add(cells('docId')))
  })
  return new Map([...sets].map(([queryId, docs]) => [queryId, [...docs]]))
}

/** Rankings of a file by query id, best first: query_id, doc_id, rank. */
export async function readRun(path: string): Promise<Map<string, readonly string[]>> {
  const ranks = new Map<string, { readonly docId: string; readonly rank: number }[]>()
  await readFile(path, ['queryId', 'docId', 'rank'], (cells, line) => {
    const rank = Number(cells('rank'))
    if (!Number.isFinite(rank)) throw badValue(path, line, 'rank', cells('rank'), 'is no number')
    const of = ranks.get(cells('queryId')) ?? []
    of.push({ docId: cells('docId'), rank })
    ranks.set(cells('queryId'), of)
  })
  const inOrder = [...ranks].map(([queryId, list]) => {
    list.sort((a, b) => a.rank - b.rank || (a.docId < b.docId ? -1 : 1))
    return [queryId, list.map(({ docId }) => docId)] as const
  })
  return new Map(inOrder)
}

function gradeOf(cells: Cells, path: string, line: number): number {
  const text = cells('grade')
  const grade = Number(text)
  if (text.trim() !== '' && grade >= 0 && grade <= 1000) return grade
  throw badValue(path, line, 'grade', text, 'is no number from 0 to 1000')
}

type Cells = (kind: ColumnKind) => string

/** Reads rows one after the other; `take` gets the cells of the columns wanted. */
async function readFile(
  path: string,
  wanted: readonly ColumnKind[],
  take: (cells: Cells, line: number) => void,
): Promise<void> {
  let names: Readonly<Partial<Record<ColumnKind, string>>> | undefined
  let count = 0
  for await (const batch of openRows(path).batches()) {
    for (const row of batch) {
      if (isFault(row)) throw badValue(path, row.line, 'row', '', row.fault)
      names ??= findColumns(path, wanted, row)
      const own = names
      count++
      take((kind) => {
        const value = row.values[own[kind]!]
        const text = value === undefined || value === null ? '' : String(value)
        const isMissing = text === '' && kind !== 'query'
        if (isMissing) throw badValue(path, row.line, COLUMNS[kind][0], '', 'is empty')
        return text
      }, row.line)
    }
  }
  if (count > 0) return
  throw new StorewrightError('ERR_FEED_EMPTY', `${basename(path)} has no rows`, {
    file: basename(path),
    next: `Give a file with a header and the columns ${wanted.map((kind) => COLUMNS[kind][0]).join(', ')}.`,
  })
}

/** Which of the row's columns is which. */
function findColumns(path: string, wanted: readonly ColumnKind[], { values }: RawRow) {
  const present = Object.keys(values)
  const found = wanted.map((kind) => {
    const best = COLUMNS[kind]
      .map((alias) => present.find((name) => name.trim().toLowerCase() === alias))
      .find((name) => name !== undefined)
    return [kind, best] as const
  })
  const missing = found.filter(([, name]) => name === undefined).map(([kind]) => COLUMNS[kind][0])
  if (missing.length === 0) return Object.fromEntries(found) as Partial<Record<ColumnKind, string>>
  throw new StorewrightError(
    'ERR_FEED_BAD_HEADER',
    `${basename(path)} has no column ${missing.join(', ')}`,
    {
      file: basename(path),
      line: 1,
      column: missing[0]!,
      next: `Its columns are ${present.slice(0, 12).join(', ')}; wanted are ${wanted.map((kind) => COLUMNS[kind][0]).join(', ')}.`,
    },
  )
}

function badValue(
  path: string,
  line: number,
  column: string,
  value: string,
  why: string,
): StorewrightError {
  const shown = value.slice(0, 60)
  return new StorewrightError('ERR_FEED_BAD_VALUE', `${column} "${shown}" ${why}`, {
    file: basename(path),
    line,
    column,
    value: shown,
    next: 'Correct the file and run the command again; nothing was written.',
  })
}
