import type { Database } from '../../../core/sql/database.ts'
import { isKeptByParquet } from '../joined/choose-carried.ts'
import { commonNames } from '../joined/links.ts'
import {
  type Ast,
  astText,
  childOf,
  childrenOf,
  isAst,
  namesOf,
  textOf,
  walk,
} from '../read/ast.ts'
import { orderBoundOf, ROUNDING_AGGREGATES } from '../read/order-free.ts'

/** What a statement asks of a table whose rows may be read in any order and without other columns. */
export interface AskedOfTable {
  /** Its references to the table. */
  readonly scans: readonly Ast[]
  /** True names of the columns that it may use. */
  readonly columns: ReadonlySet<string>
}

/** What is known of a database's columns and functions where statements are read. */
export interface Names {
  /** Types of the columns of each name, in lower case, of all tables and views. */
  readonly types: ReadonlyMap<string, readonly string[]>
  /** Macros, in lower case: what they name is not seen in a statement. */
  readonly macros: ReadonlySet<string>
}

/** Reads the names of a database. */
export async function readNames(db: Database): Promise<Names> {
  const columns = await db.rows<{ name: string; type: string }>(
    'SELECT DISTINCT lower(column_name) AS name, data_type AS type FROM duckdb_columns() WHERE NOT internal',
  )
  const macros = await db.rows<{ name: string }>(
    `SELECT DISTINCT lower(function_name) AS name FROM duckdb_functions()
     WHERE NOT internal AND contains(function_type, 'macro')`,
  )
  const types = new Map<string, string[]>()
  for (const { name, type } of columns) types.set(name, [...(types.get(name) ?? []), type])
  return { types, macros: new Set(macros.map(({ name }) => name)) }
}

/**
 * What a statement asks of a table; undefined where its answer may follow the order of rows, where it is
 * not sure which columns it uses, or where it does not read the table. Every column whose name stands
 * anywhere in the statement counts as used, so that without the others all names mean what they meant.
 */
export function askedOfTable(
  statement: Ast,
  table: string,
  columns: ReadonlyMap<string, { readonly name: string; readonly type: string }>,
  names: Names,
): AskedOfTable | undefined {
  if (commonNames(statement).has(table.toLowerCase())) return undefined
  const scans: Ast[] = []
  const used = new Set<string>()
  const own = new Set([table.toLowerCase()])
  let isKnown = true
  const doubt = (isDoubtful: boolean) => {
    if (isDoubtful) isKnown = false
  }
  walk(statement, (node) => {
    doubt(!isKnownNode(node, names))
    if (isReference(node, table)) {
      doubt(!isPlain(node))
      scans.push(node)
      own.add(textOf(node, 'alias').toLowerCase())
    }
    if (textOf(node, 'type') === 'SELECT_NODE' && hasStar(node) && readsDirectly(node, table)) {
      for (const { name } of columns.values()) used.add(name)
    }
    const named = [
      ...namesOf(node),
      ...((node['using_columns'] as readonly unknown[] | undefined) ?? []).map(String),
    ]
    for (const name of named) {
      const column = columns.get(name.toLowerCase())
      if (column !== undefined) used.add(column.name)
    }
    return isKnown
  })
  if (!isKnown || scans.length === 0) return undefined
  const isWhole = (node: Ast) => namesOf(node).length === 1 && own.has(nameOf(node))
  if (has(statement, (node) => isWhole(node) && !columns.has(nameOf(node)))) return undefined
  const typeOf = new Map([...columns.values()].map(({ name, type }) => [name, type]))
  if ([...used].some((name) => !isKeptByParquet(typeOf.get(name)!))) return undefined
  return isOrderFree(statement, names) ? { scans, columns: used } : undefined
}

/** Whether an answer is the same to the last digit in whatever order rows are read. */
function isOrderFree(statement: Ast, names: Names): boolean {
  const bound = orderBoundOf(withoutSettledLimits(statement, names))
  if (bound === 'free') return true
  return bound === 'rounding' && !has(statement, (node) => isRounded(node, statement, names))
}

