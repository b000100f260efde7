/**
 * An expression of a statement, its columns resolved to tables and its constants to their literals.
 * Smaller than DuckDB's AST: what is not here is not rewritten.
 */
export type Expression =
  | {
      readonly kind: 'column'
      readonly table: string
      readonly name: string
      /** As DuckDB writes it. */
      readonly type: string
    }
  | Literal
  | {
      readonly kind: 'call'
      readonly name: string
      readonly isOperator: boolean
      readonly isAggregate: boolean
      readonly isDistinct: boolean
      readonly args: readonly Expression[]
    }
  | {
      readonly kind: 'cast'
      readonly type: string
      readonly isTry: boolean
      readonly arg: Expression
    }
  | {
      readonly kind: 'compare'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'logic'
      readonly operator: 'AND' | 'OR'
      readonly args: readonly Expression[]
    }
  | {
      readonly kind: 'between'
      readonly arg: Expression
      readonly lower: Expression
      readonly upper: Expression
    }
  | { readonly kind: 'operator'; readonly name: string; readonly args: readonly Expression[] }
  | Window
  | Semi
  /** A column of a table inside a subquery. */
  | { readonly kind: 'inner'; readonly alias: string; readonly name: string }
  | {
      readonly kind: 'case'
      readonly checks: readonly { readonly when: Expression; readonly result: Expression }[]
      readonly otherwise: Expression
    }

/** One part of ORDER BY. */
export interface OrderPart {
  readonly expression: Expression
  /** DESC, NULLS FIRST and the like, as written; empty: the default. */
  readonly suffix: string
}

/** A function over rows around the row: what it is computed of stands behind the grouping. */
export interface Window {
  readonly kind: 'window'
  readonly name: string
  readonly args: readonly Expression[]
  readonly partitions: readonly Expression[]
  readonly orders: readonly OrderPart[]
  /** Whether it counts rows, not values that are equal in the order. */
  readonly isOfRows: boolean
  /** From where and to where. */
  readonly frame: readonly [from: FrameEnd, to: FrameEnd]
}

/** Whether tables hold rows that meet conditions, which may read columns around them; or IN of what they hold. */
export interface Semi {
  readonly kind: 'semi'
  readonly from: readonly { readonly table: string; readonly alias: string }[]
  readonly conditions: readonly Expression[]
  /** Of IN: what is looked for, and what it is compared with. */
  readonly arg?: Expression
  readonly item?: Expression
}

export interface FrameEnd {
  /** UNBOUNDED PRECEDING, CURRENT ROW, …; behind `rows` PRECEDING or FOLLOWING alone. */
  readonly at: string
  readonly rows?: Expression
}

/** A constant: `text` as it is written, with its sign; `slot` is its place among the literals. */
export interface Literal {
  readonly kind: 'literal'
  readonly text: string
  readonly slot: number | undefined
}

/** Writes some expressions in another way; undefined: as they are. */
export type Replace = (expression: Expression) => string | undefined

/** Thrown inside this folder where a statement cannot be served; the message is the reason. */
export class Unserved extends Error {}

/** The expressions right below `e`. */
export function partsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'column':
    case 'inner':
    case 'literal':
      return []
    case 'semi':
      return [e.arg, e.item, ...e.conditions].filter((part) => part !== undefined)
    case 'cast':
      return [e.arg]
    case 'compare':
      return [e.left, e.right]
    case 'between':
      return [e.arg, e.lower, e.upper]
    case 'case':
      return [...e.checks.flatMap(({ when, result }) => [when, result]), e.otherwise]
    case 'window':
      return [
        ...e.args,
        ...e.partitions,
        ...e.orders.map(({ expression }) => expression),
        ...e.frame.flatMap(({ rows }) => (rows === undefined ? [] : [rows])),
      ]
    default:
      return e.args
  }
}

/** The same with other expressions right below it. */
export function mapParts(e: Expression, change: (part: Expression) => Expression): Expression {
  switch (e.kind) {
    case 'column':
    case 'inner':
    case 'literal':
      return e
    case 'cast':
      return { ...e, arg: change(e.arg) }
    case 'compare':
      return { ...e, left: change(e.left), right: change(e.right) }
    case 'between':
      return { ...e, arg: change(e.arg), lower: change(e.lower), upper: change(e.upper) }
    case 'case': {
      const checks = e.checks.map(({ when, result }) => ({
        when: change(when),
        result: change(result),
      }))
      return { ...e, checks, otherwise: change(e.otherwise) }
    }
    case 'window':
      throw new Unserved('it computes windows where rows are chosen')
    case 'semi': {
      const { arg, item, conditions } = e
      return {
        ...e,
        conditions: conditions.map(change),
        ...(arg === undefined ? {} : { arg: change(arg) }),
        ...(item === undefined ? {} : { item: change(item) }),
      }
    }
    default:
      return { ...e, args: e.args.map(change) }
  }
}

