import { type Ast, childOf, childrenOf, isAst, namesOf, textOf, walk } from './ast.ts'

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

/**
 * What a statement asks of the rows of one table, before its constants are known: comparisons of
 * columns with constants. `all` stands for what cannot be told: any row may match.
 */
export type Condition =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'compare'
      readonly column: string
      readonly operator: Comparison
      readonly constant: Ast
      /** Interval added to the constant, such as '1 month'. */
      readonly plus?: string
      /** The unit the constant is cut to first. */
      readonly truncate?: string
    }
  | { readonly kind: 'in'; readonly column: string; readonly constants: readonly Ast[] }
  | { readonly kind: 'null'; readonly column: string; readonly isNull: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }

/** A filter that another table puts on this one through an equality of columns. */
export interface InducedFilter {
  readonly column: string
  readonly table: string
  readonly tableColumn: string
  readonly condition: Condition
}

/** One read of one table in a statement. */
export interface Scan {
  /** As it is named in the statement, with its schema where that is given. */
  readonly table: string
  readonly condition: Condition
  readonly induced: readonly InducedFilter[]
  /** Columns of the table that the statement uses; undefined: all. */
  readonly columns: ReadonlySet<string> | undefined
}

/** Columns of a table in lower case by their true names; undefined where there is no such table. */
export type ColumnsOf = (table: string) => ReadonlyMap<string, string> | undefined

interface Source {
  readonly alias: string
  readonly table: string
  readonly columns: ReadonlyMap<string, string>
}

/** The reads of tables in a parsed statement, those of its subqueries and CTEs among them. */
export function scansOf(select: Ast, columnsOf: ColumnsOf): readonly Scan[] {
  const scans: Scan[] = []
  walk(select, (node) => {
    if (textOf(node, 'type') === 'SELECT_NODE') scans.push(...scansOfOne(node, columnsOf))
    return true
  })
  return scans
}

function scansOfOne(select: Ast, columnsOf: ColumnsOf): readonly Scan[] {
  const sources: Source[] = []
  const conjuncts: Ast[] = []
  const from = childOf(select, 'from_table')
  const using: Equality[] = []
  if (from !== undefined) flatten(from, columnsOf, sources, conjuncts, using)
  const where = childOf(select, 'where_clause')
  if (where !== undefined) conjuncts.push(...splitAnd(where))
  const resolve = resolver(sources)
  const conditions = new Map<Source, Condition[]>(sources.map((source) => [source, []]))
  for (const conjunct of conjuncts) {
    const owners = sourcesIn(conjunct, resolve)
    if (owners.size !== 1) continue
    const [owner] = owners
    if (owner !== undefined) conditions.get(owner)!.push(conditionOf(conjunct, resolve))
  }
  const whole = new Map([...conditions].map(([source, parts]) => [source, conjunction(parts)]))
  const equalities = [...joinEqualities(conjuncts, resolve), ...using]
  const used = columnsUsed(select, sources, resolve)
  return sources.map((source) => ({
    table: source.table,
    condition: whole.get(source)!,
    induced: inducedOn(source, equalities, whole),
    columns: used.get(source),
  }))
}

type Equality = readonly [left: Source, column: string, right: Source, column: string]
type Resolve = (node: Ast) => { readonly source: Source; readonly column: string } | undefined

function resolver(sources: readonly Source[]): Resolve {
  return (node) => {
    if (textOf(node, 'class') !== 'COLUMN_REF') return undefined
    const names = namesOf(node).map((name) => name.toLowerCase())
    const column = names.at(-1)
    if (column === undefined) return undefined
    const qualifier = names.length > 1 ? names.at(-2) : undefined
    const owners = sources.filter(
      ({ alias, columns }) =>
        columns.has(column) && (qualifier === undefined || alias === qualifier),
    )
    const source = owners[0]
    // A name that two tables have belongs to USING, or is an error that DuckDB will tell.
    return source === undefined ? undefined : { source, column: source.columns.get(column)! }
  }
}

