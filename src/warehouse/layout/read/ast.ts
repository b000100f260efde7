import type { Database } from '../../../core/sql/database.ts'

/** A node of the syntax tree that DuckDB serializes; what is absent reads as undefined. */
export interface Ast {
  readonly [key: string]: unknown
}

/** A child node, or undefined. */
export function childOf(node: Ast, key: string): Ast | undefined {
  const value = node[key]
  return isAst(value) ? value : undefined
}

/** Child nodes, none where there is no list. */
export function childrenOf(node: Ast, key: string): readonly Ast[] {
  const value = node[key]
  return Array.isArray(value) ? value.filter(isAst) : []
}

/** A text of a node, '' where there is none. */
export function textOf(node: Ast, key: string): string {
  const value = node[key]
  return typeof value === 'string' ? value : ''
}

/** The names of a column reference, such as ['l', 'price']. */
export function namesOf(node: Ast): readonly string[] {
  const names = node['column_names']
  return Array.isArray(names) ? names.map(String) : []
}

export function isAst(value: unknown): value is Ast {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Calls `visit` for a node and all below it; a false return keeps it from going deeper. */
export function walk(node: Ast, visit: (node: Ast) => boolean): void {
  if (!visit(node)) return
  for (const value of Object.values(node)) {
    if (isAst(value)) walk(value, visit)
    else if (Array.isArray(value)) for (const item of value) if (isAst(item)) walk(item, visit)
  }
}

/**
 * The query nodes of SELECT statements; undefined for what is no single SELECT that DuckDB parses.
 * One question to the database for all of them.
 */
export async function parseSelects(
  db: Database,
  statements: readonly string[],
): Promise<readonly (Ast | undefined)[]> {
  if (statements.length === 0) return []
  const list = statements.map((_, i) => `(${i}, CAST($${i + 1} AS VARCHAR))`).join(', ')
  const rows = await db.rows<{ parsed: string }>(
    `SELECT json_serialize_sql(q) AS parsed FROM (VALUES ${list}) AS t(i, q) ORDER BY i`,
    statements.map((sql) => sql.replace(/;\s*$/, '')),
  )
  return rows.map(({ parsed }) => {
    const tree = JSON.parse(parsed) as Ast
    const parts = childrenOf(tree, 'statements')
    return tree['error'] === false && parts.length === 1 ? childOf(parts[0]!, 'node') : undefined
  })
}

/** JSON of a tree. Where its parts stood is left out: the numbers are beyond what a double holds. */
export function astText(ast: Ast): string {
  return JSON.stringify(ast, (name, value: unknown) => (name === 'query_location' ? 0 : value))
}

/** SQL of query nodes, in the order given. */
export async function writeSelects(
  db: Database,
  nodes: readonly Ast[],
): Promise<readonly string[]> {
  if (nodes.length === 0) return []
  const list = nodes.map((_, i) => `(${i}, CAST($${i + 1} AS JSON))`).join(', ')
  const rows = await db.rows<{ sql: string }>(
    `SELECT json_deserialize_sql(j) AS sql FROM (VALUES ${list}) AS t(i, j) ORDER BY i`,
    nodes.map((node) => astText({ error: false, statements: [{ node, named_param_map: [] }] })),
  )
  return rows.map(({ sql }) => sql)
}

const EMPTY_SELECT: Ast = {
  type: 'SELECT_NODE',
  modifiers: [],
  cte_map: { map: [] },
  from_table: { type: 'EMPTY', alias: '', sample: null },
  where_clause: null,
  group_expressions: [],
  group_sets: [],
  aggregate_handling: 'STANDARD_HANDLING',
  having: null,
  sample: null,
  qualify: null,
}

/** SQL of single expressions. */
export async function writeExpressions(
  db: Database,
  expressions: readonly Ast[],
): Promise<readonly string[]> {
  const written = await writeSelects(
    db,
    expressions.map((expression) => ({
      ...EMPTY_SELECT,
      select_list: [{ ...expression, alias: '' }],
    })),
  )
  return written.map((sql) => sql.replace(/^SELECT /, ''))
}
