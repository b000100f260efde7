import {
  type Expression,
  literalsOf,
  print,
  quote,
  type Replace,
  Unserved,
} from '../read/expression.ts'
import { fromClause } from '../read/from.ts'
import { type Range, rangeKey, rangeOf } from '../read/range.ts'
import { hasAggregate, type Shape } from '../read/shape.ts'
import { type Average, averageColumn, averageLevels, averageOnce, averageScale } from './average.ts'
import {
  COUNT,
  EXTREMES,
  isWhole,
  type KeyColumn,
  type Measure,
  rowKey,
  rowMeasure,
  rowsTable,
  type ViewDefinition,
  valueColumn,
} from './definition.ts'
import { quantileOfCells } from './quantiles.ts'
import { withoutTies } from './ties.ts'
import { mayShowZeros, withoutComputedMinusZero } from './zeros.ts'

/** A range that becomes one of whole numbers in the view: values of a whole key, or cells. */
export interface PlannedRange {
  readonly key: KeyColumn
  readonly range: Range
  /** The condition that it is. */
  readonly predicate: Expression
}

/** What stands in a prepared text: text, the literal of a slot, or a planned range. */
export type Piece =
  | string
  | { readonly slot: number }
  /** `ofValues`: over the values that are kept behind cells. */
  | { readonly range: number; readonly ofValues?: boolean }

/** How statements of one skeleton are answered from one view. */
export interface Plan {
  readonly view: ViewDefinition
  /** Literals that the view has built in. */
  readonly guards: readonly { readonly slot: number; readonly text: string }[]
  readonly ranges: readonly PlannedRange[]
  /** What is selected. */
  readonly head: readonly Piece[]
  /** Conditions on rows of the view; empty: none. */
  readonly where: readonly Piece[]
  /** What stands behind the conditions. */
  readonly tail: readonly Piece[]
  /** How rows are read that a bound cuts out of a cell; absent: they cannot be. */
  readonly rest: Rest | undefined
}

/** Parts of a union of whole cells with the rows of cells that bounds cut. */
export interface Rest {
  /** Columns of the view that the statement needs. */
  readonly columns: string
  /** The same of single rows, from where, and their conditions; to be followed by which cells. */
  readonly select: readonly Piece[]
}

// Marks in a text under construction; no statement that is served holds them.
const SLOT = '\u0001'
const RANGE = '\u0002'
const END = '\u0003'
const VALUES = '\u0004'

/** Work in progress on one plan. */
interface Matching {
  readonly shape: Shape
  readonly view: ViewDefinition
  readonly guards: Map<number, string>
  readonly ranges: PlannedRange[]
  readonly keys: ReadonlyMap<string, KeyColumn>
  /** Averages that are computed level by level, behind the grouping. */
  averages: Average[]
}

/**
 * How the statements of a shape are answered from a view. Throws Unserved, with the reason, where the
 * view lacks rows, columns or aggregates, or where it is not proven that the answer is the same.
 */
export function matchView(shape: Shape, view: ViewDefinition): Plan {
  if (view.tables.join() !== shape.tables.join()) throw new Unserved('the view is of other tables')
  if (JSON.stringify(view.outer ?? []) !== JSON.stringify(shape.outer)) {
    throw new Unserved('the view joins in another way')
  }
  const keys = new Map(view.keys.map((key) => [key.expression, key]))
  const matching: Matching = { shape, view, guards: new Map(), ranges: [], keys, averages: [] }
  // Names and types of columns depend on their constants, and so does what a position stands for.
  for (const { expression } of shape.outputs) guard(matching, expression)
  for (const condition of shape.outerConditions) guard(matching, condition)
  for (const slot of shape.positions) matching.guards.set(slot, shape.literals.texts[slot]!)
  const where = planConditions(matching).join(' AND ')
  const [head, tail] = planText(matching)
  const isCut = view.grain === 'cells' && matching.ranges.some(({ key }) => key.grid !== undefined)
  const rest = isCut ? planRest(matching, `${head} ${tail}`) : undefined
  return {
    view,
    guards: [...matching.guards].map(([slot, literal]) => ({ slot, text: literal })),
    ranges: matching.ranges,
    head: splitPieces(head),
    where: splitPieces(where),
    tail: splitPieces(tail),
    rest,
  }
}

function planConditions(matching: Matching): string[] {
  const missing = new Set(matching.view.fixed)
  const conditions: string[] = []
  for (const predicate of matching.shape.predicates) {
    const canonical = print(predicate)
    if (matching.view.fixed.includes(canonical)) {
      guard(matching, predicate)
      missing.delete(canonical)
    } else conditions.push(planCondition(matching, predicate))
  }
  if (missing.size > 0) throw new Unserved('the view holds fewer rows than it asks for')
  return conditions
}

