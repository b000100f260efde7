import { type Database, quoteText } from '../../../core/sql/database.ts'
import { encodeText, type SampleColumn } from '../choose/sample.ts'
import { type Ast, astText, writeExpressions } from './ast.ts'
import { encodeSql } from './columns.ts'
import type { Comparison, Condition } from './conditions.ts'
import { ALL, joinAll, type Predicate } from './predicate.ts'

/** Constants known so far: SQL of each expression by its tree, value by SQL. */
export interface Constants {
  readonly sqlOf: Map<string, string>
  readonly values: Map<string, { readonly value: number | string | null; readonly type: string }>
}

export function createConstants(): Constants {
  return { sqlOf: new Map(), values: new Map() }
}

type Compare = Extract<Condition, { readonly kind: 'compare' }>

/**
 * Conditions with their constants computed by DuckDB, as predicates on encoded values of `columns`.
 * What cannot be computed, and comparisons by which DuckDB does not prune, become `all`.
 */
export async function bindConditions(
  db: Database,
  conditions: readonly Condition[],
  columns: readonly SampleColumn[],
  constants: Constants,
): Promise<readonly Predicate[]> {
  const places = new Map(columns.map(({ name }, i) => [name, i]))
  await writeConstants(db, conditions.flatMap(constantsIn), constants)
  const asked = conditions.flatMap((condition) =>
    comparisonsIn(condition).flatMap((part) => {
      const at = places.get(part.column)
      return at === undefined ? [] : [valueSql(part, columns[at]!, constants)]
    }),
  )
  await computeValues(db, asked, constants)
  return conditions.map((condition) => bindOne(condition, columns, places, constants))
}

function constantsIn(condition: Condition): readonly Ast[] {
  return comparisonsIn(condition).map(({ constant }) => constant)
}

/** All comparisons in a condition; those with members of a list among them. */
function comparisonsIn(condition: Condition): readonly Compare[] {
  switch (condition.kind) {
    case 'compare':
      return [condition]
    case 'in':
      return condition.constants.map((constant) => equalTo(condition.column, constant))
    case 'and':
    case 'or':
      return condition.parts.flatMap(comparisonsIn)
    default:
      return []
  }
}

function equalTo(column: string, constant: Ast): Compare {
  return { kind: 'compare', column, operator: '=', constant }
}

async function writeConstants(
  db: Database,
  asts: readonly Ast[],
  { sqlOf }: Constants,
): Promise<void> {
  const unknown = new Map<string, Ast>()
  for (const ast of asts) {
    const key = keyOf(ast)
    if (!sqlOf.has(key)) unknown.set(key, ast)
  }
  const written = await writeExpressions(db, [...unknown.values()])
  ;[...unknown.keys()].forEach((key, i) => {
    sqlOf.set(key, written[i]!)
  })
}

const keys = new WeakMap<Ast, string>()

/** The text of a tree without the places where its parts stood. */
function keyOf(ast: Ast): string {
  let key = keys.get(ast)
  if (key === undefined) {
    key = astText(ast)
    keys.set(ast, key)
  }
  return key
}

/** SQL of a constant as the column's encoding has it, and SQL of the constant by itself. */
function valueSql(
  part: Compare,
  column: SampleColumn,
  { sqlOf }: Constants,
): { readonly sql: string; readonly plain: string } {
  const plain = sqlOf.get(keyOf(part.constant))!
  const encoding = column.encoding!
  if (encoding === 'text') return { plain, sql: `CAST(${plain} AS VARCHAR)` }
  const typed = { boolean: 'BOOLEAN', number: 'DOUBLE', time: 'TIMESTAMP' }[encoding]
  let sql = `CAST(${plain} AS ${typed})`
  if (part.truncate !== undefined) sql = `date_trunc(${quoteText(part.truncate)}, ${sql})`
  if (part.plus !== undefined) sql = `${sql} + INTERVAL '${part.plus}'`
  return { plain, sql: encodeSql(encoding, typed, sql) }
}

const AT_ONCE = 100

