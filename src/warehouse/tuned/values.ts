import type { Answer } from '../../core/sql/answer.ts'
import { quoteName, quoteText, type SqlValue } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import { recentMap } from '../watch/templates.ts'
import { findNode } from '../watch/tree.ts'
import { type ColumnKinds, type Place, placesOf } from './value-places.ts'

/** Statements with $1, $2, … as statements by themselves, which templates, views and plans know. */
export interface ValueWriter {
  /** The statement that asks the same; undefined where that is not known for sure. */
  write(sql: string, values: readonly SqlValue[]): Promise<string | undefined>
  /** A table changed its columns: what was known of it is read again. */
  forget(): void
}

const STATEMENTS = 2000
/** Texts in quotes and comments stay as they are. */
const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g
/** Texts written otherwise, in which a $1 would be missed. */
const UNUSUAL = /\$(?!\d)|\bE'/i

/**
 * Writes values into statements. A value that is compared with a column of its own kind, cast or a
 * limit stands as the literal of it, everywhere else cast to the type that it is bound with, so that
 * the statement is read as the one with values is. The tree of a statement is read once.
 */
export function createValueWriter(db: {
  answer(sql: string, values?: readonly SqlValue[]): Promise<Answer>
}): ValueWriter {
  let known = recentMap<ReadonlyMap<number, Place> | 'never'>(STATEMENTS)
  const columns = new Map<string, ColumnKinds>()
  const read = async (sql: string): Promise<ReadonlyMap<number, Place> | 'never'> => {
    if (UNUSUAL.test(sql)) return 'never'
    const { columns: cells } = await db.answer(SERIALIZE, [sql])
    const parsed = JSON.parse(String(cells[0]![0])) as ParsedStatements
    const [statement, second] = parsed.statements ?? []
    if (statement === undefined || second !== undefined) return 'never'
    const kinds: ColumnKinds[] = []
    for (const table of tablesIn(statement.node)) kinds.push(await kindsOf(db, table, columns))
    const places = placesOf(statement.node, kinds)
    const isWhole = places?.size === statement.named_param_map.length
    return places !== undefined && isWhole && allNumbered(sql, places) ? places : 'never'
  }
  return {
    async write(sql, values) {
      const places = known.get(sql) ?? (await read(sql).catch(() => 'never' as const))
      known.set(sql, places)
      if (places === 'never' || places.size !== values.length) return undefined
      return writeValues(sql, values, places)
    },
    forget() {
      columns.clear()
      // Kinds of columns are in what was known of statements.
      known = recentMap(STATEMENTS)
    },
  }
}

const SERIALIZE = 'SELECT json_serialize_sql(CAST($1 AS VARCHAR))'

interface ParsedStatements {
  readonly statements?: readonly {
    readonly node: unknown
    readonly named_param_map: readonly unknown[]
  }[]
}

function tablesIn(node: unknown): readonly string[] {
  const tables = new Set<string>()
  findNode(node, (one) => {
    if (one['type'] !== 'BASE_TABLE') return false
    const path = [one['catalog_name'], one['schema_name'], one['table_name']].map(String)
    tables.add(
      path
        .filter((part) => part !== '')
        .map(quoteName)
        .join('.'),
    )
    return false
  })
  return [...tables]
}

/** The kinds of a table's columns; none of what is no table (a name of a WITH). */
async function kindsOf(
  db: { answer(sql: string): Promise<Answer> },
  table: string,
  known: Map<string, ColumnKinds>,
): Promise<ColumnKinds> {
  const found = known.get(table)
  if (found !== undefined) return found
  const kinds = new Map<string, string>()
  try {
    const { columns } = await db.answer(`DESCRIBE ${table}`)
    for (const [i, name] of columns[0]!.entries()) {
      kinds.set(String(name).toLowerCase(), String(columns[1]![i]))
    }
  } catch (error) {
    if (!/does not exist/i.test(messageOf(error))) throw error
  }
  known.set(table, kinds)
  return kinds
}

/** Whether the $n that would be replaced are the parameters of the tree: none of them named or a ?. */
function allNumbered(sql: string, places: ReadonlyMap<number, Place>): boolean {
  const found = new Set<number>()
  for (const [, number] of sql.matchAll(PARTS)) {
    if (number !== undefined) found.add(Number(number))
  }
  return found.size === places.size && [...found].every((number) => places.has(number))
}

function writeValues(
  sql: string,
  values: readonly SqlValue[],
  places: ReadonlyMap<number, Place>,
): string | undefined {
  let isWhole = true
  const written = sql.replaceAll(PARTS, (part, number: string | undefined) => {
    if (number === undefined) return part
    const literal = literalOf(Number(number), values, places.get(Number(number))!)
    if (literal === undefined) isWhole = false
    return literal ?? part
  })
  return isWhole ? written : undefined
}

/** As DuckDB binds it: whole numbers as INTEGER or BIGINT, others as DOUBLE, texts as VARCHAR. */
function literalOf(
  number: number,
  values: readonly SqlValue[],
  { whole: asWhole, text: asText, beside }: Place,
): string | undefined {
  const value = values[number - 1]
  const isOfOneKind = beside.every((other) => kindOf(values[other - 1]) === kindOf(value))
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') {
    if (value.includes('\0')) return undefined
    const text = quoteText(value)
    return asText === 'plain' && isOfOneKind ? text : `CAST(${text} AS VARCHAR)`
  }
  if (value === undefined || !Number.isFinite(value)) return undefined
  // A number with an exponent is a DOUBLE.
  if (!Number.isInteger(value)) return spaced(value.toExponential())
  if (!Number.isSafeInteger(value)) return undefined
  // −0 is bound as 0.
  const whole = String(value + 0)
  if (asWhole === 'plain' && isOfOneKind) return spaced(whole)
  const type = value >= -(2 ** 31) && value < 2 ** 31 ? 'INTEGER' : 'BIGINT'
  return `CAST(${whole} AS ${type})`
}

const kindOf = (value: SqlValue | undefined) =>
  typeof value === 'number' && !Number.isInteger(value) ? 'fraction' : typeof value

/** Two signs behind each other would begin a comment. */
function spaced(number: string): string {
  return number.startsWith('-') ? ` ${number}` : number
}
