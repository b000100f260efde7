import { type Expression, type Literal, Unserved } from './expression.ts'
import { COUNT_IF, FUNCTIONS, isAggregateName } from './functions.ts'
import type { Literals } from './literals.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'
import { parseWindow } from './window-node.ts'

/** What a column of this name stands for; undefined: nowhere. Throws Unserved where it is ambiguous. */
export type FindColumn = (names: readonly string[]) => Expression | undefined

/** What turning nodes into expressions needs to know. */
export interface ParseContext {
  readonly sql: string
  readonly literals: Literals
  readonly findColumn: FindColumn
  /** Reads a subquery; absent: there may be none. */
  readonly subquery?: (node: Node, context: ParseContext) => Expression
}

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_GREATERTHAN: '>',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHANOREQUALTO: '>=',
}

const OPERATORS: Readonly<Record<string, string>> = {
  COMPARE_IN: 'IN',
  COMPARE_NOT_IN: 'NOT IN',
  OPERATOR_IS_NULL: 'IS NULL',
  OPERATOR_IS_NOT_NULL: 'IS NOT NULL',
  OPERATOR_NOT: 'NOT',
  OPERATOR_COALESCE: 'COALESCE',
  GROUPING_FUNCTION: 'GROUPING',
}

/** Types whose names are written as they are parsed. */
const TYPES =
  /^(BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|VARCHAR|DATE|TIMESTAMP|TIME|INTERVAL)$/

/** The expression of a node. Throws Unserved, with the reason, for what is not served. */
export function parseExpression(node: Node, context: ParseContext): Expression {
  const parse = (value: unknown) => parseExpression(nodeOf(value), context)
  const type = String(node['type'])
  switch (node['class']) {
    case 'COLUMN_REF':
      return parseColumn(node, context)
    case 'CONSTANT':
      return parseConstant(node, context)
    case 'CAST':
      return {
        kind: 'cast',
        type: typeName(nodeOf(node['cast_type'])),
        isTry: node['try_cast'] === true,
        arg: parse(node['child']),
      }
    case 'COMPARISON': {
      const operator = COMPARISONS[type]
      if (operator === undefined) throw new Unserved(`it compares by ${type}`)
      return {
        kind: 'compare',
        operator,
        left: parse(node['left']),
        right: parse(node['right']),
      }
    }
    case 'CONJUNCTION': {
      const operator = type === 'CONJUNCTION_AND' ? 'AND' : 'OR'
      return { kind: 'logic', operator, args: nodesOf(node['children']).map(parse) }
    }
    case 'BETWEEN':
      if (type !== 'COMPARE_BETWEEN') throw new Unserved(`it compares by ${type}`)
      return {
        kind: 'between',
        arg: parse(node['input']),
        lower: parse(node['lower']),
        upper: parse(node['upper']),
      }
    case 'OPERATOR': {
      const name = OPERATORS[type]
      if (name === undefined) throw new Unserved(`it uses ${type}`)
      return { kind: 'operator', name, args: nodesOf(node['children']).map(parse) }
    }
    case 'CASE':
      return {
        kind: 'case',
        checks: nodesOf(node['case_checks']).map((check) => ({
          when: parse(check['when_expr']),
          result: parse(check['then_expr']),
        })),
        otherwise: parse(node['else_expr']),
      }
    case 'FUNCTION':
      return parseCall(node, parse)
    case 'SUBQUERY':
      if (context.subquery === undefined) throw new Unserved('it holds a subquery')
      return context.subquery(node, context)
    case 'WINDOW':
      return parseWindow(node, parse)
    default:
      throw new Unserved(`it holds ${String(node['class']).toLowerCase()} expressions`)
  }
}

function parseColumn(node: Node, { findColumn }: ParseContext): Expression {
  const names = node['column_names'] as readonly string[]
  const found = findColumn(names)
  if (found === undefined) throw new Unserved(`it reads ${names.join('.')}, which is no column`)
  return found
}

/** Why aggregates are not served that DuckDB has. */
const REFUSED: Readonly<Record<string, string>> = {
  arg_min: 'arg_min and arg_max take one of several rows that tie',
  first: 'it takes the value of some row',
  list: 'it lists values in the order of the rows',
  stddev: 'it adds up fractions, whose last digits depend on the order of the rows',
  approx_quantile: 'its approximation depends on the order of the rows',
}
const REFUSED_AS: Readonly<Record<string, string>> = {
  ...{
    arg_max: 'arg_min',
    argmin: 'arg_min',
    argmax: 'arg_min',
    min_by: 'arg_min',
    max_by: 'arg_min',
  },
  ...{ last: 'first', any_value: 'first', arbitrary: 'first', mode: 'first' },
  ...{ array_agg: 'list', string_agg: 'list', group_concat: 'list', listagg: 'list' },
  ...{ stddev_samp: 'stddev', stddev_pop: 'stddev', variance: 'stddev', var_samp: 'stddev' },
  ...{ var_pop: 'stddev', corr: 'stddev', covar_pop: 'stddev', covar_samp: 'stddev' },
  ...{ fsum: 'stddev', favg: 'stddev', kahan_sum: 'stddev', regr_slope: 'stddev' },
}