/** Collects tables and the conditions of joins; what an outer join keeps anyway is not filtered by it. */
function flatten(
  node: Ast,
  columnsOf: ColumnsOf,
  sources: Source[],
  conjuncts: Ast[],
  using: Equality[],
): void {
  const type = textOf(node, 'type')
  if (type === 'BASE_TABLE') {
    const schema = textOf(node, 'schema_name')
    const name = textOf(node, 'table_name')
    const table = schema === '' || schema === 'main' ? name : `${schema}.${name}`
    const columns = columnsOf(table)
    const alias = (textOf(node, 'alias') || name).toLowerCase()
    if (columns !== undefined) sources.push({ alias, table, columns })
    return
  }
  if (type !== 'JOIN') return
  const left = childOf(node, 'left')
  const right = childOf(node, 'right')
  const before = sources.length
  if (left !== undefined) flatten(left, columnsOf, sources, conjuncts, using)
  const between = sources.length
  if (right !== undefined) flatten(right, columnsOf, sources, conjuncts, using)
  const kind = textOf(node, 'join_type')
  const condition = childOf(node, 'condition')
  if (condition !== undefined && (kind === 'INNER' || kind === 'SEMI')) {
    conjuncts.push(...splitAnd(condition))
  }
  if (kind === 'INNER' || kind === 'SEMI') {
    for (const column of (node['using_columns'] as readonly unknown[] | undefined) ?? []) {
      addUsing(String(column).toLowerCase(), sources, before, between, using)
    }
  }
}

function addUsing(
  column: string,
  sources: readonly Source[],
  before: number,
  between: number,
  using: Equality[],
): void {
  const left = sources.slice(before, between).find((source) => source.columns.has(column))
  const right = sources.slice(between).find((source) => source.columns.has(column))
  if (left === undefined || right === undefined) return
  using.push([left, left.columns.get(column)!, right, right.columns.get(column)!])
}

function splitAnd(node: Ast): readonly Ast[] {
  return textOf(node, 'type') === 'CONJUNCTION_AND'
    ? childrenOf(node, 'children').flatMap(splitAnd)
    : [node]
}

function sourcesIn(node: Ast, resolve: Resolve): ReadonlySet<Source | undefined> {
  const owners = new Set<Source | undefined>()
  walk(node, (inner) => {
    if (textOf(inner, 'class') === 'SUBQUERY') owners.add(undefined)
    if (textOf(inner, 'class') === 'COLUMN_REF') owners.add(resolve(inner)?.source)
    return true
  })
  return owners
}

function* joinEqualities(conjuncts: readonly Ast[], resolve: Resolve): Generator<Equality> {
  for (const node of conjuncts) {
    if (textOf(node, 'type') !== 'COMPARE_EQUAL') continue
    const left = resolve(childOf(node, 'left') ?? {})
    const right = resolve(childOf(node, 'right') ?? {})
    if (left === undefined || right === undefined || left.source === right.source) continue
    yield [left.source, left.column, right.source, right.column]
  }
}

function inducedOn(
  source: Source,
  equalities: readonly Equality[],
  conditions: ReadonlyMap<Source, Condition>,
): readonly InducedFilter[] {
  return equalities.flatMap(([left, leftColumn, right, rightColumn]) => {
    const isLeft = left === source
    if (!isLeft && right !== source) return []
    const other = isLeft ? right : left
    const condition = conditions.get(other)!
    if (condition.kind === 'all') return []
    return [
      {
        column: isLeft ? leftColumn : rightColumn,
        table: other.table,
        tableColumn: isLeft ? rightColumn : leftColumn,
        condition,
      },
    ]
  })
}

function columnsUsed(
  select: Ast,
  sources: readonly Source[],
  resolve: Resolve,
): ReadonlyMap<Source, ReadonlySet<string> | undefined> {
  const used = new Map<Source, Set<string> | undefined>(sources.map((s) => [s, new Set()]))
  walk(select, (node) => {
    if (textOf(node, 'class') === 'STAR') for (const source of sources) used.set(source, undefined)
    const found = resolve(node)
    if (found !== undefined) used.get(found.source)?.add(found.column)
    return true
  })
  return used
}

/** Conditions joined by AND, the trivial ones left out. */
export function conjunction(parts: readonly Condition[]): Condition {
  const telling = parts.filter(({ kind }) => kind !== 'all')
  if (telling.length === 0) return { kind: 'all' }
  return telling.length === 1 ? telling[0]! : { kind: 'and', parts: telling }
}

