import { writeFileWhole } from '../../core/files.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { type OnProgress, silent } from '../../core/progress.ts'
import { readCatalogue } from '../catalogue/read-catalogue.ts'
import { formatReport } from '../catalogue/report.ts'
import type { RoleSettings } from '../catalogue/role-settings.ts'
import { formatRoles } from '../catalogue/roles-table.ts'
import { createIndex } from '../index/door.ts'
import type { SearchIndex } from '../index/types.ts'
import { type RankedRow, type RankJudgedResult, rankJudged } from './rank-judged.ts'
import { readCandidates, readJudgments, readQueries } from './read-judged.ts'

export interface RankFilesOptions {
  /** Catalogue (.jsonl, .csv, .tsv, each also .gz, .parquet) or store folder. */
  readonly products: string
  /** query_id, query. */
  readonly queries: string
  /** query, doc_id, grade. */
  readonly train: string
  /** query_id, doc_id. */
  readonly candidates?: string
  readonly k: number
  /** CSV to write: query_id, doc_id, rank, score. */
  readonly out: string
  readonly roles?: RoleSettings
  readonly seed: number
  /** 'light' is a tenth of the work of 'full'. */
  readonly effort?: 'full' | 'light'
  readonly knobs?: KnobSettings
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

export interface RankFilesResult extends RankJudgedResult {
  /** What the fields of the catalogue were taken for, as text for people. */
  readonly roles: string
  /** What reading the catalogue met, as text. */
  readonly report: string
  /** Candidates that the catalogue does not have. */
  readonly unknownCandidates: number
}

/**
 * Ranks the products of a file for the queries of a file, learning from judgments of a file, and
 * writes the rankings. Throws what the readers say (ERR_FEED_… with file, line and column); nothing is
 * written then.
 */
export async function rankJudgedFiles(options: RankFilesOptions): Promise<RankFilesResult> {
  const { onProgress = silent, signal, knobs, roles } = options
  // The small files first: a fault in them should not wait for the catalogue.
  const queries = await readQueries(options.queries)
  const judgments = await readJudgments(options.train)
  const candidates =
    options.candidates === undefined ? undefined : await readCandidates(options.candidates)
  onProgress({ step: 'read products', done: 0 })
  const shared = {
    ...(knobs === undefined ? {} : { knobs }),
    ...(signal === undefined ? {} : { signal }),
  }
  const catalogue = await readCatalogue(options.products, {
    ...shared,
    ...(roles === undefined ? {} : { roles }),
  })
  onProgress({ step: 'index products', done: 0 })
  const index = createIndex(catalogue.fields, knobs === undefined ? {} : { settings: knobs })
  index.add(catalogue.products)
  const result = rankJudged({
    ...shared,
    index,
    judgments,
    queries,
    k: options.k,
    seed: options.seed,
    effort: options.effort ?? 'full',
    now: newestDate(index),
    onProgress,
    ...(candidates === undefined ? {} : { candidates }),
  })
  writeFileWhole(options.out, runToCsv(result.rows))
  return {
    ...result,
    roles: formatRoles(catalogue),
    report: formatReport(catalogue.report),
    unknownCandidates: countUnknown(index, candidates),
  }
}

/** The newest date of any product, so that the same files give the same ranking on any day; else 0. */
export function newestDate(index: SearchIndex): number {
  let newest = 0
  for (const { name, role } of index.fields) {
    if (role !== 'date') continue
    for (const at of index.numbers(name)) if (at > newest) newest = at
  }
  return newest
}

/** A run as CSV: query_id, doc_id, rank, score. */
export function runToCsv(rows: readonly RankedRow[]): string {
  const lines = rows.map(({ queryId, docId, rank, score }) =>
    [cell(queryId), cell(docId), rank, Number(score.toPrecision(9))].join(','),
  )
  return `query_id,doc_id,rank,score\n${lines.map((line) => `${line}\n`).join('')}`
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function countUnknown(
  index: SearchIndex,
  candidates: ReadonlyMap<string, readonly string[]> | undefined,
): number {
  let unknown = 0
  for (const ids of candidates?.values() ?? []) {
    for (const id of ids) if (index.docOf(id) < 0) unknown++
  }
  return unknown
}
