import { throwIfStopped } from '../../core/progress.ts'
import type { Action, Refusal } from '../types.ts'
import { type PostgresSession, quoteIdentifier } from './session.ts'
import type { TableWrites } from './statements.ts'
import { type Summary, summaryOf, VIEW_NAME } from './summary.ts'
import type { PlannedStatement } from './what-if.ts'

/** A view of more rows than this share of its tables' answers little faster than they do. */
const MOST_ROWS_SHARE = 0.5
const REFRESHES_PER_DAY = 24
const MOST_TRIED = 10

/**
 * Proposes materialized views for grouped statements, each tried on the server: the view is made as a
 * temporary table, the rewritten statement is compared with the original row by row and timed, and all
 * of it is rolled back. PostgreSQL does not rewrite statements nor refresh views by itself, so that the
 * reasons give the statement to ask instead, and how old its answers may be. Throws ERR_POSTGRES.
 */
export async function chooseSummaries(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  sizes: ReadonlyMap<string, TableWrites>,
  options: {
    readonly storageBytes: number
    readonly leastGain: number
    readonly signal?: AbortSignal
  },
): Promise<{ readonly actions: readonly Action[]; readonly refusals: readonly Refusal[] }> {
  const totalMs = statements.reduce((s, p) => s + p.statement.callsPerDay * p.statement.meanMs, 0)
  const actions: Action[] = []
  const refusals: Refusal[] = []
  let bytes = 0
  for (const planned of statements.filter(isGrouped).slice(0, MOST_TRIED)) {
    throwIfStopped(options.signal)
    const { fingerprint, callsPerDay, meanMs } = planned.statement
    const refuse = (reason: string) => refusals.push({ kind: 'view', target: fingerprint, reason })
    const summary = summaryOf(planned.statement.sql)
    if (summary === undefined) {
      refuse('its groups and conditions cannot be taken apart: no view would answer every call')
      continue
    }
    const tried = await trySummary(session, planned, summary, sizes)
    if ('reason' in tried) {
      refuse(tried.reason)
      continue
    }
    const saved = tried.savedShare * callsPerDay * meanMs
    const upkeep = tried.buildMs * REFRESHES_PER_DAY
    if (saved - upkeep < options.leastGain * totalMs) {
      refuse(
        `a view saves ${Math.round(saved)} ms a day and costs ${Math.round(upkeep)} ms to refresh every hour`,
      )
    } else if (bytes + tried.bytes > options.storageBytes) {
      refuse(`needs ${tried.bytes} bytes; ${options.storageBytes - bytes} are left`)
    } else {
      bytes += tried.bytes
      actions.push(actionOf(planned, summary, { ...tried, saved, upkeep }))
    }
  }
  return { actions, refusals }
}

const isGrouped = ({ statement }: PlannedStatement): boolean =>
  /\bgroup\s+by\b/i.test(statement.sql)

interface Tried {
  readonly savedShare: number
  readonly buildMs: number
  readonly bytes: number
  readonly rows: number
}

async function trySummary(
  session: PostgresSession,
  planned: PlannedStatement,
  summary: Summary,
  sizes: ReadonlyMap<string, TableWrites>,
): Promise<Tried | { readonly reason: string }> {
  const view = 'pg_temp.storewright_trial'
  const rewritten = 'storewright_rewritten'
  await session.rows('BEGIN')
  try {
    const startedAt = performance.now()
    await session.rows(`CREATE TEMP TABLE storewright_trial ON COMMIT DROP AS ${summary.query}`)
    const buildMs = performance.now() - startedAt
    await session.rows(`ANALYZE ${view}`)
    const [size] = await session.rows(
      `SELECT pg_relation_size('${view}') AS bytes, (SELECT count(*) FROM ${view}) AS rows`,
    )
    const rows = Number(size!['rows'])
    const largest = Math.max(
      ...planned.relations.map(({ schema, table }) => sizes.get(`${schema}.${table}`)?.rows ?? 0),
    )
    if (rows > MOST_ROWS_SHARE * largest) {
      return { reason: `a view would have ${rows} rows, ${largest} has the table` }
    }
    const types = await parameterTypes(session, planned.name)
    await session.rows(
      `PREPARE ${rewritten}${types} AS ${summary.rewritten.replace(VIEW_NAME, view)}`,
    )
    let [before, after] = [0, 0]
    for (const execution of planned.executions) {
      const other = execution.replace(planned.name, rewritten)
      const [a, b] = [await timed(session, execution), await timed(session, other)]
      if (!sameRows(a.rows, b.rows)) return { reason: 'the view gives another answer: not used' }
      before += Math.min(a.ms, (await timed(session, execution)).ms)
      after += Math.min(b.ms, (await timed(session, other)).ms)
    }
    return {
      savedShare: before > 0 ? Math.max(0, 1 - after / before) : 0,
      buildMs,
      bytes: Number(size!['bytes']),
      rows,
    }
  } finally {
    await session.rows('ROLLBACK')
    await session.rows(`DEALLOCATE ${rewritten}`).catch(() => undefined)
  }
}

async function parameterTypes(session: PostgresSession, name: string): Promise<string> {
  const [row] = await session.rows(
    'SELECT parameter_types::text AS types FROM pg_prepared_statements WHERE name = $1',
    [name],
  )
  const types = String(row?.['types'] ?? '{}').slice(1, -1)
  return types === '' ? '' : `(${types.replaceAll('"', '')})`
}

async function timed(session: PostgresSession, sql: string) {
  const startedAt = performance.now()
  const rows = await session.rows(sql)
  return { rows, ms: performance.now() - startedAt }
}

/** Whether two answers hold the same rows in any order; sums of floats may differ in their last digits. */
function sameRows(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  const text = (row: unknown) =>
    JSON.stringify(Object.values(row as object).map((value) => roundedText(value)))
  const left = a.map(text).sort()
  const right = b.map(text).sort()
  return left.every((row, i) => row === right[i])
}

const roundedText = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(10) : value

function actionOf(
  { statement }: PlannedStatement,
  summary: Summary,
  tried: Tried & { readonly saved: number; readonly upkeep: number },
): Action {
  const name = `storewright_view_${statement.fingerprint.replace('-', 'n')}`
  const gain = {
    savedCpuMsPerDay: tried.saved,
    upkeepCpuMsPerDay: tried.upkeep,
    buildCpuMs: tried.buildMs,
    storageBytes: tried.bytes,
  }
  return {
    actionId: name,
    kind: 'view',
    target: name,
    summary: `a view of ${tried.rows} rows that answers a statement asked ${Math.round(statement.callsPerDay)} times a day`,
    reasons: [
      `ask instead: ${summary.rewritten.replace(VIEW_NAME, quoteIdentifier(name))}`,
      `tried with typical values: the same rows, ${Math.round(100 * tried.savedShare)} % less time`,
      'answers are as old as the last REFRESH MATERIALIZED VIEW; the upkeep is that of one every hour',
    ],
    fingerprints: [statement.fingerprint],
    predicted: gain,
    measured: gain,
    apply: [`CREATE MATERIALIZED VIEW ${quoteIdentifier(name)} AS ${summary.query}`],
    undo: [`DROP MATERIALIZED VIEW IF EXISTS ${quoteIdentifier(name)}`],
    definition: JSON.stringify(summary),
  }
}