function disjunction(parts: readonly Condition[]): Condition {
  return parts.some(({ kind }) => kind === 'all') ? { kind: 'all' } : { kind: 'or', parts }
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
}
const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  ...{ '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
}
const NEGATED: Readonly<Record<Comparison, Comparison>> = {
  ...{ '=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' },
}

/**
 * What a boolean expression, or its NOT, asks of the columns of its one table. NOT is carried down to
 * the comparisons, because what is unknown may not be left out of an AND that is negated. A missing
 * value matches neither an expression nor its NOT.
 */
function conditionOf(node: Ast, resolve: Resolve, isNegated = false): Condition {
  const type = textOf(node, 'type')
  const children = childrenOf(node, 'children')
  if (type === 'CONJUNCTION_AND' || type === 'CONJUNCTION_OR') {
    const parts = children.map((child) => conditionOf(child, resolve, isNegated))
    return (type === 'CONJUNCTION_AND') !== isNegated ? conjunction(parts) : disjunction(parts)
  }
  if (type === 'OPERATOR_NOT') return conditionOf(children[0] ?? {}, resolve, !isNegated)
  const operator = COMPARISONS[type]
  if (operator !== undefined) {
    return comparisonOf(node, isNegated ? NEGATED[operator] : operator, resolve)
  }
  if (type === 'COMPARE_BETWEEN' || type === 'COMPARE_NOT_BETWEEN') {
    return between(node, resolve, (type === 'COMPARE_NOT_BETWEEN') !== isNegated)
  }
  if (type === 'COMPARE_IN' || type === 'COMPARE_NOT_IN') {
    const isOutside = (type === 'COMPARE_NOT_IN') !== isNegated
    return isOutside ? { kind: 'all' } : membership(children, resolve)
  }
  if (type === 'OPERATOR_IS_NULL' || type === 'OPERATOR_IS_NOT_NULL') {
    const found = resolve(children[0] ?? {})
    const isNull = (type === 'OPERATOR_IS_NULL') !== isNegated
    return found === undefined ? { kind: 'all' } : { kind: 'null', column: found.column, isNull }
  }
  if (type === 'FUNCTION')
    return isNegated ? { kind: 'all' } : likeCondition(node, children, resolve)
  const found = resolve(node)
  return found === undefined
    ? { kind: 'all' }
    : { kind: 'compare', column: found.column, operator: '=', constant: isNegated ? FALSE : TRUE }
}

function comparisonOf(node: Ast, operator: Comparison, resolve: Resolve): Condition {
  const left = childOf(node, 'left')
  const right = childOf(node, 'right')
  if (left === undefined || right === undefined) return { kind: 'all' }
  if (isConstant(right)) return comparison(left, operator, right, resolve)
  return isConstant(left) ? comparison(right, MIRRORED[operator], left, resolve) : { kind: 'all' }
}

const TRUE = truth('t')
const FALSE = truth('f')

function truth(letter: string): Ast {
  return {
    class: 'CAST',
    type: 'OPERATOR_CAST',
    alias: '',
    child: {
      class: 'CONSTANT',
      type: 'VALUE_CONSTANT',
      alias: '',
      value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: letter },
    },
    cast_type: { id: 'BOOLEAN', type_info: null },
    try_cast: false,
  }
}

function between(node: Ast, resolve: Resolve, isOutside: boolean): Condition {
  const input = childOf(node, 'input')
  const lower = childOf(node, 'lower')
  const upper = childOf(node, 'upper')
  if (input === undefined || lower === undefined || upper === undefined) return { kind: 'all' }
  if (!isConstant(lower) || !isConstant(upper)) return { kind: 'all' }
  const parts = [
    comparison(input, isOutside ? '<' : '>=', lower, resolve),
    comparison(input, isOutside ? '>' : '<=', upper, resolve),
  ]
  return isOutside ? disjunction(parts) : conjunction(parts)
}

