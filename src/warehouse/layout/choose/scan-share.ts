import type { Database } from '../../../core/sql/database.ts'
import { type Ast, childrenOf, isAst, parseSelects, textOf, writeSelects } from '../read/ast.ts'
import type { WeighedStatement } from '../read/statements.ts'
import type { Probe } from './cost.ts'
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

/** Profiles of statements by their text: one that reads several tables is run once for all of them. */
export type Profiles = Map<string, Ast>

export interface ScanShareOptions {
  /** Those made before; what is made here is added. */
  readonly profiles?: Profiles
  /** CPU of the statements that may be profiled, ms, the dearest templates first; default: no limit. */
  readonly limitMs?: number
}

/**
 * Weighs probes by what their scans take: CPU of the statement times the share of its scan of the
 * table in a profile of one statement a template, made here within the limit; the others count as
 * most do. Joins and groupings cost the same whatever the layout.
 */
export async function measureScanShares(
  db: Database,
  scanned: ScannedTable,
  probes: readonly Probe[],
  statements: readonly WeighedStatement[],
  { profiles = new Map(), limitMs = Infinity }: ScanShareOptions = {},
): Promise<readonly Probe[]> {
  const shares = new Map<string, number>()
  let left = limitMs
  for (const { fingerprint } of probes.toSorted((a, b) => b.weight - a.weight)) {
    if (shares.has(fingerprint)) continue
    const { sql, cpuMs, runs } = statements.find((s) => s.fingerprint === fingerprint)!
    const cost = profiles.has(sql) ? 0 : cpuMs / Math.max(1, runs)
    const isProfiled = cost <= left
    if (isProfiled) left -= cost
    const share = isProfiled ? await scanShare(db, scanned, sql, profiles) : USUAL_SHARE
    shares.set(fingerprint, share)
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
  profiles: Profiles,
): Promise<number> {
  try {
    const asked = readAs === undefined ? sql : await readingAs(db, sql, table, readAs)
    const plan = profiles.get(asked) ?? (await profile(db, asked))
    if (plan === undefined) return USUAL_SHARE
    profiles.set(asked, plan)
    const name = table.split('.').at(-1)!.toLowerCase()
    return shareOf(plan, (scan) => (readAs === undefined ? scan.table === name : scan.isFile))
  } catch {
    // A statement that fails now (a table that went, a function of an extension) tells nothing.
    return USUAL_SHARE
  }
}

async function profile(db: Database, sql: string): Promise<Ast | undefined> {
  const { columns } = await db.answer(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`)
  const plan: unknown = JSON.parse(String(columns[1]?.[0]))
  return isAst(plan) ? plan : undefined
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
