import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import type { Database } from '../../../core/sql/database.ts'
import { whyNotSought } from '../../effort.ts'
import {
  type LearnedOrder,
  learningMs,
  learnOrder,
  type WeighedStatement,
} from '../../layout/door.ts'
import { type KeyColumn, VIEW_SCHEMA, type ViewDefinition } from '../answer/definition.ts'
import { matchView } from '../answer/match.ts'
import { splice } from '../answer/splice.ts'
import { joinLook, orderRows } from '../knobs.ts'
import type { Catalogue } from '../read/catalogue.ts'
import { quote, Unserved } from '../read/expression.ts'
import { fromClause } from '../read/from.ts'
import type { Candidate } from './candidate.ts'
import type { ReadDemand } from './demand.ts'
import { READ_ROW_MS, type Span } from './effort.ts'

export interface OrderOptions extends Span {
  readonly seed: number
  readonly settings?: KnobSettings
  /** Sizes of row groups to choose from; default: those that the database can be attached with. */
  readonly groupRows?: readonly number[]
  readonly signal?: AbortSignal
}

/** A view of rows as it could be in the best of orders, in row groups of `groupRows`; undefined where none is learned. */
export function atBest(
  candidate: Candidate,
  groupRows: number,
  settings?: KnobSettings,
): Candidate | undefined {
  const { view, rows, readShare, leastShare = readShare } = candidate
  if (view.grain !== 'rows' || rows < readKnob(orderRows, settings)) return undefined
  const best = leastShare + groupRows / rows
  return best < readShare ? { ...candidate, readShare: best } : undefined
}

/** Statements of a template that an order is learned from. */
const MOST_STATEMENTS = 24

/**
 * A view of rows in the order in which the statements it would serve read least of it; as it was where
 * learning that takes more than it could save, by what it would read at best. It keeps its name: it is
 * the same view whatever the order.
 */
export async function inLearnedOrder(
  db: Database,
  catalogue: Catalogue,
  candidate: Candidate,
  best: Candidate,
  served: readonly ReadDemand[],
  options: OrderOptions,
): Promise<Candidate> {
  const { view, rows } = candidate
  const { settings, days, horizonDays = days } = options
  const statements = served.flatMap((demand) => askedOf(view, rows, demand))
  const skipped = rows * (candidate.readShare - best.readShare)
  const askedMs = served.reduce((sum, { demand }) => sum + demand.count * skipped * READ_ROW_MS, 0)
  const times = horizonDays / days
  const effort = {
    askedMs: askedMs * times,
    hopedMs: readKnob(joinLook, settings) * askedMs * times,
  }
  const costMs = learningMs(rows, view.keys.length, statements.length)
  if (whyNotSought('learning an order', costMs, effort) !== undefined) return candidate
  const learned = await learnOrder(db, toOrder(view, rows, catalogue, statements), options)
  return learned === undefined ? candidate : ordered(candidate, learned)
}

function ordered(
  candidate: Candidate,
  { orderBy, groupRows, words, shares }: LearnedOrder,
): Candidate {
  const { view } = candidate
  return {
    ...candidate,
    view: {
      ...view,
      orderedBy: orderBy,
      ...(groupRows === undefined ? {} : { groupRows }),
    },
    readShares: shares,
    order: words.replaceAll(/\bk\d+\b/g, (column) => nameOf(view, column)),
  }
}

/** The column that a key is of, for people; where it is of several, what the view calls it. */
function nameOf({ keys }: ViewDefinition, column: string): string {
  const key = keys.find((k) => k.column === column)
  const names = [...(key?.expression ?? '').matchAll(/"(?:[^"]|"")*"\."((?:[^"]|"")*)"/g)]
  const once = new Set(names.map(([, name]) => name!))
  return once.size === 1 ? [...once][0]! : column
}

/** Statements as the view would be asked, with what they would take without an order of it. */
function askedOf(view: ViewDefinition, rows: number, read: ReadDemand): WeighedStatement[] {
  const { shape, texts, demand } = read
  const plan = planOf(shape, view)
  if (plan === undefined) return []
  const step = Math.max(1, Math.floor(texts.length / MOST_STATEMENTS))
  const facts = { edges: new Map(), rows, unionShare: 0 }
  const asked = texts
    .filter((_, i) => i % step === 0)
    .flatMap((literals) => splice(plan, literals, facts) ?? [])
  const runs = demand.count / Math.max(1, asked.length)
  const { fingerprint } = demand
  return asked.map((sql) => ({ sql, fingerprint, runs, cpuMs: runs * rows * READ_ROW_MS }))
}

function planOf(shape: ReadDemand['shape'], view: ViewDefinition) {
  try {
    return matchView(shape, view)
  } catch (error) {
    if (error instanceof Unserved) return undefined
    throw error
  }
}

/** Places of rows are those of the largest table that no row of which is made up. */
function toOrder(
  { name, tables, outer = [], fixed, keys }: ViewDefinition,
  rows: number,
  catalogue: Catalogue,
  statements: readonly WeighedStatement[],
) {
  const rowsOf = (table: string) => catalogue.tables.get(table.toLowerCase())?.rows ?? 0
  const inner = tables.filter((table) => !outer.some((join) => join.table === table))
  const [largest] = inner.toSorted((a, b) => rowsOf(b) - rowsOf(a))
  const columns = keys.map((key) => `${sampledKey(key)} AS ${quote(key.column)}`)
  const where = fixed.length === 0 ? '' : ` WHERE ${fixed.join(' AND ')}`
  const from = `SELECT ${columns.join(', ')}, ${quote(largest!)}.rowid AS place
    FROM ${fromClause(tables, outer)}${where}`
  return {
    source: { from: `(${from})`, rowNumber: 'place', totalRows: rows },
    name: `${VIEW_SCHEMA}.${name}`,
    columns: keys.map(({ column, stored }) => ({ name: column, type: stored })),
    statements,
  }
}

/** Values that do not fit any more are looked at when the view is built. */
function sampledKey({ expression, type, stored }: KeyColumn): string {
  return stored === type ? expression : `TRY_CAST(${expression} AS ${stored})`
}
