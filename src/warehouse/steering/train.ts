import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { KnownStatement } from '../types.ts'
import { type Arm, DEFAULT_ARM } from './arms.ts'
import { bindShape, joinedColumns } from './bind.ts'
import { type CostExample, trainCostModel } from './cost-model.ts'
import { featureNames, statementFeatures } from './features.ts'
import { throughGroups } from './groups/many.ts'
import { withConstants } from './groups/render.ts'
import { addRun, createHistory } from './history.ts'
import * as knobs from './knobs.ts'
import type { ArmTimes, MeasuredStatement } from './measure.ts'
import { readShape } from './shape.ts'
import type { SteeringState } from './state.ts'
import { classKey, joinedShare, sampleTables, type TableStatistics } from './statistics.ts'
import { bucketOf } from './steerer.ts'

export interface TrainSteeringOptions {
  readonly seed: number
  readonly settings?: KnobSettings
}

/** Tables whose sizes are features, at most: those that most statements read. */
const MOST_TABLES = 16

/** Samples the tables of statements, and asks how large their joins are. Throws ERR_SQL. */
export async function statisticsOf(
  db: Database,
  statements: readonly KnownStatement[],
  { seed, settings }: TrainSteeringOptions,
): Promise<TableStatistics> {
  const rows = readKnob(knobs.SAMPLE_ROWS, settings)
  const shapes = statements.map(({ template }) => readShape(template.sql))
  const names = new Set(shapes.flatMap(({ relations }) => relations.map(({ table }) => table)))
  const tables = await sampleTables(db, [...names], { rows, seed })
  const joined = new Map<string, number>()
  for (const shape of shapes) {
    for (const set of joinedColumns(bindShape(shape, { tables, joined }))) {
      const key = classKey(set)
      if (!joined.has(key)) joined.set(key, await joinedShare(db, set, tables))
    }
  }
  return { tables, joined }
}

/** What of a statement is measured: itself, and counted through groups where that can be. */
export function measurable(
  statement: KnownStatement,
  statistics: TableStatistics,
): MeasuredStatement {
  const bound = bindShape(readShape(statement.template.sql), statistics)
  const parts = throughGroups(statement, bound, statistics)
  const { sql } = statement
  return parts === undefined ? { sql } : { sql, byKey: withConstants(parts, statement) }
}

/** Learns from measured statements what arms cost; `times` has a row for each of `statements`. */
export function trainSteering(
  statements: readonly KnownStatement[],
  times: ArmTimes,
  statistics: TableStatistics,
  { seed, settings }: TrainSteeringOptions,
): SteeringState {
  const bounds = statements.map(({ template }) => bindShape(readShape(template.sql), statistics))
  const tables = mostRead(bounds.map(({ shape }) => shape.relations.map(({ table }) => table)))
  const features = statements.map(({ constants }, i) =>
    statementFeatures(bounds[i]!, constants, tables, statistics),
  )
  const hasGroups = statements.map((s, i) => throughGroups(s, bounds[i]!, statistics) !== undefined)
  // Where a count cannot go through groups, nothing is known of the arms that would.
  const row = (i: number) =>
    times.cpuMs
      .slice(i * times.arms.length, (i + 1) * times.arms.length)
      .map((ms, a) => (times.arms[a]!.byKey === true && !hasGroups[i]! ? Number.NaN : ms))
  const examples = features.map((f, i): CostExample => ({ features: f, cpuMs: row(i) }))
  const names = times.arms.map(({ name }) => name)
  const bags = readKnob(knobs.BAGS, settings)
  const history = createHistory(statements.length)
  statements.forEach(({ template }, i) => {
    const seen = history.of(template.fingerprint)
    seen.asked++
    row(i).forEach((cpuMs, a) => {
      if (Number.isNaN(cpuMs)) return
      addRun(seen, bucketOf(features[i]!), names[a]!, cpuMs)
      if (times.interrupted[i * names.length + a] === 1) seen.left.add(names[a]!)
    })
  })
  return {
    format: 1,
    seed,
    arms: times.arms,
    model: trainCostModel(examples, featureNames(tables), names, { seed, bags }).save(),
    tables,
    joined: [...statistics.joined],
    constructs: [...new Set(bounds.flatMap(({ shape }) => shape.constructs))].sort(),
    history: history.save(statements.length),
    off: [],
    stopped: [],
  }
}

/** Keeps of measured times the default and some arms. */
export function keepArms(times: ArmTimes, places: readonly number[]): ArmTimes {
  const kept = [0, ...places.filter((a) => a !== 0)]
  const pick = (values: Float64Array | Uint8Array) =>
    Array.from({ length: times.statements }, (_, i) =>
      kept.map((a) => values[i * times.arms.length + a]!),
    ).flat()
  const arms: readonly Arm[] = kept.map((a) => times.arms[a] ?? DEFAULT_ARM)
  return {
    arms,
    statements: times.statements,
    cpuMs: Float64Array.from(pick(times.cpuMs)),
    interrupted: Uint8Array.from(pick(times.interrupted)),
  }
}

/** Keeps of measured times the rows of some statements. */
export function keepStatements(times: ArmTimes, rows: readonly number[]): ArmTimes {
  const n = times.arms.length
  const pick = (values: Float64Array | Uint8Array) =>
    rows.flatMap((i) => [...values.subarray(i * n, (i + 1) * n)])
  return {
    arms: times.arms,
    statements: rows.length,
    cpuMs: Float64Array.from(pick(times.cpuMs)),
    interrupted: Uint8Array.from(pick(times.interrupted)),
  }
}

function mostRead(lists: readonly (readonly string[])[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const table of lists.flatMap((list) => [...new Set(list)])) {
    if (table !== '') counts.set(table, (counts.get(table) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST_TABLES)
    .map(([table]) => table)
}
