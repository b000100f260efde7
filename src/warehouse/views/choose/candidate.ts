import { createHash } from 'node:crypto'
import type { KnobSettings } from '../../../core/knobs.ts'
import { readKnob } from '../../../core/knobs.ts'
import type { Database } from '../../../core/sql/database.ts'
import { averageScale } from '../answer/average.ts'
import {
  cellOf,
  EXTREMES,
  type Grid,
  isWhole,
  type KeyColumn,
  type Measure,
  type ViewDefinition,
} from '../answer/definition.ts'
import { hasQuantile, quantileShare } from '../answer/quantiles.ts'
import { sumType } from '../answer/sums.ts'
import { cellShare, freeCells, gridCells } from '../knobs.ts'
import { comparedNumber } from '../read/exact.ts'
import { columnsOf, type Expression, print, Unserved } from '../read/expression.ts'
import { type Fact, type Facts, factsOf } from './facts.ts'
import { type Lattice, learnLattice } from './lattice.ts'
import { estimateDistinct, joinSample, type Sample, sharesOf } from './sample.ts'
import { packedWidth, widthOf } from './width.ts'
import type { MovingCondition, Wish } from './wish.ts'

/** A view that could be built, and how large it would be. */
export interface Candidate {
  readonly view: ViewDefinition
  readonly wish: Wish
  /** Rows expected in it. */
  readonly rows: number
  readonly bytes: number
  /** Share of its rows that a statement reads, as far as it is sorted for it. */
  readonly readShare: number
  /** Share of its rows that meet the conditions: less than that no order lets it read. */
  readonly leastShare?: number
  /** Share of its rows that the statements of a template read, by fingerprint, where an order was learned for them. */
  readonly readShares?: ReadonlyMap<string, number>
  /** That order, for people. */
  readonly order?: string
  /** CPU of a statement beside that: reading the rows of cells that its bounds cut. */
  readonly extraMs?: number
}

export interface CandidateOptions {
  readonly settings: KnobSettings
  /** Whether to cut numbers whose bounds lie on no lattice into cells as well. */
  readonly isFree?: boolean
}

/**
 * Views that would serve a wish: of cells where many rows share one; else of rows, and of cells with
 * the rows of cut cells beside them where bounds come from anywhere.
 */
export async function candidatesOf(
  db: Database,
  drawn: Sample,
  wish: Wish,
  options: CandidateOptions,
): Promise<readonly Candidate[]> {
  const sample = joinSample(
    drawn,
    wish.still.map((e) => print(e)),
    wish.outer,
  )
  const facts = await factsOf(db, sample, wish)
  const isBuilt = (candidate: Candidate | undefined): candidate is Candidate =>
    candidate !== undefined && !holdsMinusZero(candidate.view, facts)
  const cells = await cellsCandidate(db, sample, wish, facts, options)
  if (isBuilt(cells)) return [cells]
  const found = [
    await cellsCandidate(db, sample, wish, facts, { ...options, isFree: true }),
    await rowsCandidate(db, sample, wish, facts),
  ]
  return found.filter(isBuilt)
}

/** Whether a view could not be built: it is to show −0 of the sample, which it would take for 0. */
function holdsMinusZero({ keys, measures }: ViewDefinition, facts: Facts): boolean {
  const shown = [
    ...keys.filter(({ grid }) => grid === undefined),
    ...measures.filter(({ kind }) => kind === 'min' || kind === 'max'),
  ]
  return shown.some(({ expression }) => facts.get(expression)?.hasMinusZero === true)
}

/** Names keys in the order they are added; the same expression is one key. */
class Keys {
  readonly list: KeyColumn[] = []
  private readonly facts: Facts

  constructor(facts: Facts) {
    this.facts = facts
  }

  add(e: Expression, grid?: Grid): KeyColumn {
    const expression = print(e)
    const found = this.list.find((key) => key.expression === expression && key.grid === grid)
    if (found !== undefined) return found
    const { type, isWholeValued } = this.facts.get(expression)!
    const column = `k${this.list.length}`
    const cells = grid === undefined ? {} : { grid }
    const stored = grid !== undefined ? 'USMALLINT' : isWholeValued ? 'INTEGER' : type
    const key = { column, expression, type, stored, ...cells }
    this.list.push(key)
    return key
  }
}

/** Least share a sorted scan reads: row groups have 122,880 rows. */
const ROW_GROUP = 122_880