const CLASSES = new Set(
  `FUNCTION CONSTANT COLUMN_REF COMPARISON CONJUNCTION BETWEEN OPERATOR CAST CASE SUBQUERY WINDOW
   STAR LAMBDA`.split(/\s+/),
)
const NODES =
  /^(SELECT_NODE|SET_OPERATION_NODE|CTE_NODE|BASE_TABLE|JOIN|SUBQUERY|EMPTY|TABLE_FUNCTION|EXPRESSION_LIST)$/
/** Another value each time. */
const CHANCE = new Set(
  'random setseed gen_random_uuid uuid uuidv4 uuidv7 nextval currval'.split(' '),
)
/** What a read of files may be asked besides its columns. */
const OF_FILES = new Set(['rowid', 'filename', 'file_row_number', 'file_index'])

function isKnownNode(node: Ast, { types, macros }: Names): boolean {
  const kind = textOf(node, 'class')
  if (kind !== '' && !CLASSES.has(kind)) return false
  const isQuery = 'select_list' in node || 'from_table' in node || 'ref_type' in node
  if (isQuery && !NODES.test(textOf(node, 'type'))) return false
  if (textOf(node, 'type').startsWith('RECURSIVE')) return false
  if (/^(NATURAL|POSITIONAL|ASOF)$/.test(textOf(node, 'ref_type'))) return false
  if (childOf(node, 'sample') !== undefined) return false
  const called = textOf(node, 'function_name').toLowerCase()
  if (CHANCE.has(called) || macros.has(called)) return false
  return kind !== 'COLUMN_REF' || !namesOf(node).some((name) => isOfFile(name, types))
}

function isOfFile(name: string, types: Names['types']): boolean {
  const lower = name.toLowerCase()
  return OF_FILES.has(lower) && (lower === 'rowid' || !types.has(lower))
}

function isReference(node: Ast, table: string): boolean {
  if (textOf(node, 'type') !== 'BASE_TABLE') return false
  return textOf(node, 'table_name').toLowerCase() === table.toLowerCase()
}

/** Whether a reference names the table of this schema, as it is now, with its columns as they are named. */
function isPlain(scan: Ast): boolean {
  const schema = textOf(scan, 'schema_name')
  return (
    (schema === '' || schema === 'main') &&
    textOf(scan, 'catalog_name') === '' &&
    childOf(scan, 'at_clause') === undefined &&
    (scan['column_name_alias'] as readonly unknown[] | undefined)?.length === 0
  )
}

function readsDirectly(select: Ast, table: string): boolean {
  const within = (node: Ast | undefined): boolean =>
    node !== undefined &&
    (isReference(node, table) ||
      (textOf(node, 'type') === 'JOIN' &&
        (within(childOf(node, 'left')) || within(childOf(node, 'right')))))
  return within(childOf(select, 'from_table'))
}

/** Whether there is a star in a SELECT itself; in one within it counts too, which asks for more than needed. */
function hasStar(select: Ast): boolean {
  return has(select, (node) => textOf(node, 'class') === 'STAR')
}

function has(within: Ast, test: (node: Ast) => boolean): boolean {
  let found = false
  walk(within, (node) => {
    if (test(node)) found = true
    return !found
  })
  return found
}

function nameOf(node: Ast): string {
  return namesOf(node).at(-1)!.toLowerCase()
}

/** Whether an aggregate adds up what may be floats. */
function isRounded(node: Ast, statement: Ast, names: Names): boolean {
  const name = textOf(node, 'function_name').toLowerCase()
  if (!ROUNDING_AGGREGATES.has(name)) return false
  return (
    !/^(sum|avg|mean)$/.test(name) ||
    has(statement, renamesColumns) ||
    !childrenOf(node, 'children').every((argument) => isExact(argument, statement, names))
  )
}