function planCondition(matching: Matching, predicate: Expression): string {
  const range = rangeOf(predicate)
  const key = range && matching.keys.get(rangeKey(range))
  if (range === undefined || key === undefined || !(key.grid || isWhole(key.stored))) {
    return print(predicate, baseReplace(matching))
  }
  guard(matching, range.over)
  matching.ranges.push({ key, range, predicate })
  return `${RANGE}${matching.ranges.length - 1}${END}`
}

/** Literals of `e` must be those that the view was built with. */
function guard({ guards, shape }: Matching, e: Expression): void {
  for (const { slot } of literalsOf(e)) {
    if (slot !== undefined) guards.set(slot, shape.literals.texts[slot]!)
  }
}

/** Writes expressions over base rows as expressions over columns of the view. */
function baseReplace(matching: Matching): Replace {
  return (e) => {
    const key = matching.keys.get(print(e))
    if (key !== undefined && key.grid === undefined) {
      guard(matching, e)
      return keyValue(key)
    }
    if (e.kind === 'column') throw new Unserved(`the view lacks ${e.name}`)
    return e.kind === 'literal' ? literalText(e.text, e.slot) : undefined
  }
}

function keyValue({ column, stored, type }: KeyColumn): string {
  return stored === type ? quote(column) : `CAST(${quote(column)} AS ${type})`
}

function literalText(text: string, slot: number | undefined): string {
  if (slot === undefined) return text
  const mark = `${SLOT}${slot}${END}`
  return text.startsWith('-') ? `(-${mark})` : mark
}

/** What stands before and behind FROM and its conditions. */
function planText(matching: Matching): readonly [head: string, tail: string] {
  const base = baseReplace(matching)
  const grouping = groupingText(matching, base)
  const [head, having, end] = selectText(matching, base, (sql) => sql)
  if (matching.averages.length === 0) {
    const groupsLeft = having === '' ? '' : `HAVING ${having}`
    return [head, [grouping, groupsLeft, end].filter(Boolean).join(' ')]
  }
  // Groups and aggregates are computed inside, averages level by level around them.
  matching.averages = []
  const inner: string[] = []
  const name = (sql: string) => {
    if (!inner.includes(sql)) inner.push(sql)
    return quote(`inner ${inner.indexOf(sql)}`)
  }
  const [outside, where, last] = selectText(matching, base, name)
  const [first, ...levels] = averageLevels(matching.averages)
  const columns = [...inner.map((sql, i) => `${sql} AS ${quote(`inner ${i}`)}`), first]
  const open = levels.toReversed().map((level) => ` FROM (SELECT *, ${level}`)
  return [
    `${outside}${open.join('')} FROM (SELECT ${columns.join(', ')}`,
    `${grouping}${')'.repeat(levels.length + 1)}${where === '' ? '' : ` WHERE ${where}`} ${last}`,
  ]
}

function groupingText(matching: Matching, base: Replace): string {
  const { groups, sets } = matching.shape
  const texts = groups.map((group) => groupText(matching, group, base))
  if (texts.length === 0) return ''
  if (sets === undefined) return `GROUP BY ${texts.join(', ')}`
  const written = sets.map((set) => `(${set.map((place) => texts[place]!).join(', ')})`)
  return `GROUP BY GROUPING SETS (${written.join(', ')})`
}

