import type { Database } from '../../core/sql/database.ts'
import type { ConstantKind, StatementTree, TreeNode } from '../types.ts'
import { splice } from './constants.ts'

/** What the tree of a statement says of it: nothing to rewrite where it is no single SELECT. */
export interface ReadTree {
  readonly kind: 'select' | 'other'
  readonly tables: readonly string[]
  /** Whether it is SQL at all. */
  readonly isParsed: boolean
  /** Absent for other statements. */
  readonly tree?: StatementTree
  /** Why it is no SELECT, or does not parse. */
  readonly reason?: string
}

/**
 * Asks DuckDB for the tree of a statement and tries whether constants decide it: the same statement
 * with other constants must have the same tree without constants. One statement is sent.
 */
export async function readTree(
  db: Database,
  sql: string,
  spans: Int32Array,
  kinds: readonly ConstantKind[],
): Promise<ReadTree> {
  const others = splice(sql, spans, otherConstants(kinds))
  const { columns } = await db.answer(SERIALIZE, [sql, others])
  const asked = parseTree(String(columns[0]![0]))
  if (asked.node === undefined) return { kind: 'other', tables: [], ...asked }
  const varied = parseTree(String(columns[1]![0]))
  const isTrusted = varied.node !== undefined && skeletonOf(varied.node) === skeletonOf(asked.node)
  const isRepeatable = !findNode(asked.node, isUnrepeatable)
  const node = withSlots(asked.node, slotFinder(sql, spans))
  return {
    kind: 'select',
    isParsed: true,
    tables: tablesOf(node),
    tree: { node, isTrusted, isRepeatable },
  }
}

const SERIALIZE =
  'SELECT json_serialize_sql(CAST($1 AS VARCHAR)), json_serialize_sql(CAST($2 AS VARCHAR))'

/**
 * Constants of another length and value, read wherever one of the kind is. Equal ones stay equal:
 * DuckDB drops an expression that is grouped by twice.
 */
function otherConstants(kinds: readonly ConstantKind[]): (text: string, slot: number) => string {
  const numbers = new Map<string, number>()
  return (text, slot) => {
    const number = numbers.get(text) ?? 7001 + numbers.size
    numbers.set(text, number)
    const kind = kinds[slot]!
    if (kind === 'list') return `${number}, ${number}1, ${number}2`
    return kind === 'number' ? `${number}` : `'${number}'`
  }
}

type Parsed =
  | { readonly node: TreeNode }
  | { readonly node?: undefined; readonly reason: string; readonly isParsed: boolean }

function parseTree(json: string): Parsed {
  const parsed = JSON.parse(json) as {
    readonly error: boolean
    readonly error_type?: string
    readonly error_message?: string
    readonly statements?: readonly { readonly node: TreeNode }[]
  }
  if (parsed.error) {
    return { reason: parsed.error_message ?? 'no tree', isParsed: parsed.error_type !== 'parser' }
  }
  const [first, second] = parsed.statements ?? []
  if (first === undefined || second !== undefined)
    return { reason: 'not one statement', isParsed: true }
  if (findNode(first.node, ({ type }) => type === 'SHOW_REF')) {
    return { reason: 'it describes a table', isParsed: true }
  }
  return { node: first.node }
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value !== null && typeof value === 'object' ? Object.values(value) : []
}

/** Whether some object of a tree fulfils `test`. */
export function findNode(value: unknown, test: (node: TreeNode) => boolean): boolean {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
  if (isObject && test(value as TreeNode)) return true
  return childrenOf(value).some((child) => findNode(child, test))
}

/** Functions whose answer is not a matter of their arguments alone (duckdb_functions, stability). */
const UNREPEATABLE = new Set([
  ...['current_connection_id', 'current_database', 'current_date', 'current_query'],
  ...['current_query_id', 'current_schema', 'current_schemas', 'current_transaction_id', 'currval'],
  ...['gen_random_uuid', 'get_current_time', 'get_current_timestamp', 'in_search_path', 'nextval'],
  ...['now', 'random', 'setseed', 'sleep_ms', 'stats', 'today', 'transaction_timestamp'],
  ...['txid_current', 'uuid', 'uuidv4', 'uuidv7', 'write_log', 'current_time', 'localtime'],
  ...['current_timestamp', 'localtimestamp', 'getvariable', 'current_setting', 'current_user'],
  ...['current_role', 'session_user', 'user', 'version', 'getenv'],
])

/** Table functions whose arguments are values: they name nothing, and the same give the same rows. */
const OF_VALUES = new Set(['range', 'generate_series', 'unnest'])

function namesThings(node: TreeNode): boolean {
  if (node['type'] !== 'TABLE_FUNCTION') return false
  const { function_name: name } = node['function'] as { readonly function_name?: string }
  return !OF_VALUES.has(String(name))
}

function isUnrepeatable(node: TreeNode): boolean {
  if (node['sample'] !== undefined && node['sample'] !== null) return true
  if (namesThings(node)) return true
  if (node['class'] === 'FUNCTION') return UNREPEATABLE.has(String(node['function_name']))
  // Without parentheses they are read as columns: current_date.
  const names = node['class'] === 'COLUMN_REF' ? (node['column_names'] as string[]) : []
  return names.length === 1 && UNREPEATABLE.has(names[0]!.toLowerCase())
}

