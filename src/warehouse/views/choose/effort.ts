import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { type Effort, whyNotSought } from '../../effort.ts'
import { buildNanos, joinLook, servedMs, sortNanos } from '../knobs.ts'
import type { Catalogue } from '../read/catalogue.ts'
import { collect, type Expression } from '../read/expression.ts'
import type { Shape } from '../read/shape.ts'
import type { Candidate } from './candidate.ts'
import type { Demand } from './demand.ts'
import type { Wished } from './merged.ts'
import type { Sample } from './sample.ts'
import type { Wish } from './wish.ts'

/** CPU ms of reading a template: its tree, and the types of its columns. */
const READ_MS = 4
/** Statements that one look asks, and what the shortest takes, CPU ms. */
const LOOKS = 6
const LOOK_MS = 1
/** CPU ns that a look takes for a row of the sample and a part of the wish. */
const LOOK_NANOS = 3

/** How long statements counted that a view is sought for, and until when it must have paid. */
export interface Span {
  readonly days: number
  /** Default: no longer than they counted. */
  readonly horizonDays?: number
}

/** Why a template is not even read: that alone is more than what may be spent on its statements. */
export function whyNotRead(
  { totalCpuMs }: Pick<Demand, 'totalCpuMs'>,
  { days, horizonDays = days }: Span,
  settings: KnobSettings = {},
): string | undefined {
  const askedMs = (totalCpuMs * horizonDays) / days
  const hopedMs = readKnob(joinLook, settings) * askedMs
  return whyNotSought('reading it', READ_MS, { askedMs, hopedMs })
}

/** Share of what is hoped for from statements that nobody asked yet that may go into looking. */
const HOPED_SHARE = 0.4

/** What may be spent on looking at views for a wish: a share of what asks for it within the horizon. */
export function lookEffort(
  { demands, hopedCpuMs, pairedCpuMs = 0 }: Wished,
  { days, horizonDays = days }: Span,
  settings: KnobSettings = {},
): Effort {
  const asked = demands.reduce((sum, { demand }) => sum + demand.totalCpuMs, pairedCpuMs)
  const times = horizonDays / days
  const share = readKnob(joinLook, settings)
  return {
    askedMs: (asked + hopedCpuMs) * times,
    hopedMs: (share * asked + HOPED_SHARE * hopedCpuMs) * times,
  }
}

/** Why a wish is not looked at: looking alone, whose rows and columns are known, would not pay. */
export function whyNotLooked(sample: Sample, wish: Wish, effort: Effort): string | undefined {
  return whyNotSought('looking for a view of them', lookMs(sample, wish), effort)
}

/** CPU ms of looking at a wish on a sample; a join meets its rows anew for each statement of the look. */
function lookMs({ rows, wholeRows, tables }: Sample, wish: Wish): number {
  const read = tables.length > 1 ? wholeRows : Math.min(rows, wholeRows)
  const { groups, aggregates, moving, still } = wish
  const parts = groups.length + aggregates.length + moving.length + still.length
  return LOOKS * (LOOK_MS + (read * Math.max(1, parts) * LOOK_NANOS) / 1e6)
}

/** CPU ms of planning what divides a sum as DuckDB does, and what sees that no two rows tie. */
const AVERAGE_MS = 1
const TIES_MS = 2

/** CPU ms that a statement takes on any view beyond the way there and back, by how it has to be asked. */
export function askingMs({ outputs, having, order, limit }: AskedShape): number {
  const parts = [...outputs, ...order].map(({ expression }) => expression)
  const all = having === undefined ? parts : [...parts, having]
  const isAverage = (e: Expression) =>
    e.kind === 'call' && e.isAggregate && (e.name === 'avg' || e.name === 'mean')
  const averages = all.some((e) => collect(e, isAverage).length > 0) ? AVERAGE_MS : 0
  return averages + (order.length > 0 && limit !== undefined ? TIES_MS : 0)
}

type AskedShape = Pick<Shape, 'outputs' | 'having' | 'order' | 'limit'>

/** CPU ms of reading a row of a view. */
export const READ_ROW_MS = 12e-6

/** CPU ms of a statement on a view: the way there and back, what it scans, what it groups. */
export function servedStatementMs(
  { wish, view, rows, readShare: usual, readShares, extraMs = 0 }: Candidate,
  { fingerprint, count, totalCpuMs }: Demand,
  wholeRows: number,
  settings: KnobSettings = {},
  asking = 0,
): number {
  const way = readKnob(servedMs, settings) + asking
  const readShare = readShares?.get(fingerprint) ?? usual
  const predicted = way + rows * readShare * READ_ROW_MS + extraMs
  if (view.grain !== 'rows') return predicted
  // Rows as they are save nothing but what is skipped: what is read is grouped as before.
  const read = Math.min(1, (rows * readShare) / Math.max(1, wholeRows))
  const share = isOfColumns(wish) ? read : COMPUTED_SHARE * read
  return Math.max(predicted, (share * totalCpuMs) / Math.max(1, count))
}

/** Of what statements take on rows, this stays where expressions were computed ahead. */
const COMPUTED_SHARE = 0.5

/** CPU ms of building the smallest view: its statements, what is kept of it on record, a checkpoint. */
const BUILD_MS = 20

/** Columns of a row kept beside cells at which putting it in order takes what the knob says. */
const USUAL_COLUMNS = 6

/** CPU ms of building a view: its tables are read, and the rows it keeps are put in order, column by column. */
export function buildingMs(
  { view, rows }: Candidate,
  wholeRows: number,
  settings: KnobSettings = {},
): number {
  const sorted =
    view.rowsBy !== undefined ? wholeRows * widthShare(view) : view.grain === 'rows' ? rows : 0
  const read = wholeRows * readKnob(buildNanos, settings)
  return BUILD_MS + (read + sorted * readKnob(sortNanos, settings)) / 1e6
}

function widthShare({ keys, measures }: Candidate['view']): number {
  const grids = keys.filter(({ grid }) => grid !== undefined).length
  return (1 + keys.length + grids + measures.length) / USUAL_COLUMNS
}

/** CPU ms of reading the tables that new rows of the largest one join; of one table nothing. */
export function joiningMs(
  { tables }: Candidate['view'],
  catalogue: Catalogue,
  settings: KnobSettings = {},
): number {
  const rows = tables.map((table) => catalogue.tables.get(table.toLowerCase())?.rows ?? 0)
  const others = rows.reduce((sum, count) => sum + count, 0) - Math.max(0, ...rows)
  return (others * readKnob(buildNanos, settings)) / 1e6
}

/** Whether rows kept for a wish compute nothing ahead, no expression and no join. */
function isOfColumns({ tables, outer, groups, moving, aggregates }: Wish): boolean {
  if (tables.length + outer.length > 1) return false
  const parts = [
    ...groups,
    ...moving.flatMap(({ over }) => over),
    ...aggregates.flatMap((e) => (e.kind === 'call' ? e.args : [])),
  ]
  return parts.every(({ kind }) => kind === 'column')
}

/** Statements by which a view is judged once it is built, for each template: one before and one that warms too. */
const JUDGED = 7

/** CPU ms of judging a view once it is built, by what its statements take then. */
export function judgingMs(
  served: readonly { readonly count: number; readonly eachMs: number }[],
): number {
  return served.reduce(
    (sum, { count, eachMs }) => sum + READ_MS + Math.min(JUDGED, count + 2) * eachMs,
    0,
  )
}