async function cellsCandidate(
  db: Database,
  sample: Sample,
  wish: Wish,
  facts: Facts,
  { settings, isFree = false }: CandidateOptions,
): Promise<Candidate | undefined> {
  const keys = new Keys(facts)
  const brushes: KeyColumn[] = []
  const free: KeyColumn[] = []
  for (const moving of wish.moving) {
    for (const over of moving.over) {
      const fact = facts.get(print(over))!
      const grid = await gridFor(db, sample, moving, fact, settings)
      const cut = grid === undefined && isFree ? freeGrid(moving, fact, settings) : undefined
      const key = keys.add(over, grid ?? cut)
      brushes.push(key)
      if (cut !== undefined) free.push(key)
    }
  }
  if (isFree && free.length === 0) return undefined
  for (const group of wish.groups) keys.add(group)
  const measures = measuresOf(wish, facts, keys, sample.wholeRows)
  if (measures === undefined) return undefined
  const fixed = wish.still.map((e) => print(e))
  const expressions = keys.list.map((key) => cellOf(key))
  const rows = await estimateDistinct(db, sample, expressions, fixed)
  const share = readKnob(cellShare, settings)
  if (rows > share * sample.wholeRows && keys.list.length > 0) return undefined
  const view = named({
    tables: wish.tables,
    ...(wish.outer.length === 0 ? {} : { outer: wish.outer }),
    fixed,
    grain: 'cells',
    keys: keys.list,
    measures,
    sortedBy: keys.list.map(({ column }) => column),
    ...(free.length === 0 ? {} : { rowsBy: free[0]!.column }),
  })
  const width = widthOf(keys.list) + 8 * measures.length
  const kept = free.length === 0 ? 0 : sample.wholeRows * (width + 8 * free.length)
  return {
    view,
    wish,
    rows,
    bytes: rows * (4 + width) + kept,
    readShare: brushes.length > 0 ? 0.5 : 1,
    ...(free.length === 0 ? {} : { extraMs: extraMs(free, sample.wholeRows) }),
  }
}

/** The rows of two cells of the first number, and of all rows those in two cells of the others. */
function extraMs(free: readonly KeyColumn[], rows: number): number {
  const cut = free.reduce((sum, { grid }) => sum + (2 * rows) / grid!.cells, 0)
  return 0.5 + (cut * 15 + (free.length - 1) * rows * 3) / 1e6
}

/** Even cells over where bounds come from, and a quarter of that around; undefined where it is no range. */
function freeGrid(
  { bounds, over }: MovingCondition,
  { type, extremes }: Fact,
  settings: KnobSettings,
): Grid | undefined {
  const isNumber = isWhole(type) || type === 'FLOAT' || type === 'DOUBLE'
  if (over.length !== 1 || !isNumber || extremes === undefined) return undefined
  const wide = type === 'FLOAT' ? 'DOUBLE' : type
  const constants = bounds.flatMap((text) => comparedNumber(text, wide) ?? [])
  if (new Set(constants).size < 3) return undefined
  const [least, greatest] = [Math.min(...constants), Math.max(...constants)]
  const around = (greatest - least) / 4
  const low = Math.max(Math.min(extremes[0], least), least - around)
  const high = Math.min(Math.max(extremes[1], greatest), greatest + around)
  const cells = Math.round(readKnob(freeCells, settings))
  return { origin: low, step: (high - low) / cells, cells }
}

/** A grid only where values are many more than its cells: few values are cells of their own. */
async function gridFor(
  db: Database,
  sample: Sample,
  { bounds, over }: MovingCondition,
  { type, extremes }: Fact,
  settings: KnobSettings,
): Promise<Grid | undefined> {
  if (over.length !== 1 || !(isWhole(type) || type === 'FLOAT' || type === 'DOUBLE')) {
    return undefined
  }
  // A FLOAT would round the constants off their lattice.
  const wide = type === 'FLOAT' ? 'DOUBLE' : type
  const constants = bounds.flatMap((text) => comparedNumber(text, wide) ?? [])
  const lattice = learnLattice(constants, readKnob(gridCells, settings))
  if (lattice === undefined) return undefined
  const grid = gridOver(lattice, constants, extremes, readKnob(gridCells, settings))
  const values = await estimateDistinct(db, sample, [print(over[0]!)], [])
  return values <= grid.cells ? undefined : grid
}

/** Points over all values where they are few enough, else over the constants and as far around as goes. */
function gridOver(
  { origin, step }: Lattice,
  constants: readonly number[],
  extremes: readonly [number, number] | undefined,
  maxCells: number,
): Grid {
  const at = (value: number) => Math.round((value - origin) / step)
  const seen = constants.map(at)
  let [first, last] = [Math.min(...seen), Math.max(...seen)]
  const around = Math.floor((maxCells - (last - first)) / 2)
  const [low, high] = extremes?.map(at) ?? [first, last]
  first = Math.min(first, Math.max(low!, first - around))
  last = Math.max(last, Math.min(high!, last + around))
  return { origin: origin + first * step, step, cells: last - first }
}