/**
 * A text of the tree without the values and places of its constants. Constants stay where they say
 * what the statement is: columns to group, order and be distinct by, and arguments of table functions
 * and of COLUMNS. Constants behind IN count as one, however many.
 */
export function skeletonOf(node: unknown): string {
  return JSON.stringify(bare(node, 'value'))
}

/**
 * How a constant right here is taken: as a value; as the place of a column, where no expression is
 * around it; or as what names files, tables or columns, however deep.
 */
type Taken = 'value' | 'place' | 'name'

const PLACES = new Set(['group_expressions', 'orders', 'distinct_on_targets'])

function takenUnder(node: TreeNode, property: string, taken: Taken): Taken {
  if (taken === 'name') return 'name'
  if (property === 'function' && namesThings(node)) return 'name'
  if (node['class'] === 'STAR' && property === 'expr') return 'name'
  if (isTruthWord(node)) return 'name'
  if (PLACES.has(property)) return 'place'
  // An item of ORDER BY has its expression one deeper; what is in an expression is a value again.
  return node['class'] === undefined ? taken : 'value'
}

function bare(value: unknown, taken: Taken): unknown {
  if (Array.isArray(value)) return value.map((item) => bare(item, taken))
  if (value === null || typeof value !== 'object') return value
  const node = value as TreeNode
  if (node['class'] === 'CONSTANT') {
    return taken !== 'value' || isWord(node) ? [node['value']] : '?'
  }
  const isList = node['type'] === 'COMPARE_IN' || node['type'] === 'COMPARE_NOT_IN'
  const out: Record<string, unknown> = {}
  for (const [property, child] of Object.entries(node)) {
    if (property === 'query_location' || property === 'slot') continue
    const kept = bare(child, takenUnder(node, property, taken))
    out[property] = isList && property === 'children' ? withoutRuns(kept) : kept
  }
  return out
}

/** NULL is a word of the template, as TRUE and FALSE are. */
function isWord(node: TreeNode): boolean {
  return (node['value'] as { readonly is_null?: boolean }).is_null === true
}

/** TRUE and FALSE come as casts of 't' and 'f' that stand nowhere in the text. */
function isTruthWord(node: TreeNode): boolean {
  const type = node['cast_type'] as { readonly id?: string } | undefined
  return type?.id === 'BOOLEAN' && Number(node['query_location']) > Number.MAX_SAFE_INTEGER
}

function withoutRuns(children: unknown): unknown {
  const list = children as readonly unknown[]
  return list.filter((child, i) => child !== '?' || list[i - 1] !== '?')
}

/** From a byte of the statement to the constant that begins there. */
function slotFinder(sql: string, spans: Int32Array): (byte: number) => number | undefined {
  const encoder = new TextEncoder()
  let bytes = 0
  let at = 0
  const places = Array.from(spans, (place) => {
    bytes += encoder.encode(sql.slice(at, place)).length
    at = place
    return bytes
  })
  return (byte) => {
    for (let k = 0; 2 * k < places.length; k++) {
      if (byte >= places[2 * k]! && byte < places[2 * k + 1]!) return k
    }
    return undefined
  }
}

function withSlots(value: unknown, slotAt: (byte: number) => number | undefined): TreeNode {
  if (Array.isArray(value)) return value.map((item) => withSlots(item, slotAt)) as never
  if (value === null || typeof value !== 'object') return value as never
  const out: Record<string, unknown> = {}
  for (const [property, child] of Object.entries(value)) out[property] = withSlots(child, slotAt)
  if (out['class'] === 'CONSTANT') {
    const slot = slotAt(Number(out['query_location']))
    if (slot !== undefined) out['slot'] = slot
  }
  return out
}

/** Tables that a tree reads, sorted: names with their schema where it is given, common table expressions left out. */
export function tablesOf(node: TreeNode): readonly string[] {
  const found = new Set<string>()
  collectTables(node, new Set(), found)
  return [...found].sort()
}

function collectTables(value: unknown, expressions: ReadonlySet<string>, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectTables(item, expressions, found)
    return
  }
  if (value === null || typeof value !== 'object') return
  const node = value as TreeNode
  if (node['type'] === 'BASE_TABLE') {
    const schema = String(node['schema_name'] ?? '')
    const table = String(node['table_name'])
    if (schema !== '') found.add(`${schema}.${table}`)
    else if (!expressions.has(table.toLowerCase())) found.add(table)
  }
  const inside = withExpressions(node, expressions, found)
  for (const [property, child] of Object.entries(node)) {
    if (property !== 'cte_map') collectTables(child, inside, found)
  }
}

/** Each common table expression sees those before it; the statement they belong to sees all. */
function withExpressions(
  node: TreeNode,
  expressions: ReadonlySet<string>,
  found: Set<string>,
): ReadonlySet<string> {
  const map = (node['cte_map'] as { readonly map?: readonly CommonTable[] } | undefined)?.map ?? []
  if (map.length === 0) return expressions
  const inside = new Set(expressions)
  for (const { key, value } of map) {
    const isRecursive = findNode(value, ({ type }) => type === 'RECURSIVE_CTE_NODE')
    collectTables(value, isRecursive ? new Set([...inside, key.toLowerCase()]) : inside, found)
    inside.add(key.toLowerCase())
  }
  return inside
}

interface CommonTable {
  readonly key: string
  readonly value: unknown
}
