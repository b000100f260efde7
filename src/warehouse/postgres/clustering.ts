import { throwIfStopped } from '../../core/progress.ts'
import type { Action, Refusal } from '../types.ts'
import { indexName, indexText } from './indexes.ts'
import { type PostgresSession, quoteIdentifier } from './session.ts'
import type { TableWrites } from './statements.ts'
import { savedByTrial, tryDesign } from './trial.ts'
import type { PlannedStatement } from './what-if.ts'

/** Rows that lie in the order of a column already gain nothing from it. */
const LEAST_DISORDER = 0.3
/** On a table of fewer pages every order is read at once. */
const LEAST_BYTES = 1_000_000
/** Tables and columns tried at most, those with the most time first. */
const MOST_TRIED = 5

interface ClusterCandidate {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly statements: readonly PlannedStatement[]
}

/**
 * Tries the rows of tables in the order of columns that statements bound, on temporary copies, and
 * proposes the best order a table. PostgreSQL does not keep the order of rows that come later, which the
 * reasons say. Throws ERR_POSTGRES.
 */
export async function chooseClustering(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  sizes: ReadonlyMap<string, TableWrites>,
  options: {
    readonly bytesLimit: number
    readonly leastGain: number
    readonly signal?: AbortSignal
  },
): Promise<{ readonly actions: readonly Action[]; readonly refusals: readonly Refusal[] }> {
  const totalMs = statements.reduce((s, p) => s + p.statement.callsPerDay * p.statement.meanMs, 0)
  const best = new Map<string, Action>()
  const refusals: Refusal[] = []
  for (const candidate of await candidatesOf(session, statements, sizes)) {
    throwIfStopped(options.signal)
    const { schema, table, column } = candidate
    const target = `${schema}.${table}`
    const index = { schema, table, columns: [column], include: [] }
    const design = { schema, table, orderBy: column, index }
    const outcome = await tryDesign(
      session,
      candidate.statements,
      design,
      sizes,
      options.bytesLimit,
    )
    if ('reason' in outcome) {
      refusals.push({ kind: 'layout', target, reason: outcome.reason })
      continue
    }
    const saved = savedByTrial(outcome.trial, candidate.statements)
    if (saved < options.leastGain * totalMs) {
      const reason = `rows in the order of ${column} save ${Math.round(saved)} ms a day of ${Math.round(totalMs)}, tried on a copy`
      refusals.push({ kind: 'layout', target, reason })
      continue
    }
    const before = best.get(target)?.measured?.savedCpuMsPerDay ?? 0
    if (saved > before) best.set(target, actionOf(candidate, saved, outcome.trial.buildMs, sizes))
  }
  return {
    actions: [...best.values()],
    refusals: refusals.filter(({ target }) => !best.has(target)),
  }
}

async function candidatesOf(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  sizes: ReadonlyMap<string, TableWrites>,
): Promise<readonly ClusterCandidate[]> {
  const groups = new Map<string, ClusterCandidate & { statements: PlannedStatement[] }>()
  for (const planned of statements) {
    for (const { schema, table, range, equal } of planned.relations) {
      if ((sizes.get(`${schema}.${table}`)?.bytes ?? 0) < LEAST_BYTES) continue
      for (const column of new Set([...range, ...equal])) {
        const key = `${schema}.${table}.${column}`
        const group = groups.get(key) ?? { schema, table, column, statements: [] }
        group.statements.push(planned)
        groups.set(key, group)
      }
    }
  }
  const loose: ClusterCandidate[] = []
  for (const group of groups.values()) {
    const [row] = await session.rows(
      'SELECT correlation FROM pg_stats WHERE schemaname = $1 AND tablename = $2 AND attname = $3',
      [group.schema, group.table, group.column],
    )
    const correlation = Math.abs(Number(row?.['correlation'] ?? 1))
    if (1 - correlation >= LEAST_DISORDER) loose.push(group)
  }
  const time = ({ statements: served }: ClusterCandidate) =>
    served.reduce((s, p) => s + p.statement.callsPerDay * p.statement.meanMs, 0)
  return loose.sort((a, b) => time(b) - time(a)).slice(0, MOST_TRIED)
}

function actionOf(
  { schema, table, column, statements }: ClusterCandidate,
  saved: number,
  buildMs: number,
  sizes: ReadonlyMap<string, TableWrites>,
): Action {
  const index = { schema, table, columns: [column], include: [] }
  // A name of its own: an index of the same column that is advised beside it stays when this is undone.
  const actionId = indexName(index, 'storewright_cluster')
  const name = quoteIdentifier(actionId)
  const full = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`
  const gain = {
    savedCpuMsPerDay: saved,
    upkeepCpuMsPerDay: 0,
    buildCpuMs: buildMs,
    storageBytes: Math.round(0.1 * (sizes.get(`${schema}.${table}`)?.bytes ?? 0)),
  }
  return {
    actionId,
    kind: 'layout',
    target: `${schema}.${table}`,
    summary: `rows of ${table} in the order of ${column}`,
    reasons: [
      `${statements.length} statements bound ${column}; tried on a copy of the table, three runs each`,
      'CLUSTER locks the table while it works, and rows that come later are not put in order: repeat it when much has changed',
    ],
    fingerprints: statements.map(({ statement }) => statement.fingerprint),
    predicted: gain,
    measured: gain,
    apply: [
      `CREATE INDEX IF NOT EXISTS ${name} ${indexText(index)}`,
      `CLUSTER ${full} USING ${name}`,
      `ANALYZE ${full}`,
    ],
    // The old order cannot be had again; no answer depends on it.
    undo: [
      `ALTER TABLE ${full} SET WITHOUT CLUSTER`,
      `DROP INDEX IF EXISTS ${quoteIdentifier(schema)}.${name}`,
    ],
    definition: JSON.stringify({ schema, table, column }),
  }
}
