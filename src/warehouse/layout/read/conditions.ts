import { type Ast, childOf, childrenOf, isAst, textOf, walk } from './ast.ts'

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

/** The column that a node names, undefined where it names none of the tables looked at. */
export type ResolveColumn = (node: Ast) => { readonly column: string } | undefined

/** Columns that a condition looks at, some more than once. */
export function columnsOfCondition(condition: Condition): readonly string[] {
  if ('parts' in condition) return condition.parts.flatMap(columnsOfCondition)
  return condition.kind === 'all' ? [] : [condition.column]
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
export function conditionOf(node: Ast, resolve: ResolveColumn, isNegated = false): Condition {
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

function comparisonOf(node: Ast, operator: Comparison, resolve: ResolveColumn): Condition {
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

function between(node: Ast, resolve: ResolveColumn, isOutside: boolean): Condition {
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

function membership(children: readonly Ast[], resolve: ResolveColumn): Condition {
  const found = resolve(children[0] ?? {})
  const constants = children.slice(1)
  if (found === undefined || !constants.every(isConstant)) return { kind: 'all' }
  return { kind: 'in', column: found.column, constants }
}

/** A column, or a monotone function of one that DuckDB prunes by, against a constant. */
function comparison(
  input: Ast,
  operator: Comparison,
  constant: Ast,
  resolve: ResolveColumn,
): Condition {
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
  resolve: ResolveColumn,
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
function likeCondition(node: Ast, children: readonly Ast[], resolve: ResolveColumn): Condition {
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