/** What is kept of each cell; undefined where an aggregate cannot be merged or is no exact sum. */
function measuresOf(wish: Wish, facts: Facts, keys: Keys, rows: number): Measure[] | undefined {
  const measures: Measure[] = []
  const add = (kind: Measure['kind'], expression: string, type: string) => {
    if (measures.some((m) => m.kind === kind && m.expression === expression)) return
    const { extremes } = facts.get(expression)!
    const isFraction = type === 'FLOAT' || type === 'DOUBLE'
    const sumStored = isFraction ? 'BIGINT' : sumType(type, extremes, rows)
    const stored = kind === 'sum' ? sumStored : undefined
    const kept = stored === undefined ? {} : { stored }
    measures.push({ column: `m${measures.length}`, kind, expression, type, ...kept })
  }
  for (const e of wish.aggregates) {
    if (e.kind !== 'call') return undefined
    const argument = e.args[0]
    if (argument === undefined) continue
    const expression = print(argument)
    const { type, isExactly = false } = facts.get(expression)!
    const extreme = EXTREMES.find((name) => name === e.name)
    const isAverage = e.name === 'avg' || e.name === 'mean'
    if (e.isDistinct || e.name === 'approx_count_distinct') keys.add(argument)
    else if (quantileShare(e) !== undefined && hasQuantile(e, type)) keys.add(argument)
    else if (e.name === 'count') add('count', expression, type)
    else if (extreme !== undefined) add(extreme, expression, type)
    else if (e.name === 'sum' && (isWhole(type) || type.startsWith('DECIMAL') || isExactly)) {
      add('sum', expression, type)
    } else if (isAverage && (averageScale(type) !== undefined || isExactly)) {
      add('sum', expression, type)
      add('count', expression, type)
    } else return undefined
  }
  return measures
}

async function rowsCandidate(
  db: Database,
  sample: Sample,
  wish: Wish,
  facts: Facts,
): Promise<Candidate | undefined> {
  if (wish.moving.length === 0) return undefined
  const keys = new Keys(facts)
  const examples = wish.moving.flatMap((m) => m.examples.slice(0, 4).map((sql) => ({ m, sql })))
  const left = await sharesOf(
    db,
    sample,
    examples.map(({ sql }) => sql),
  )
  const shares = wish.moving.map((m) => {
    const own = left.filter((_, i) => examples[i]!.m === m)
    return own.length === 0 ? 0.3 : own.reduce((a, b) => a + b, 0) / own.length
  })
  const order = wish.moving.map((_, i) => i).sort((a, b) => shares[a]! - shares[b]!)
  const sortedBy: string[] = []
  for (const i of order) {
    for (const over of wish.moving[i]!.over) {
      const { column } = keys.add(over)
      if (!sortedBy.includes(column)) sortedBy.push(column)
    }
  }
  for (const group of wish.groups) keys.add(group)
  for (const e of wish.aggregates) {
    const args = e.kind === 'call' ? e.args : []
    // A constant stays in the statement: the share of a quantile must be one.
    for (const argument of args) if (columnsOf(argument).length > 0) keys.add(argument)
  }
  const view = named({
    tables: wish.tables,
    ...(wish.outer.length === 0 ? {} : { outer: wish.outer }),
    fixed: wish.still.map((e) => print(e)),
    grain: 'rows',
    keys: keys.list,
    measures: [],
    sortedBy,
  })
  const rows = sample.wholeRows
  const readShare = Math.min(1, (shares[order[0]!] ?? 1) + ROW_GROUP / Math.max(1, rows))
  const width = await packedWidth(db, sample, keys.list, facts)
  const leastShare = shares.reduce((product, share) => product * share, 1)
  return { view, wish, rows, bytes: rows * width, readShare, leastShare }
}

/** Names say what a view is of; the hash keeps those of one table apart. */
function named(view: Omit<ViewDefinition, 'name'>): ViewDefinition {
  const hash = createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 10)
  const of = view.tables.join('_').toLowerCase().replace(/\W+/g, '_')
  return { name: `view_${of}_${hash}`, ...view }
}

/** Thrown where a wish has no candidate. */
export function noCandidate(): Unserved {
  return new Unserved('its rows share too few cells, and no condition of it moves to sort by')
}
