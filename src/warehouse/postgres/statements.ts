import { StorewrightError } from '../../core/errors.ts'
import type { PostgresSession } from './session.ts'

/** A statement that the server counts: constants are $1, $2, … */
export interface CountedStatement {
  /** pg_stat_statements' queryid. */
  readonly fingerprint: string
  readonly sql: string
  readonly calls: number
  readonly callsPerDay: number
  /** Mean time of a call on the server, ms. */
  readonly meanMs: number
  /** Number of the highest $n. */
  readonly parameterCount: number
}

/** How often rows of a table are written. */
export interface TableWrites {
  readonly schema: string
  readonly table: string
  readonly bytes: number
  readonly rows: number
  /** Rows inserted, deleted, or updated with new index entries, a day. */
  readonly writesPerDay: number
}

const DAY_MS = 86_400_000

/** Whether the server has an extension in this database, and could have it. */
export async function requireExtension(session: PostgresSession, name: string): Promise<void> {
  const [row] = await session.rows(
    `SELECT installed_version FROM pg_available_extensions WHERE name = $1`,
    [name],
  )
  if (row?.['installed_version'] != null) return
  const load =
    name === 'pg_stat_statements'
      ? ' and name it in shared_preload_libraries (needs a restart of the server)'
      : ''
  throw new StorewrightError('ERR_POSTGRES', `the database lacks the extension ${name}`, {
    next:
      row === undefined
        ? `Install it on the server (Debian: postgresql-15-hypopg, postgresql-contrib), then CREATE EXTENSION ${name}${load}.`
        : `Run CREATE EXTENSION ${name} as an owner of the database${load}.`,
  })
}

/** SELECTs of this database, those that took the most time in all first. Throws ERR_POSTGRES. */
export async function countedStatements(
  session: PostgresSession,
  now: number,
  limit: number,
): Promise<readonly CountedStatement[]> {
  await requireExtension(session, 'pg_stat_statements')
  const [info] = await session.rows(
    'SELECT extract(epoch FROM stats_reset) * 1000 AS since FROM pg_stat_statements_info',
  )
  // A minute at least: just after a reset, one call would count as a million a day.
  const days = Math.max(60_000, now - Number(info?.['since'] ?? now)) / DAY_MS
  const rows = await session.rows(
    `SELECT queryid::text AS fingerprint, query AS sql, calls, total_exec_time AS total
       FROM pg_stat_statements(true) s JOIN pg_database d ON d.oid = s.dbid
      WHERE d.datname = current_database() AND query ~* '^\\s*(--[^\\n]*\\n|/\\*.*?\\*/|\\s)*(select|with)\\y'
        AND query !~* '\\y(pg_catalog|pg_stat_|pg_class|pg_available_extensions|hypopg_|information_schema)'
      ORDER BY total_exec_time DESC LIMIT $1`,
    [limit],
  )
  return rows.map((row) => {
    const sql = typedLiterals(String(row['sql']))
    const calls = Number(row['calls'])
    return {
      fingerprint: String(row['fingerprint']),
      sql,
      calls,
      callsPerDay: calls / days,
      meanMs: Number(row['total']) / Math.max(1, calls),
      parameterCount: highestParameter(sql),
    }
  })
}

/** Statements of this database whose words the server does not show to the one who asks, and who that is. */
export async function hiddenStatements(
  session: PostgresSession,
): Promise<{ readonly count: number; readonly user: string }> {
  const [row] = await session.rows(
    `SELECT count(*) AS n, current_user AS asker
       FROM pg_stat_statements(true) s JOIN pg_database d ON d.oid = s.dbid
      WHERE d.datname = current_database() AND query = '<insufficient privilege>'`,
  )
  return { count: Number(row?.['n'] ?? 0), user: String(row?.['asker']) }
}

/** `date $2`, as the server writes a counted `date '2026-01-01'`, is no SQL; $2::date is. */
export function typedLiterals(sql: string): string {
  return sql.replaceAll(
    /\b(date|timestamp(?: with(?:out)? time zone)?|timestamptz|time|interval)\s+(\$\d+)/gi,
    '$2::$1',
  )
}

function highestParameter(sql: string): number {
  let highest = 0
  for (const [, digits] of sql.matchAll(/\$(\d+)/g)) highest = Math.max(highest, Number(digits))
  return highest
}

/** Size and writes of the tables of the database, by schema.table. */
export async function tableWrites(
  session: PostgresSession,
  now: number,
): Promise<ReadonlyMap<string, TableWrites>> {
  const rows = await session.rows(
    `SELECT t.schemaname AS schema, t.relname AS name, pg_relation_size(t.relid) AS bytes,
            greatest(c.reltuples, t.n_live_tup, 0) AS rows,
            t.n_tup_ins + t.n_tup_del + t.n_tup_upd - t.n_tup_hot_upd AS writes,
            extract(epoch FROM coalesce(d.stats_reset, pg_postmaster_start_time())) * 1000 AS since
       FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid
       JOIN pg_stat_database d ON d.datname = current_database()
      WHERE NOT t.schemaname LIKE 'pg_temp%'`,
  )
  return new Map(
    rows.map((row) => {
      const days = Math.max(DAY_MS, now - Number(row['since'])) / DAY_MS
      const writes: TableWrites = {
        schema: String(row['schema']),
        table: String(row['name']),
        bytes: Number(row['bytes']),
        rows: Number(row['rows']),
        writesPerDay: Number(row['writes']) / days,
      }
      return [`${writes.schema}.${writes.table}`, writes]
    }),
  )
}