/** What is selected, the condition on groups, and order and limits; groups and aggregates by `name`. */
function selectText(
  matching: Matching,
  base: Replace,
  name: (sql: string) => string,
): readonly [head: string, having: string, end: string] {
  const { shape } = matching
  const groups = new Map(shape.groups.map((group) => [print(group), group]))
  const replace: Replace = (e) => {
    const group = groups.get(print(e))
    if (group !== undefined) {
      if (group !== e) for (const part of [group, e]) guard(matching, part)
      return name(groupValue(matching, e, base))
    }
    if (e.kind === 'operator' && e.name === 'GROUPING') {
      return name(`GROUPING(${e.args.map((arg) => groupText(matching, arg, base)).join(', ')})`)
    }
    if (e.kind !== 'call' || !e.isAggregate) {
      return e.kind === 'column' || e.kind === 'literal' ? base(e) : undefined
    }
    const merged = mergedAggregate(matching, e, base)
    return matching.averages.some((_, i) => merged === averageColumn(i)) ? merged : name(merged)
  }
  const outputs = shape.outputs.map(
    ({ expression, type }) => `CAST(${print(expression, replace)} AS ${type})`,
  )
  const having = shape.having === undefined ? '' : print(shape.having, replace)
  const qualify = shape.qualify === undefined ? '' : `QUALIFY ${print(shape.qualify, replace)}`
  const limit: string[] = []
  if (shape.limit !== undefined) limit.push(`LIMIT ${print(shape.limit, base)}`)
  if (shape.offset !== undefined) limit.push(`OFFSET ${print(shape.offset, base)}`)
  if (shape.mayTie) {
    const orders = shape.order.map(({ expression }) => print(expression, replace))
    const [head, end] = withoutTies(shape, outputs, orders, limit.join(' '))
    return [head, having, [qualify, end].filter(Boolean).join(' ')]
  }
  const named = outputs.map((sql, i) => `${sql} AS ${quote(shape.outputs[i]!.name)}`)
  const order = shape.order.length > 0 ? [`ORDER BY ${orderText(shape, replace)}`] : []
  return [
    `SELECT ${named.join(', ')}`,
    having,
    [qualify, ...order, ...limit].filter(Boolean).join(' '),
  ]
}

/** Rows of cells that bounds cut: from those kept beside the cells, else from the base tables. */
function planRest(matching: Matching, text: string): Rest {
  const { shape, view } = matching
  const keys = view.keys.filter((k) => k.grid === undefined && text.includes(quote(k.column)))
  const measures = view.measures.filter((m) => text.includes(quote(m.column)))
  const isKept = view.rowsBy !== undefined
  const own = (column: string) => `${quote(column)} AS ${quote(column)}`
  const columns = [
    ...keys.map((k) => (isKept ? own(k.column) : `${rowKey(k)} AS ${quote(k.column)}`)),
    `1 AS ${COUNT}`,
    ...measures.map((m) => (isKept ? own(m.column) : `${rowMeasure(m)} AS ${quote(m.column)}`)),
  ]
  const conditions = shape.predicates
    .filter((predicate) => !isKept || !view.fixed.includes(print(predicate)))
    .map((predicate) =>
      isKept ? keptCondition(matching, predicate) : print(predicate, literalReplace),
    )
  const from = isKept ? rowsTable(view.name) : fromClause(view.tables, view.outer)
  return {
    columns: [...keys, { column: COUNT }, ...measures].map((c) => quote(c.column)).join(', '),
    select: splitPieces(
      `SELECT ${columns.join(', ')} FROM ${from} WHERE ${conditions.map((c) => `${c} AND `).join('')}`,
    ),
  }
}

/** A condition on the rows kept beside cells: of days and moments, on the microseconds that are kept. */
function keptCondition(matching: Matching, predicate: Expression): string {
  const place = matching.ranges.findIndex(
    ({ range, key, predicate: planned }) =>
      range.instants !== undefined && key.grid !== undefined && planned === predicate,
  )
  return place < 0 ? print(predicate, keptReplace(matching)) : `${VALUES}${place}${END}`
}

/** Writes expressions over base rows as expressions over the rows kept beside cells. */
function keptReplace(matching: Matching): Replace {
  const base = baseReplace(matching)
  return (e) => {
    const key = matching.keys.get(print(e))
    return key?.grid === undefined ? base(e) : quote(valueColumn(key))
  }
}

const literalReplace: Replace = (e) =>
  e.kind === 'literal' ? literalText(e.text, e.slot) : undefined

/** Grouping by the stored column is cheaper than by its value in a wider type. */
function groupText(matching: Matching, group: Expression, base: Replace): string {
  const key = matching.keys.get(print(group))
  if (key === undefined || key.grid !== undefined) return groupValue(matching, group, base)
  guard(matching, group)
  return quote(key.column)
}

/** A group as it is shown: a key holds no −0, what is computed of keys may come to it. */
function groupValue({ keys, shape }: Matching, group: Expression, base: Replace): string {
  const sql = print(group, base)
  const isKey = keys.get(print(group))?.grid === undefined && keys.has(print(group))
  return !isKey && mayShowZeros(shape, group) ? withoutComputedMinusZero(sql) : sql
}

function orderText({ order, outputs }: Shape, replace: Replace): string {
  return order
    .map(({ expression, suffix }) => {
      const canonical = print(expression)
      const at = outputs.findIndex((output) => print(output.expression) === canonical)
      return `${at >= 0 ? at + 1 : print(expression, replace)}${suffix}`
    })
    .join(', ')
}

type Call = Extract<Expression, { kind: 'call' }>

