import { type ParameterUse, type PlanNode, type RelationUse, usesOf } from './conditions.ts'
import { type PostgresSession, quoteLiteral } from './session.ts'
import type { CountedStatement } from './statements.ts'
import { typicalValues } from './values.ts'

/** A statement that the server can plan, with values to plan it for. */
export interface PlannedStatement {
  readonly statement: CountedStatement
  readonly relations: readonly RelationUse[]
  readonly parameters: readonly ParameterUse[]
  /** `EXECUTE name(values)` for each set of values. */
  readonly executions: readonly string[]
  /** Text that prepares it again where tables have changed. */
  readonly prepare: string
  readonly name: string
  /** Mean cost of the plans, in the planner's units. */
  readonly cost: number
}

/** Prepares a statement and reads what it asks of its relations. Throws ERR_POSTGRES where it cannot be planned. */
export async function planStatement(
  session: PostgresSession,
  statement: CountedStatement,
  valueSets: number,
  seed: number,
): Promise<PlannedStatement> {
  const name = `storewright_${statement.fingerprint.replace('-', 'n')}`
  const prepare = `PREPARE ${name} AS ${statement.sql.trim().replace(/;\s*$/, '')}`
  await session.rows(prepare)
  const nothing = Array.from({ length: statement.parameterCount }, () => 'NULL')
  await session.rows('SET plan_cache_mode = force_generic_plan')
  const generic = await explain(session, execution(name, nothing))
  await session.rows('SET plan_cache_mode = force_custom_plan')
  const { relations, parameters } = usesOf(generic)
  const [described] = await session.rows(
    'SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = $1',
    [name],
  )
  const types = (described?.['types'] as string[] | null) ?? []
  const sets = await typicalValues(
    session,
    statement,
    relations,
    parameters,
    types,
    statement.parameterCount === 0 ? 1 : valueSets,
    seed,
  )
  const executions = sets.map((values) =>
    execution(
      name,
      values.map((value) => (value === undefined ? 'NULL' : quoteLiteral(value))),
    ),
  )
  const planned = { statement, relations, parameters, executions, prepare, name, cost: 0 }
  return { ...planned, cost: await meanCost(session, planned) }
}

const execution = (name: string, values: readonly string[]): string =>
  values.length === 0 ? `EXECUTE ${name}` : `EXECUTE ${name}(${values.join(', ')})`

/** The plan of a statement, not run. */
async function explain(session: PostgresSession, sql: string): Promise<PlanNode> {
  const [row] = await session.rows(`EXPLAIN (FORMAT JSON, VERBOSE) ${sql}`)
  return (row!['QUERY PLAN'] as { Plan: PlanNode }[])[0]!.Plan
}

/** Mean cost of a statement over its sets of values, with whatever hypothetical indexes stand. */
export async function meanCost(
  session: PostgresSession,
  planned: Pick<PlannedStatement, 'executions'>,
): Promise<number> {
  let sum = 0
  for (const sql of planned.executions) {
    const [row] = await session.rows(`EXPLAIN (FORMAT JSON) ${sql}`)
    sum += (row!['QUERY PLAN'] as { Plan: PlanNode }[])[0]!.Plan['Total Cost']
  }
  return sum / planned.executions.length
}

/** What a run of a statement took on the server. */
export interface RunTaken {
  readonly ms: number
  /** Blocks of 8 KB read, from memory or disk. */
  readonly blocks: number
}

/** Median of `repeats` runs over all sets of values together: time and blocks a call. */
export async function runStatement(
  session: PostgresSession,
  planned: PlannedStatement,
  repeats: number,
): Promise<RunTaken> {
  const runs: RunTaken[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    let [ms, blocks] = [0, 0]
    for (const sql of planned.executions) {
      const [row] = await session.rows(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${sql}`)
      const [analyzed] = row!['QUERY PLAN'] as [{ Plan: PlanNode; 'Execution Time': number }]
      ms += analyzed['Execution Time']
      blocks += Number(analyzed.Plan['Shared Hit Blocks'] ?? 0)
      blocks += Number(analyzed.Plan['Shared Read Blocks'] ?? 0)
      blocks += Number(analyzed.Plan['Local Hit Blocks'] ?? 0)
      blocks += Number(analyzed.Plan['Local Read Blocks'] ?? 0)
    }
    const calls = planned.executions.length
    runs.push({ ms: ms / calls, blocks: blocks / calls })
  }
  runs.sort((a, b) => a.ms - b.ms)
  return runs[runs.length >> 1]!
}