/** Whether columns get names that are not seen where they are computed. */
function renamesColumns(node: Ast): boolean {
  const aliases = [node['column_name_alias'], node['aliases'], node['column_aliases']]
  return (
    /^(TABLE_FUNCTION|EXPRESSION_LIST)$/.test(textOf(node, 'type')) ||
    aliases.some((list) => Array.isArray(list) && list.length > 0)
  )
}

const EXACT_TYPE = /^(BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL.*)$/

/** Whether an expression is a whole or a decimal number, whose sums no order changes. */
function isExact(node: Ast, statement: Ast, names: Names): boolean {
  const all = (...parts: readonly (Ast | undefined)[]) =>
    parts.every((part) => part === undefined || isExact(part, statement, names))
  switch (textOf(node, 'class')) {
    case 'COLUMN_REF': {
      const name = nameOf(node)
      const types = names.types.get(name) ?? []
      const isComputed = (one: Ast) => textOf(one, 'alias').toLowerCase() === name
      return types.length > 0 && types.every(isExactType) && !has(statement, isComputed)
    }
    case 'CONSTANT': {
      const value = childOf(node, 'value') ?? {}
      return value['is_null'] === true || isExactType(textOf(childOf(value, 'type') ?? {}, 'id'))
    }
    case 'CAST':
      return isExactType(textOf(childOf(node, 'cast_type') ?? {}, 'id'))
    case 'FUNCTION':
      return (
        ['+', '-', '*'].includes(textOf(node, 'function_name')) &&
        all(...childrenOf(node, 'children'))
      )
    case 'CASE':
      return all(
        ...childrenOf(node, 'case_checks').map((check) => childOf(check, 'then_expr')),
        childOf(node, 'else_expr'),
      )
    case 'COMPARISON':
    case 'CONJUNCTION':
    case 'BETWEEN':
      return true
    default:
      return false
  }
}

function isExactType(type: string): boolean {
  return EXACT_TYPE.test(type)
}

/** Without the LIMIT of queries whose groups an ORDER BY tells apart: which of them it keeps is settled. */
function withoutSettledLimits(node: Ast, names: Names): Ast {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) {
    copy[key] = isAst(value)
      ? withoutSettledLimits(value, names)
      : Array.isArray(value)
        ? value.map((item: unknown) => (isAst(item) ? withoutSettledLimits(item, names) : item))
        : value
  }
  if (!isSettled(node, names)) return copy
  const isLimit = (one: Ast) => textOf(one, 'type') === 'LIMIT_MODIFIER'
  return { ...copy, modifiers: childrenOf(node, 'modifiers').filter((one) => !isLimit(one)) }
}

function isSettled(select: Ast, { types }: Names): boolean {
  const groups = childrenOf(select, 'group_expressions')
  const sets = select['group_sets']
  if (groups.length === 0 || !Array.isArray(sets) || sets.length !== 1) return false
  const items = childrenOf(select, 'select_list')
  const meant = (node: Ast): Ast => {
    const place = Number(childOf(node, 'value')?.['value'] ?? Number.NaN)
    if (textOf(node, 'class') === 'CONSTANT') return items[place - 1] ?? node
    const isName = textOf(node, 'class') === 'COLUMN_REF' && namesOf(node).length === 1
    const isNamed = (item: Ast) => textOf(item, 'alias').toLowerCase() === nameOf(node)
    return (isName ? items.find(isNamed) : undefined) ?? node
  }
  const text = (node: Ast) => astText({ ...meant(node), alias: '' })
  const ordered = new Set(
    childrenOf(select, 'modifiers')
      .flatMap((modifier) => childrenOf(modifier, 'orders'))
      .map((order) => text(childOf(order, 'expression') ?? {})),
  )
  // GROUP BY takes such a name for the column, ORDER BY for what is computed.
  const isTwofold = (item: Ast) => {
    const alias = textOf(item, 'alias').toLowerCase()
    const isItself = textOf(item, 'class') === 'COLUMN_REF' && nameOf(item) === alias
    return types.has(alias) && !isItself
  }
  return !items.some(isTwofold) && groups.every((group) => ordered.has(text(group)))
}