/** Aggregates of which a value counts once however often it occurs. */
const OF_SET: ReadonlySet<string> = new Set([
  'min',
  'max',
  'bool_and',
  'bool_or',
  'bit_and',
  'bit_or',
])
const DISTINCT: ReadonlySet<string> = new Set([...OF_SET, 'count', 'sum', 'avg', 'mean'])

function parseCall(node: Node, parse: (value: unknown) => Expression): Expression {
  const name = String(node['function_name']).toLowerCase()
  const isCountIf = COUNT_IF.has(name)
  const isAggregate = isAggregateName(name)
  if (node['export_state'] === true) throw new Unserved('it asks for states of aggregates')
  if (!isAggregate && !FUNCTIONS.has(name)) {
    throw new Unserved(REFUSED[REFUSED_AS[name] ?? name] ?? `it calls ${name}`)
  }
  if (nodesOf(nodeOf(node['order_bys'])['orders']).length > 0) {
    throw new Unserved('an aggregate of it is ordered')
  }
  const isDistinct = node['distinct'] === true
  if (isDistinct && !DISTINCT.has(name))
    throw new Unserved(`it asks for ${name} of distinct values`)
  const call: Call = {
    kind: 'call',
    name,
    isOperator: node['is_operator'] === true,
    isAggregate,
    isDistinct: isDistinct && !OF_SET.has(name),
    args: nodesOf(node['children']).map(parse),
  }
  if (!isAggregate) return call
  const filter = node['filter'] === null ? undefined : parse(node['filter'])
  if (isCountIf) return withFilter(sumOfTruth(call), filter)
  return withFilter(plainCount(call), filter)
}

type Call = Extract<Expression, { kind: 'call' }>

const NULL: Expression = { kind: 'literal', text: 'NULL', slot: undefined }
const ONE: Expression = { kind: 'literal', text: '1', slot: undefined }

/** count(1) is count(*). */
function plainCount(call: Call): Call {
  const [argument] = call.args
  const isOfConstant = argument?.kind === 'literal' && argument.text !== 'NULL'
  const isOfRows = call.args.length === 0 || (isOfConstant && !call.isDistinct)
  return call.name === 'count' && isOfRows ? { ...call, name: 'count_star', args: [] } : call
}

/** Aggregates pass over NULLs: what FILTER leaves out becomes one. */
function withFilter(call: Call, filter: Expression | undefined): Expression {
  if (filter === undefined) return call
  if (call.name === 'count_star') return { ...call, name: 'count', args: [when(filter, ONE)] }
  if (call.args.length !== 1)
    throw new Unserved('an aggregate of several values has a filter of its own')
  return { ...call, args: [when(filter, call.args[0]!)] }
}

/** count_if adds up truth values; it is NULL where all of them are. */
function sumOfTruth(call: Call): Call {
  const cast = (type: string, arg: Expression): Expression => ({
    kind: 'cast',
    type,
    isTry: false,
    arg,
  })
  return { ...call, name: 'sum', args: [cast('INTEGER', cast('BOOLEAN', call.args[0]!))] }
}

function when(condition: Expression, result: Expression): Expression {
  return { kind: 'case', checks: [{ when: condition, result }], otherwise: NULL }
}

function typeName(type: Node): string {
  const id = String(type['id'])
  if (id === 'DECIMAL' && type['type_info'] !== null) {
    const { width, scale } = nodeOf(type['type_info'])
    return `DECIMAL(${width},${scale})`
  }
  if (!TYPES.test(id) || type['type_info'] !== null) throw new Unserved(`it casts to ${id}`)
  return id
}

/** The literal at the place of a constant; words such as TRUE and NULL have none. */
function parseConstant(node: Node, { sql, literals }: ParseContext): Literal {
  const value = nodeOf(node['value'])
  if (value['is_null'] === true) return { kind: 'literal', text: 'NULL', slot: undefined }
  const at = Number(node['query_location'])
  const sign = sql[at] === '-' ? /^-\s*/.exec(sql.slice(at))![0].length : 0
  const slot = literals.starts.indexOf(at + sign)
  if (slot >= 0) {
    return { kind: 'literal', text: `${sign > 0 ? '-' : ''}${literals.texts[slot]!}`, slot }
  }
  // TRUE and the month of EXTRACT (month FROM …) are texts in the tree and words in the statement.
  if (nodeOf(value['type'])['id'] === 'VARCHAR' && /^\w+$/.test(String(value['value']))) {
    return { kind: 'literal', text: `'${String(value['value'])}'`, slot: undefined }
  }
  throw new Unserved('a constant of it has no place in its text')
}
