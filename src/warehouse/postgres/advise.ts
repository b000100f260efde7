import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { Action, Advice, Refusal } from '../types.ts'
import { chooseArms } from './arms.ts'
import { chooseClustering } from './clustering.ts'
import { chooseIndexes } from './indexes.ts'
import {
  postgresIndexWrite,
  postgresLeastGain,
  postgresStatements,
  postgresTrialBytes,
  postgresValueSets,
} from './knobs.ts'
import type { PostgresSession } from './session.ts'
import {
  countedStatements,
  hiddenStatements,
  requireExtension,
  type TableWrites,
  tableWrites,
} from './statements.ts'
import { chooseSummaries } from './summaries.ts'
import { roomForTrials, savedByTrial, tryDesign } from './trial.ts'
import { type PlannedStatement, planStatement } from './what-if.ts'

export interface PostgresAdviceOptions {
  readonly seed: number
  readonly now: number
  readonly storageBytes: number
  /**
   * Whether designs are also tried on temporary copies, statements run for it. Without it indexes alone
   * are proposed, by the planner's word for hypothetical ones.
   */
  readonly measure: boolean
  readonly knobs?: KnobSettings
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/**
 * What would better a PostgreSQL database, from the statements it counts (pg_stat_statements), what
 * its planner says of hypothetical indexes (hypopg), and trials on temporary copies: indexes, the
 * order of rows, materialized views, settings of the planner. Nothing of the database is changed.
 * Throws ERR_POSTGRES where an extension is missing or the server fails.
 */
export async function advisePostgres(
  session: PostgresSession,
  options: PostgresAdviceOptions,
): Promise<Advice> {
  const knobs = options.knobs ?? {}
  await requireExtension(session, 'hypopg')
  // Statements of an earlier advice in this session.
  await session.rows('DEALLOCATE ALL')
  const bytesLimit = readKnob(postgresTrialBytes, knobs)
  if (options.measure) await roomForTrials(session, bytesLimit)
  const counted = await countedStatements(session, options.now, readKnob(postgresStatements, knobs))
  const sizes = await tableWrites(session, options.now)
  const refusals: Refusal[] = [...(await unreadable(session))]
  const planned: PlannedStatement[] = []
  for (const statement of counted) {
    throwIfStopped(options.signal)
    try {
      const sets = readKnob(postgresValueSets, knobs)
      const plan = await planStatement(session, statement, sets, options.seed)
      // What reads no table of its own has nothing to be bettered.
      if (plan.relations.length > 0) planned.push(plan)
    } catch (error) {
      const reason = `cannot be planned: ${error instanceof Error ? error.message : error}`
      refusals.push({ kind: 'index', target: statement.fingerprint, reason })
    }
    options.onProgress?.(planned.length + refusals.length, counted.length, 'statements planned')
  }
  const leastGain = readKnob(postgresLeastGain, knobs)
  const common = { leastGain, ...(options.signal === undefined ? {} : { signal: options.signal }) }
  const indexes = await chooseIndexes(session, planned, sizes, {
    ...common,
    storageBytes: options.storageBytes,
    writeMs: readKnob(postgresIndexWrite, knobs),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  refusals.push(...indexes.refusals)
  if (!options.measure) return { actions: indexes.actions, refusals }
  const actions: Action[] = []
  for (const action of indexes.actions) {
    actions.push(await measuredIndex(session, action, planned, sizes, bytesLimit))
  }
  const storageBytes =
    options.storageBytes - actions.reduce((sum, { predicted }) => sum + predicted.storageBytes, 0)
  const others = [
    await chooseClustering(session, planned, sizes, { ...common, bytesLimit }),
    await chooseSummaries(session, planned, sizes, { ...common, storageBytes }),
    await chooseArms(session, planned, common),
  ]
  for (const part of others) {
    actions.push(...part.actions)
    refusals.push(...part.refusals)
  }
  return { actions: actions.sort(byGain), refusals }
}

/** Told first: advice from a part of what is asked may be little or none. */
async function unreadable(session: PostgresSession): Promise<readonly Refusal[]> {
  const { count, user } = await hiddenStatements(session)
  if (count === 0) return []
  const reason = `the server does not show ${user} their words, and they are not advised on: GRANT pg_read_all_stats TO ${user} shows them`
  return [{ kind: 'index', target: `${count} statements of other roles`, reason }]
}

const netOf = ({ measured, predicted }: Action): number => {
  const gain = measured ?? predicted
  return gain.savedCpuMsPerDay - gain.upkeepCpuMsPerDay
}
const byGain = (a: Action, b: Action): number => netOf(b) - netOf(a)

async function measuredIndex(
  session: PostgresSession,
  action: Action,
  planned: readonly PlannedStatement[],
  sizes: ReadonlyMap<string, TableWrites>,
  bytesLimit: number,
): Promise<Action> {
  const index = JSON.parse(action.definition)
  const served = planned.filter(({ statement }) =>
    action.fingerprints.includes(statement.fingerprint),
  )
  const design = { schema: index.schema, table: index.table, index }
  const outcome = await tryDesign(session, served, design, sizes, bytesLimit)
  if ('reason' in outcome) return { ...action, reasons: [...action.reasons, outcome.reason] }
  return {
    ...action,
    measured: {
      ...action.predicted,
      savedCpuMsPerDay: savedByTrial(outcome.trial, served),
      buildCpuMs: outcome.trial.buildMs,
    },
  }
}
