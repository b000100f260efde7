import { type IndexCandidate, indexText } from './indexes.ts'
import { type PostgresSession, quoteIdentifier, quoteLiteral } from './session.ts'
import type { TableWrites } from './statements.ts'
import { type PlannedStatement, type RunTaken, runStatement } from './what-if.ts'

/** A design of one table to be tried. */
export interface TrialDesign {
  readonly schema: string
  readonly table: string
  /** Column by which the rows are put in order. */
  readonly orderBy?: string
  readonly index: IndexCandidate
}

/** What the same statements took before and with a design, by fingerprint; and what making it took. */
export interface Trial {
  readonly before: ReadonlyMap<string, RunTaken>
  readonly after: ReadonlyMap<string, RunTaken>
  readonly buildMs: number
}

/** A trial, or why there could be none. */
export type TrialOutcome = { readonly trial: Trial } | { readonly reason: string }

const REPEATS = 3

/**
 * Runs statements against a temporary copy of a table as it stands, then against the copy in the
 * design: the real table is read and never locked, and all of it is rolled back. Both sides are
 * temporary tables, so that what differs is the design alone. Throws ERR_POSTGRES.
 */
export async function tryDesign(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  design: TrialDesign,
  sizes: ReadonlyMap<string, TableWrites>,
  bytesLimit: number,
): Promise<TrialOutcome> {
  const bytes = sizes.get(`${design.schema}.${design.table}`)?.bytes ?? 0
  if (bytes > bytesLimit) {
    return { reason: `not tried: the table has ${bytes} bytes, trials copy at most ${bytesLimit}` }
  }
  await session.rows('BEGIN')
  try {
    await session.rows('SET LOCAL synchronize_seqscans = off')
    await copyTable(session, design)
    await prepareAll(session, statements)
    if (!(await readsCopy(session, statements, design))) {
      return { reason: `not tried: a statement names the schema of ${design.table}` }
    }
    const before = await runAll(session, statements)
    const buildMs = await build(session, design)
    await prepareAll(session, statements)
    const after = await runAll(session, statements)
    return { trial: { before, after, buildMs } }
  } finally {
    await session.rows('ROLLBACK')
    await prepareAll(session, statements)
  }
}

const copyName = (design: TrialDesign) => `pg_temp.${quoteIdentifier(design.table)}`
const realName = (design: TrialDesign) =>
  `${quoteIdentifier(design.schema)}.${quoteIdentifier(design.table)}`

async function copyTable(session: PostgresSession, design: TrialDesign, order = ''): Promise<void> {
  const { table } = design
  await session.rows(
    `CREATE TEMP TABLE ${quoteIdentifier(table)} AS SELECT * FROM ${realName(design)}${order}`,
  )
  const indexes = await session.rows(
    `SELECT pg_get_indexdef(indexrelid) AS text FROM pg_index WHERE indrelid = $1::regclass AND indisvalid`,
    [realName(design)],
  )
  for (const { text } of indexes) {
    // The server prints `ON schema.table USING …`.
    await session.rows(
      String(text).replace(/ ON (ONLY )?\S+ USING /, ` ON ${copyName(design)} USING `),
    )
  }
  await session.rows(`ANALYZE ${copyName(design)}`)
}

async function build(session: PostgresSession, design: TrialDesign): Promise<number> {
  const startedAt = await serverMs(session)
  if (design.orderBy !== undefined) {
    await session.rows(`DROP TABLE ${copyName(design)}`)
    await copyTable(session, design, ` ORDER BY ${quoteIdentifier(design.orderBy)}`)
  }
  const text = indexText(design.index).replace(/^ON \S+ /, `ON ${copyName(design)} `)
  await session.rows(`CREATE INDEX ${text}`)
  await session.rows(`ANALYZE ${copyName(design)}`)
  // Without it the first statement would pay for marking the rows as seen.
  await session.rows(`SELECT count(*) FROM ${copyName(design)}`)
  return (await serverMs(session)) - startedAt
}

async function serverMs(session: PostgresSession): Promise<number> {
  const [row] = await session.rows('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms')
  return Number(row!['ms'])
}

/** Prepares statements anew: their tables are others now. */
async function prepareAll(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
): Promise<void> {
  for (const { name, prepare } of statements) {
    await session.rows(`DEALLOCATE ${name}`)
    await session.rows(prepare)
  }
}

async function readsCopy(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  design: TrialDesign,
): Promise<boolean> {
  for (const { executions } of statements) {
    const [row] = await session.rows(`EXPLAIN (FORMAT JSON, VERBOSE) ${executions[0]!}`)
    const text = JSON.stringify(row!['QUERY PLAN'])
    if (
      text.includes(
        `"Relation Name":${JSON.stringify(design.table)},"Schema":${JSON.stringify(design.schema)}`,
      )
    ) {
      return false
    }
  }
  return true
}

async function runAll(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
): Promise<ReadonlyMap<string, RunTaken>> {
  const taken = new Map<string, RunTaken>()
  for (const planned of statements) {
    taken.set(planned.statement.fingerprint, await runStatement(session, planned, REPEATS))
  }
  return taken
}

/** Time saved a day by a design, from what its statements took on the copies, ms. */
export function savedByTrial(trial: Trial, statements: readonly PlannedStatement[]): number {
  let saved = 0
  for (const { statement } of statements) {
    const before = trial.before.get(statement.fingerprint)
    const after = trial.after.get(statement.fingerprint)
    if (before === undefined || after === undefined) continue
    // Runs with the values of the trial stand for calls with all values: the share saved counts.
    const share = before.ms > 0 ? (before.ms - after.ms) / before.ms : 0
    saved += share * statement.meanMs * statement.callsPerDay
  }
  return saved
}

/** `SET … TO …` for a session that tries designs. */
export async function roomForTrials(session: PostgresSession, bytes: number): Promise<void> {
  const megabytes = Math.max(8, Math.min(1024, Math.ceil(bytes / 1e6)))
  await session.rows(`SET temp_buffers = ${quoteLiteral(`${megabytes}MB`)}`)
}
