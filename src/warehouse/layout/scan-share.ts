import type { Database } from '../../core/sql/database.ts'
import { type Ast, childrenOf, isAst, textOf } from './ast.ts'
import type { Probe } from './cost.ts'
import type { WeighedStatement } from './statements.ts'

/** Taken where a statement cannot be profiled. */
const USUAL_SHARE = 0.8

/**
 * Weighs probes by what their scans take: CPU of the statement times the share of its scan of the
 * table in a profile of one statement a template, made here. Joins and groupings cost the same
 * whatever the layout.
 */
export async function measureScanShares(
  db: Database,
  table: string,
  probes: readonly Probe[],
  statements: readonly WeighedStatement[],
): Promise<readonly Probe[]> {
  const shares = new Map<string, number>()
  for (const { fingerprint } of probes) {
    if (shares.has(fingerprint)) continue
    const statement = statements.find((candidate) => candidate.fingerprint === fingerprint)!
    shares.set(fingerprint, await scanShare(db, table, statement.sql))
  }
  return probes.map((probe) => ({
    ...probe,
    weight: probe.weight * shares.get(probe.fingerprint)!,
  }))
}

async function scanShare(db: Database, table: string, sql: string): Promise<number> {
  try {
    const { columns } = await db.answer(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`)
    const plan: unknown = JSON.parse(String(columns[1]?.[0]))
    return isAst(plan) ? shareOf(plan, table.split('.').at(-1)!.toLowerCase()) : USUAL_SHARE
  } catch {
    // A statement that fails now (a table that went, a function of an extension) tells nothing.
    return USUAL_SHARE
  }
}

function shareOf(plan: Ast, table: string): number {
  let all = 0
  let scan = 0
  const visit = (node: Ast): void => {
    const seconds = Number(node['operator_timing'] ?? 0)
    all += seconds
    const info = node['extra_info']
    const name = isAst(info) ? textOf(info, 'Table').toLowerCase() : ''
    if (name.split('.').at(-1)?.replaceAll('"', '') === table) scan += seconds
    for (const child of childrenOf(node, 'children')) visit(child)
  }
  visit(plan)
  return all > 0 ? scan / all : USUAL_SHARE
}