function mergedAggregate(matching: Matching, call: Call, base: Replace): string {
  if (call.args.some(hasAggregate)) throw new Unserved('it aggregates aggregates')
  const isOverCells = matching.view.grain === 'cells'
  if (call.name === 'count' && call.args.length !== 1 && call.args.length !== 0) {
    throw new Unserved('it counts several columns')
  }
  if (call.name === 'count_star' || (call.name === 'count' && call.args.length === 0)) {
    return isOverCells ? counted(matching, COUNT) : 'count(*)'
  }
  // What depends on the set of values alone, however often each occurs.
  const isOfSet =
    call.isDistinct ||
    ['min', 'max', 'approx_count_distinct', 'bool_and', 'bool_or', 'bit_and', 'bit_or'].includes(
      call.name,
    )
  if (!isOverCells) return rowsAggregate(matching, call, base, isOfSet && !isSum(call))
  const quantile = quantileOfCells(call, matching.keys)
  if (quantile !== undefined) {
    for (const part of call.args) guard(matching, part)
    return quantile
  }
  const measured = call.isDistinct ? undefined : cellsAggregate(matching, call)
  if (measured !== undefined) return measured
  if (isOfSet) return rowsAggregate(matching, call, base, !isSum(call))
  throw new Unserved(`the view lacks ${print(call)}`)
}

function isSum({ name }: Call): boolean {
  return name === 'sum' || name === 'avg' || name === 'mean'
}

/** Groups have rows; a whole without rows counts none of them. */
function counted({ shape }: Matching, column: string): string {
  const isOfAll = shape.groups.length === 0 || shape.sets?.some((set) => set.length === 0)
  const sum = isOfAll ? `coalesce(sum(${column}), 0)` : `sum(${column})`
  return `CAST(${sum} AS BIGINT)`
}

function rowsAggregate(matching: Matching, call: Call, base: Replace, isOfSet: boolean): string {
  if (!isOfSet && isSum(call)) {
    const type = matching.keys.get(print(call.args[0]!))?.type
    if (type === undefined || !(isWhole(type) || type.startsWith('DECIMAL'))) {
      throw new Unserved('a sum of fractions depends on the order of the rows')
    }
  }
  // What chooses among values shows one of them; behind the first argument stand constants.
  const [first] = call.args
  const isChecked =
    first !== undefined &&
    call.name !== 'count' &&
    !matching.keys.has(print(first)) &&
    mayShowZeros(matching.shape, first)
  return print(call, (e) => {
    if (e === call) return undefined
    return isChecked && e === first ? withoutComputedMinusZero(print(e, base)) : base(e)
  })
}

function cellsAggregate(matching: Matching, call: Call): string | undefined {
  const argument = call.args[0]!
  const canonical = print(argument)
  const measure = (kind: Measure['kind']): Measure | undefined => {
    const found = matching.view.measures.find((m) => m.kind === kind && m.expression === canonical)
    if (found !== undefined) guard(matching, argument)
    return found
  }
  const count = measure('count')
  if (call.name === 'count') return count && counted(matching, quote(count.column))
  const kind = call.name === 'mean' ? 'avg' : call.name
  const extremeKind = EXTREMES.find((name) => name === kind)
  if (extremeKind !== undefined) {
    const extreme = measure(extremeKind)
    return extreme && `${kind}(${quote(extreme.column)})`
  }
  const sum = kind === 'sum' || kind === 'avg' ? measure('sum') : undefined
  if (sum === undefined) return undefined
  const summed = `sum(${quote(sum.column)})`
  const isFraction = sum.type === 'FLOAT' || sum.type === 'DOUBLE'
  if (kind === 'sum') return isFraction ? `CAST(${summed} AS DOUBLE)` : summed
  if (count === undefined) return undefined
  const values = `sum(${quote(count.column)})`
  if (isFraction) return `(CAST(${summed} AS DOUBLE) / CAST(${values} AS DOUBLE))`
  if (averageScale(sum.type) === undefined) return undefined
  const average = { sum: summed, count: values, type: sum.type }
  return averageOnce(average) ?? averageColumn(matching.averages.push(average) - 1)
}

function splitPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const part of text.split(END)) {
    const at = Math.max(...[SLOT, RANGE, VALUES].map((mark) => part.indexOf(mark)))
    if (at < 0) pieces.push(part)
    else {
      const index = Number(part.slice(at + 1))
      const range = { range: index, ofValues: part[at] === VALUES }
      pieces.push(part.slice(0, at), part[at] === SLOT ? { slot: index } : range)
    }
  }
  return pieces.filter((piece) => piece !== '')
}