/** Whether `test` holds for `e` or for anything in it. */
export function someIn(e: Expression, test: (part: Expression) => boolean): boolean {
  return test(e) || partsOf(e).some((part) => someIn(part, test))
}

/** Everything in `e` for which `test` holds, outermost first, without looking into what was taken. */
export function collect(e: Expression, test: (part: Expression) => boolean): Expression[] {
  return test(e) ? [e] : partsOf(e).flatMap((part) => collect(part, test))
}

/** Literals of `e` in the order they are written. */
export function literalsOf(e: Expression): Literal[] {
  return collect(e, (part) => part.kind === 'literal') as Literal[]
}

/** Columns of `e`, each once for each time it stands there. */
export function columnsOf(e: Expression): Extract<Expression, { kind: 'column' }>[] {
  return collect(e, (part) => part.kind === 'column') as Extract<Expression, { kind: 'column' }>[]
}

/** A name in double quotes. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * SQL of an expression. Without `replace` it is canonical: equal expressions have equal texts
 * whatever aliases their statements used.
 */
export function print(e: Expression, replace?: Replace): string {
  const replaced = replace?.(e)
  if (replaced !== undefined) return replaced
  const write = (part: Expression) => print(part, replace)
  switch (e.kind) {
    case 'column':
      return `${quote(e.table)}.${quote(e.name)}`
    case 'literal':
      return e.text.startsWith('-') ? `(${e.text})` : e.text
    case 'call':
      return printCall(e, write)
    case 'cast':
      return `${e.isTry ? 'TRY_CAST' : 'CAST'}(${write(e.arg)} AS ${e.type})`
    case 'compare':
      return `(${write(e.left)} ${e.operator} ${write(e.right)})`
    case 'logic':
      return `(${e.args.map(write).join(` ${e.operator} `)})`
    case 'between':
      return `(${write(e.arg)} BETWEEN ${write(e.lower)} AND ${write(e.upper)})`
    case 'operator':
      return printOperator(e.name, e.args.map(write))
    case 'window':
      return printWindow(e, write)
    case 'inner':
      return `${quote(e.alias)}.${quote(e.name)}`
    case 'semi':
      return printSemi(e, write)
    case 'case': {
      const checks = e.checks.map(({ when, result }) => `WHEN ${write(when)} THEN ${write(result)}`)
      return `CASE ${checks.join(' ')} ELSE ${write(e.otherwise)} END`
    }
  }
}

function printCall(
  e: Extract<Expression, { kind: 'call' }>,
  write: (part: Expression) => string,
): string {
  if (e.name === 'count_star') return 'count(*)'
  const args = e.args.map(write)
  if (e.isOperator && args.length === 2) return `(${args[0]} ${e.name} ${args[1]})`
  if (e.isOperator && args.length === 1) return `(${e.name}${args[0]})`
  return `${quote(e.name)}(${e.isDistinct ? 'DISTINCT ' : ''}${args.join(', ')})`
}

function printSemi(
  { from, conditions, arg, item }: Semi,
  write: (part: Expression) => string,
): string {
  const tables = from.map(({ table, alias }) => `${quote(table)} AS ${quote(alias)}`).join(', ')
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(write).join(' AND ')}`
  if (arg === undefined || item === undefined) return `EXISTS (SELECT 1 FROM ${tables}${where})`
  return `(${write(arg)} IN (SELECT ${write(item)} FROM ${tables}${where}))`
}

function printWindow(e: Window, write: (part: Expression) => string): string {
  const args = e.name === 'count_star' ? ['*'] : e.args.map(write)
  const orders = e.orders.map(({ expression, suffix }) => `${write(expression)}${suffix}`)
  const [from, to] = e.frame.map(({ at, rows }) =>
    rows === undefined ? at : `${write(rows)} ${at}`,
  )
  const over = [
    e.partitions.length === 0 ? '' : `PARTITION BY ${e.partitions.map(write).join(', ')}`,
    orders.length === 0 ? '' : `ORDER BY ${orders.join(', ')}`,
    `${e.isOfRows ? 'ROWS' : 'RANGE'} BETWEEN ${from} AND ${to}`,
  ]
  const name = e.name === 'count_star' ? 'count' : quote(e.name)
  return `${name}(${args.join(', ')}) OVER (${over.filter(Boolean).join(' ')})`
}

function printOperator(name: string, args: readonly string[]): string {
  const [first, ...rest] = args
  if (name === 'IS NULL' || name === 'IS NOT NULL') return `(${first} ${name})`
  if (name === 'NOT') return `(NOT ${first})`
  if (name === 'GROUPING') return `GROUPING(${args.join(', ')})`
  if (name === 'COALESCE') return `COALESCE(${args.join(', ')})`
  return `(${first} ${name} (${rest.join(', ')}))`
}
