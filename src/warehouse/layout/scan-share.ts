import type { Database } from '../../core/sql/database.ts'
import { type Ast, childrenOf, isAst, parseSelects, textOf, writeSelects } from './ast.ts'
import type { Probe } from './cost.ts'
import type { WeighedStatement } from './statements.ts'
import { redirect } from './trial.ts'

/** Taken where a statement cannot be profiled. */
const USUAL_SHARE = 0.8

/** How a table shows in plans. */
export interface ScannedTable {
  /** As statements name it. */
  readonly table: string
  /** A view that stands for it, where it is no table of the database. */
  readonly readAs?: string
}

/**
 * Weighs probes by what their scans take: CPU of the statement times the share of its scan of the
 * table in a profile of one statement a template, made here. Joins and groupings cost the same
 * whatever the layout.
 */
export async function measureScanShares(
  db: Database,
  scanned: ScannedTable,
  probes: readonly Probe[],
  statements: readonly WeighedStatement[],
): Promise<readonly Probe[]> {
  const shares = new Map<string, number>()
  for (const { fingerprint } of probes) {
    if (shares.has(fingerprint)) continue
    const statement = statements.find((candidate) => candidate.fingerprint === fingerprint)!
    shares.set(fingerprint, await scanShare(db, scanned, statement.sql))
  }
  return probes.map((probe) => ({
    ...probe,
    weight: probe.weight * shares.get(probe.fingerprint)!,
  }))
}

async function scanShare(
  db: Database,
  { table, readAs }: ScannedTable,
  sql: string,
): Promise<number> {
  try {
    const asked = readAs === undefined ? sql : await readingAs(db, sql, table, readAs)
    const { columns } = await db.answer(`EXPLAIN (ANALYZE, FORMAT json) ${asked}`)
    const plan: unknown = JSON.parse(String(columns[1]?.[0]))
    const name = table.split('.').at(-1)!.toLowerCase()
    return isAst(plan)
      ? shareOf(plan, (scan) => (readAs === undefined ? scan.table === name : scan.isFile))
      : USUAL_SHARE
  } catch {
    // A statement that fails now (a table that went, a function of an extension) tells nothing.
    return USUAL_SHARE
  }
}

async function readingAs(
  db: Database,
  sql: string,
  table: string,
  readAs: string,
): Promise<string> {
  const [select] = await parseSelects(db, [sql])
  const [written] = await writeSelects(db, [redirect(select!, table, readAs)])
  return written!
}

interface Operator {
  /** The table of a scan, without its schema. */
  readonly table: string
  readonly isFile: boolean
}

function shareOf(plan: Ast, isMine: (scan: Operator) => boolean): number {
  let all = 0
  let scan = 0
  const visit = (node: Ast): void => {
    const seconds = Number(node['operator_timing'] ?? 0)
    all += seconds
    const info = node['extra_info']
    const named = isAst(info) ? textOf(info, 'Table').toLowerCase() : ''
    const table = named.split('.').at(-1)!.replaceAll('"', '')
    const isFile = /PARQUET/.test(textOf(node, 'operator_name'))
    if (isMine({ table, isFile })) scan += seconds
    for (const child of childrenOf(node, 'children')) visit(child)
  }
  visit(plan)
  return all > 0 ? scan / all : USUAL_SHARE
}
