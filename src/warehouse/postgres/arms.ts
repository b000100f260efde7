import { throwIfStopped } from '../../core/progress.ts'
import type { Action, Refusal } from '../types.ts'
import { type PostgresSession, quoteIdentifier } from './session.ts'
import { type PlannedStatement, runStatement } from './what-if.ts'

/** Settings of PostgreSQL's planner that are tried, each by its name and value. */
export const POSTGRES_ARMS: readonly (readonly [setting: string, value: string])[] = [
  ['enable_nestloop', 'off'],
  ['enable_hashjoin', 'off'],
  ['enable_mergejoin', 'off'],
  ['enable_seqscan', 'off'],
  ['enable_bitmapscan', 'off'],
  ['enable_sort', 'off'],
  ['enable_hashagg', 'off'],
  ['enable_material', 'off'],
  ['random_page_cost', '1.1'],
  ['work_mem', '64MB'],
]

const REPEATS = 3
/** A run under an arm may take this multiple of the default's before the server stops it. */
const TIME_LIMIT = 3
const LEAST_LIMIT_MS = 50
/** An arm of the whole database must slow no statement by more than a quarter. */
const MOST_SLOWER = 1.25
const MOST_TRIED = 20

/**
 * Runs the dearest statements under each arm (with a time limit) and proposes an arm for the whole
 * database where it gains and slows none by a quarter, else tells for which statements an application
 * may set it. Only reads; the settings are those of a session. Throws ERR_POSTGRES.
 */
export async function chooseArms(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  options: { readonly leastGain: number; readonly signal?: AbortSignal },
): Promise<{ readonly actions: readonly Action[]; readonly refusals: readonly Refusal[] }> {
  const tried = statements.slice(0, MOST_TRIED)
  const byDefault: number[] = []
  for (const planned of tried) byDefault.push((await runStatement(session, planned, REPEATS)).ms)
  const weight = tried.map(
    ({ statement }, i) =>
      (statement.callsPerDay * statement.meanMs) / Math.max(1e-6, byDefault[i]!),
  )
  const total = byDefault.reduce((sum, ms, i) => sum + ms * weight[i]!, 0)
  const actions: Action[] = []
  const refusals: Refusal[] = []
  for (const [setting, value] of POSTGRES_ARMS) {
    throwIfStopped(options.signal)
    const times = await underArm(session, tried, byDefault, setting, value)
    const saved = times.reduce((sum, ms, i) => sum + (byDefault[i]! - ms) * weight[i]!, 0)
    const slower = times.filter(
      (ms, i) => ms > MOST_SLOWER * byDefault[i]! && ms > byDefault[i]! + 2,
    )
    if (saved < options.leastGain * total) continue
    if (slower.length > 0) {
      const faster = times.filter((ms, i) => ms * MOST_SLOWER < byDefault[i]!).length
      const reason = `${setting} = ${value} would save ${Math.round(saved)} ms a day but slows ${slower.length} of ${tried.length} statements by a quarter; an application may SET LOCAL it before the ${faster} that gain`
      refusals.push({ kind: 'plan', target: setting, reason })
      continue
    }
    actions.push(await actionOf(session, setting, value, saved, tried))
  }
  return { actions: actions.sort(bySaved).slice(0, 1), refusals }
}

const bySaved = (a: Action, b: Action) =>
  b.predicted.savedCpuMsPerDay - a.predicted.savedCpuMsPerDay

/** Time of each statement under an arm; one whose plan stays as it is takes its time by default. */
async function underArm(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  byDefault: readonly number[],
  setting: string,
  value: string,
): Promise<number[]> {
  const times: number[] = []
  const plans: string[] = []
  for (const planned of statements) plans.push(await planText(session, planned))
  const [kept] = await session.rows(`SELECT current_setting('statement_timeout') AS value`)
  await session.rows(`SET ${setting} = '${value}'`)
  try {
    for (const [i, planned] of statements.entries()) {
      if ((await planText(session, planned)) === plans[i]) {
        times.push(byDefault[i]!)
        continue
      }
      const limit = Math.ceil(Math.max(LEAST_LIMIT_MS, TIME_LIMIT * byDefault[i]!))
      await session.rows(`SET statement_timeout = ${limit}`)
      // A run that is stopped counts as its limit and as what it would take by default after it.
      const run = runStatement(session, planned, REPEATS).then(({ ms }) => ms)
      times.push(await run.catch(() => limit + byDefault[i]!))
      await session.rows(`SET statement_timeout = '${String(kept!['value'])}'`)
    }
  } finally {
    await session.rows(`RESET ${setting}`)
    await session.rows(`SET statement_timeout = '${String(kept!['value'])}'`)
  }
  return times
}

/** The plans of a statement for all its values, without costs. */
async function planText(
  session: PostgresSession,
  { executions }: PlannedStatement,
): Promise<string> {
  const lines: string[] = []
  for (const sql of executions) {
    for (const row of await session.rows(`EXPLAIN (COSTS OFF) ${sql}`)) {
      lines.push(String(row['QUERY PLAN']))
    }
  }
  return lines.join('\n')
}

async function actionOf(
  session: PostgresSession,
  setting: string,
  value: string,
  saved: number,
  statements: readonly PlannedStatement[],
): Promise<Action> {
  const [row] = await session.rows('SELECT current_database() AS name')
  const database = quoteIdentifier(String(row!['name']))
  const gain = { savedCpuMsPerDay: saved, upkeepCpuMsPerDay: 0, buildCpuMs: 0, storageBytes: 0 }
  return {
    actionId: `storewright_set_${setting}`,
    kind: 'plan',
    target: setting,
    summary: `${setting} = ${value} for the database`,
    reasons: [
      `tried on the ${statements.length} dearest statements with typical values, three runs each: none is slower by a quarter`,
    ],
    fingerprints: statements.map(({ statement }) => statement.fingerprint),
    predicted: gain,
    measured: gain,
    apply: [`ALTER DATABASE ${database} SET ${setting} = '${value}'`],
    undo: [`ALTER DATABASE ${database} RESET ${setting}`],
    definition: JSON.stringify({ setting, value }),
  }
}