async function computeValues(
  db: Database,
  asked: readonly { readonly sql: string; readonly plain: string }[],
  constants: Constants,
): Promise<void> {
  const unknown = [
    ...new Map(
      asked.filter(({ sql }) => !constants.values.has(sql)).map((one) => [one.sql, one]),
    ).values(),
  ]
  for (let i = 0; i < unknown.length; i += AT_ONCE) {
    const some = unknown.slice(i, i + AT_ONCE)
    await compute(db, some, constants).catch(async () => {
      // One that DuckDB refuses must not take the others with it.
      for (const one of some) await compute(db, [one], constants).catch(() => undefined)
    })
  }
}

async function compute(
  db: Database,
  asked: readonly { readonly sql: string; readonly plain: string }[],
  { values }: Constants,
): Promise<void> {
  const list = asked.map(({ sql, plain }, i) => `${sql} AS v${i}, typeof(${plain}) AS t${i}`)
  const [row] = await db.rows(`SELECT ${list.join(', ')}`)
  asked.forEach(({ sql }, i) => {
    values.set(sql, { value: row![`v${i}`]!, type: String(row![`t${i}`]) })
  })
}

/**
 * Whether DuckDB compares the column as it is with a constant of this type. Where it casts the
 * column instead (a day with an instant, a whole number with a fraction) no row group is skipped.
 */
function isPrunedBy(columnType: string, constantType: string): boolean {
  if (constantType === 'VARCHAR' || constantType === 'DATE') return true
  const isWhole = /INT/.test(constantType)
  if (/INT/.test(columnType)) return isWhole
  if (columnType === 'DATE') return false
  const decimal = /^DECIMAL\(\d+,(\d+)\)$/
  const scale = decimal.exec(columnType)?.[1]
  if (scale === undefined) return true
  return isWhole || Number(decimal.exec(constantType)?.[1] ?? Infinity) <= Number(scale)
}

function bindOne(
  condition: Condition,
  columns: readonly SampleColumn[],
  places: ReadonlyMap<string, number>,
  constants: Constants,
): Predicate {
  switch (condition.kind) {
    case 'all':
      return ALL
    case 'and':
    case 'or':
      return joinAll(
        condition.kind,
        condition.parts.map((part) => bindOne(part, columns, places, constants)),
      )
    case 'null': {
      const column = places.get(condition.column)
      return column === undefined ? ALL : { kind: 'null', column, isNull: condition.isNull }
    }
    case 'compare': {
      const column = places.get(condition.column)
      const value = encodedConstant(condition, columns, column, constants)
      return column === undefined || value === undefined
        ? ALL
        : rangeOf(column, condition.operator, value)
    }
    case 'in': {
      const column = places.get(condition.column)
      const values = condition.constants.map((constant) =>
        encodedConstant(equalTo(condition.column, constant), columns, column, constants),
      )
      return column === undefined || values.includes(undefined)
        ? ALL
        : { kind: 'in', column, values: values as number[] }
    }
  }
}

function encodedConstant(
  part: Compare,
  columns: readonly SampleColumn[],
  at: number | undefined,
  constants: Constants,
): number | undefined {
  if (at === undefined) return undefined
  const column = columns[at]!
  const known = constants.values.get(valueSql(part, column, constants).sql)
  if (known === undefined || known.value === null) return undefined
  if (part.truncate === undefined && !isPrunedBy(column.type, known.type)) return undefined
  return typeof known.value === 'string' ? encodeText(column, known.value) : known.value
}

function rangeOf(column: number, operator: Comparison, value: number): Predicate {
  const range = { kind: 'range', column, low: -Infinity, high: Infinity } as const
  const closed = { lowOpen: false, highOpen: false }
  switch (operator) {
    case '=':
      return { ...range, ...closed, low: value, high: value }
    case '<':
      return { ...range, ...closed, high: value, highOpen: true }
    case '<=':
      return { ...range, ...closed, high: value }
    case '>':
      return { ...range, ...closed, low: value, lowOpen: true }
    case '>=':
      return { ...range, ...closed, low: value }
    case '<>':
      return ALL
  }
}
