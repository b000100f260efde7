import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import type { Database } from '../../../core/sql/database.ts'
import { type Effort, effortFor, whyNotSought } from '../../effort.ts'
import { withRanges } from '../../ranges/plan.ts'
import type { AdviseOptions, Workload } from '../../types.ts'
import { layoutHope, layoutPayBackDays, layoutSampleRows, layoutStatements } from '../knobs.ts'
import { parseSelects } from '../read/ast.ts'
import { type OrderBound, orderBoundOf } from '../read/order-free.ts'
import { scansOfStatements } from '../read/probes.ts'
import type { ColumnsOf, Scan } from '../read/scans.ts'
import { statementsOf, type WeighedStatement } from '../read/statements.ts'
import type { TableFacts } from '../read/tables.ts'
import { choosingMs } from './effort.ts'
import type { Profiles } from './scan-share.ts'

/** What is known of a workload and its tables before any is looked at closely. */
export interface Study {
  readonly tables: ReadonlyMap<string, TableFacts>
  readonly statements: readonly WeighedStatement[]
  readonly scans: readonly (readonly Scan[])[]
  readonly bounds: readonly OrderBound[]
  /** Tables that statements read, as they are named. */
  readonly names: ReadonlySet<string>
  /** Profiles of statements made so far. */
  readonly profiles: Profiles
}

/** Reads what each statement asks of the tables. */
export async function study(
  tables: ReadonlyMap<string, TableFacts>,
  workload: Workload,
  db: Database,
  knobs: KnobSettings | undefined,
): Promise<Study> {
  const asked = statementsOf(workload, readKnob(layoutStatements, knobs))
  const ranged = await withRanges(
    db,
    asked.map(({ sql }) => sql),
  )
  // As the tuned database asks them: conditions that DuckDB skips nothing by have a range beside them.
  const statements = asked.map((statement, i) => ({ ...statement, sql: ranged[i]! }))
  const columnsOf: ColumnsOf = (table) => {
    const facts = tables.get(table.toLowerCase())
    return facts && new Map(facts.columns.map(({ name }) => [name.toLowerCase(), name]))
  }
  const scans = await scansOfStatements(db, statements, columnsOf)
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const bounds = parsed.map((select) => (select === undefined ? 'free' : orderBoundOf(select)))
  const names = new Set(
    scans.flat().flatMap(({ table }) => tables.get(table.toLowerCase())?.name ?? []),
  )
  return { tables, statements, scans, bounds, names, profiles: new Map() }
}

/** The statements that read a table. */
export function statementsOn(
  table: TableFacts,
  { statements, scans }: Study,
): readonly WeighedStatement[] {
  return statements.filter((_, i) =>
    scans[i]!.some((scan) => scan.table.toLowerCase() === table.name.toLowerCase()),
  )
}

/** CPU ms of the workload's statements that goes to a table: of each its share by the rows of what it reads. */
function spentOn(table: TableFacts, { tables, statements, scans }: Study): number {
  return statements.reduce((sum, { cpuMs }, i) => {
    const read = new Map(
      scans[i]!.flatMap((scan) => {
        const facts = tables.get(scan.table.toLowerCase())
        return facts === undefined ? [] : [[facts.name, facts.rows] as const]
      }),
    )
    const rows = [...read.values()].reduce((all, one) => all + one, 0)
    return sum + (cpuMs * (read.get(table.name) ?? 0)) / Math.max(1, rows)
  }, 0)
}

/** What may be spent on a table: the horizon is the advice's, or that of rewrites where it is nearer. */
export function effortOn(
  table: TableFacts,
  known: Study,
  workload: Workload,
  knobs: KnobSettings | undefined,
  advise: AdviseOptions,
): Effort {
  const horizonDays = horizonOf(advise, knobs)
  return effortFor(workload, spentOn(table, known), { horizonDays }, readKnob(layoutHope, knobs))
}

/** What may be spent on any one table at most: all that is asked might go to it. */
export function mostEffort(
  workload: Workload,
  knobs: KnobSettings | undefined,
  advise: AdviseOptions,
): Effort {
  const asked = workload.templates.reduce(
    (sum, { template, totalCpuMs }) => sum + (template.kind === 'select' ? totalCpuMs : 0),
    0,
  )
  const horizonDays = horizonOf(advise, knobs)
  return effortFor(workload, asked, { horizonDays }, readKnob(layoutHope, knobs))
}

/**
 * Why no table is looked at: that alone, with one statement on it, would take more than may be spent
 * wherever statements go. Undefined where one of these tables may be. Reading statements takes some ms each.
 */
export function whyNoneLookedAt(
  tables: readonly Pick<TableFacts, 'rows' | 'columns'>[],
  most: Effort,
  knobs: KnobSettings | undefined,
): string | undefined {
  const sampled = readKnob(layoutSampleRows, knobs)
  const costs = tables.map(({ rows, columns }) =>
    choosingMs({ rows: Math.min(rows, sampled), columns: columns.length, statements: 1 }),
  )
  const least = costs.reduce((a, b) => Math.min(a, b), Infinity)
  return whyNotSought('looking for an order', least, most)
}

/** Days until a rewrite must have paid. */
export function horizonOf({ horizonDays = Infinity }: AdviseOptions, knobs?: KnobSettings): number {
  return Math.min(horizonDays, readKnob(layoutPayBackDays, knobs))
}

/** CPU ms that looking for an order of a table takes. */
export function choosingCost(
  table: TableFacts,
  known: Study,
  knobs: KnobSettings | undefined,
): number {
  return choosingMs({
    rows: Math.min(table.rows, readKnob(layoutSampleRows, knobs)),
    columns: table.columns.length,
    statements: statementsOn(table, known).length,
  })
}