function membership(children: readonly Ast[], resolve: Resolve): Condition {
  const found = resolve(children[0] ?? {})
  const constants = children.slice(1)
  if (found === undefined || !constants.every(isConstant)) return { kind: 'all' }
  return { kind: 'in', column: found.column, constants }
}

/** A column, or a monotone function of one that DuckDB prunes by, against a constant. */
function comparison(input: Ast, operator: Comparison, constant: Ast, resolve: Resolve): Condition {
  const found = resolve(input)
  if (found !== undefined) return { kind: 'compare', column: found.column, operator, constant }
  const cut = truncation(input, resolve)
  if (cut === undefined || operator === '<>') return { kind: 'all' }
  const { column, unit } = cut
  const at = (op: Comparison, plus?: string): Condition => ({
    kind: 'compare',
    column,
    operator: op,
    constant,
    truncate: unit,
    ...(plus === undefined ? {} : { plus }),
  })
  const next = `1 ${unit}`
  if (operator === '=') return conjunction([at('>='), at('<', next)])
  if (operator === '>=') return at('>=')
  if (operator === '>') return at('>=')
  return at('<', next)
}

/** date_trunc('unit', column) and CAST(column AS DATE). */
function truncation(
  node: Ast,
  resolve: Resolve,
): { readonly column: string; readonly unit: string } | undefined {
  if (textOf(node, 'type') === 'OPERATOR_CAST') {
    const type = textOf(childOf(node, 'cast_type') ?? {}, 'id')
    const found = resolve(childOf(node, 'child') ?? {})
    return type === 'DATE' && found !== undefined
      ? { column: found.column, unit: 'day' }
      : undefined
  }
  if (textOf(node, 'function_name').toLowerCase() !== 'date_trunc') return undefined
  const [unit, column] = childrenOf(node, 'children')
  const value = unit === undefined ? undefined : childOf(unit, 'value')?.['value']
  const found = resolve(column ?? {})
  const isUnit =
    typeof value === 'string' && /^(year|quarter|month|week|day|hour|minute)$/.test(value)
  return isUnit && found !== undefined ? { column: found.column, unit: value } : undefined
}

/** LIKE 'prefix%' and starts_with, as a range of texts. */
function likeCondition(node: Ast, children: readonly Ast[], resolve: Resolve): Condition {
  const name = textOf(node, 'function_name')
  const isLike = name === '~~'
  if (!isLike && !/^(prefix|starts_with|\^@)$/.test(name)) return { kind: 'all' }
  const found = resolve(children[0] ?? {})
  const value = childOf(children[1] ?? {}, 'value')?.['value']
  if (found === undefined || typeof value !== 'string') return { kind: 'all' }
  const prefix = isLike ? (/^[^%_\\]*/.exec(value)?.[0] ?? '') : value
  const text = (words: string) => ({
    ...children[1]!,
    value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: words },
  })
  const { column } = found
  if (isLike && prefix === value) {
    return { kind: 'compare', column, operator: '=', constant: text(value) }
  }
  const end = prefix === '' ? undefined : afterPrefix(prefix)
  if (end === undefined) return { kind: 'all' }
  return conjunction([
    { kind: 'compare', column, operator: '>=', constant: text(prefix) },
    { kind: 'compare', column, operator: '<', constant: text(end) },
  ])
}

/** The least text above all that begin with `prefix`; undefined where its last letter has no next. */
function afterPrefix(prefix: string): string | undefined {
  const letters = [...prefix]
  const last = letters.pop()!.codePointAt(0)!
  // Numbers of surrogates are no letters, and none follow the last.
  return last === 0xd7ff || last >= 0x10ffff
    ? undefined
    : letters.join('') + String.fromCodePoint(last + 1)
}

/** Whether an expression has one value for all rows, as far as its form tells. */
function isConstant(node: Ast): boolean {
  let isFixed = true
  walk(node, (inner) => {
    const kind = textOf(inner, 'class')
    if (/^(COLUMN_REF|SUBQUERY|PARAMETER|STAR|WINDOW|DEFAULT)$/.test(kind)) isFixed = false
    if (kind === 'FUNCTION' && /random|uuid|nextval|currval/.test(textOf(inner, 'function_name'))) {
      isFixed = false
    }
    return isFixed
  })
  return isFixed && isAst(node)
}
