import { throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { canHaveGroups } from '../design/row-groups.ts'
import { chooseLayout, costsByTemplate } from './choose/choose.ts'
import { choosingMs } from './choose/effort.ts'
import { drawSample, type SampleSource } from './choose/sample.ts'
import { GROUP_COSTS, NATIVE_GROUP_ROWS } from './native.ts'
import { describeLayout } from './orders/describe.ts'
import { keySql } from './orders/keys.ts'
import { encodingOf } from './read/columns.ts'
import { probesOf, scansOfStatements } from './read/probes.ts'
import type { WeighedStatement } from './read/statements.ts'

/** Rows that are to be written in an order, and what will be asked of them. */
export interface RowsToOrder {
  readonly source: SampleSource
  /** What statements call the table that is to hold them. */
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** `cpuMs`: what they would take on all rows. */
  readonly statements: readonly WeighedStatement[]
}

/** An order of rows that are not written yet. */
export interface LearnedOrder {
  /** SQL over the columns, to stand behind ORDER BY. */
  readonly orderBy: readonly string[]
  /** Rows of a row group; absent: the usual. */
  readonly groupRows?: number
  readonly words: string
  /** Share of what they would take on all rows that the statements of a template take, by fingerprint. */
  readonly shares: ReadonlyMap<string, number>
}

export interface LearnOptions {
  readonly seed: number
  readonly signal?: AbortSignal
  /** Sizes of row groups to choose from, ascending; default: those that the database can be attached with. */
  readonly groupRows?: readonly number[]
}

/** Rows drawn to learn an order of. */
const SAMPLE_ROWS = 16_384
/** Sizes of row groups to choose from where the database can be attached with them. */
const GROUP_ROWS = [16_384, 32_768, 65_536] as const

/** Sizes of row groups, ascending, that what is written to a database can lie in. */
export async function groupSizes(db: Database): Promise<readonly number[]> {
  return (await canHaveGroups(db)) ? GROUP_ROWS : [NATIVE_GROUP_ROWS]
}

/** CPU ms that learning an order of rows takes, before it is learned. */
export function learningMs(rows: number, columns: number, statements: number): number {
  return choosingMs({ rows: Math.min(SAMPLE_ROWS, rows), columns, statements })
}

/**
 * The order, and the size of row groups, in which statements on rows yet to be written are expected to
 * read least; undefined where there is nothing that they could skip.
 */
export async function learnOrder(
  db: Database,
  { source, name, columns, statements }: RowsToOrder,
  { seed, signal, groupRows }: LearnOptions,
): Promise<LearnedOrder | undefined> {
  const sizes = groupRows ?? (await groupSizes(db))
  if (source.totalRows < 2 * sizes[0]!) return undefined
  const known = columns.map((column) => ({ ...column, encoding: encodingOf(column.type) }))
  const drawn = await drawSample(db, source, known, { rows: SAMPLE_ROWS, seed })
  // Conditions of the source leave fewer rows than it has.
  const share = Math.min(1, SAMPLE_ROWS / source.totalRows)
  const sample = { ...drawn, totalRows: Math.round(drawn.rows / share) }
  throwIfStopped(signal)
  const names = new Map(known.map((column) => [column.name.toLowerCase(), column.name]))
  const scans = await scansOfStatements(db, statements, (table) =>
    table.toLowerCase() === name.toLowerCase() ? names : undefined,
  )
  const probes = await probesOf(db, name, statements, scans, sample, () => undefined)
  const chosen = chooseLayout(sample, probes, {
    ...{ groupRows: sizes, groupRowsNow: NATIVE_GROUP_ROWS, areWhole: true, ...GROUP_COSTS },
    ...(signal === undefined ? {} : { signal }),
  })
  if (chosen === undefined) return undefined
  const costs = costsByTemplate(chosen, sample, probes, GROUP_COSTS)
  const whole = new Map<string, number>()
  for (const { fingerprint, weight } of probes) {
    whole.set(fingerprint, (whole.get(fingerprint) ?? 0) + weight)
  }
  return {
    orderBy: chosen.layout.keys.map((key) => keySql(key, sample.columns)),
    ...(chosen.groupRows === NATIVE_GROUP_ROWS ? {} : { groupRows: chosen.groupRows }),
    words: describeLayout(chosen.layout, sample.columns),
    shares: new Map([...costs].map(([f, cost]) => [f, cost / Math.max(1e-9, whole.get(f)!)])),
  }
}
