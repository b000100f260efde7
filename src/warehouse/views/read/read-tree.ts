import type { Database } from '../../../core/sql/database.ts'
import { Unserved } from './expression.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'

/** The tree of the one SELECT that a text is, its places counted in UTF-16. Throws Unserved for others. */
export async function readTree(db: Database, sql: string): Promise<Node> {
  const tree = await db.answer('SELECT json_serialize_sql(CAST($1 AS VARCHAR))', [sql])
  const parsed = nodeOf(JSON.parse(withPlacesInText(String(tree.columns[0]![0]), sql)))
  if (parsed['error'] !== false) throw new Unserved('it is no SELECT that can be parsed')
  const statements = nodesOf(parsed['statements'])
  if (statements.length !== 1) throw new Unserved('it is several statements')
  return nodeOf(statements[0]!['node'])
}

/** The same of a tree that is read already. */
export function treeInText(tree: Node, sql: string): Node {
  return isAscii(sql) ? tree : nodeOf(JSON.parse(withPlacesInText(JSON.stringify(tree), sql)))
}

/** SQL of a SELECT with the queries that WITH names around it. Throws Unserved where DuckDB writes none. */
export async function writeTree(
  db: Database,
  node: Node,
  named: readonly unknown[],
): Promise<string> {
  const whole = withoutPlaces({ ...node, cte_map: { map: named } })
  const statements = { error: false, statements: [{ node: whole }] }
  const json = JSON.stringify(statements)
  const written = await db
    .answer('SELECT json_deserialize_sql(CAST($1 AS JSON))', [json])
    .catch(() => undefined)
  const sql = written?.columns[0]?.[0]
  if (typeof sql !== 'string') throw new Unserved('a part of it cannot be written by itself')
  return sql
}

/** A tree without places in the text, so that equal trees are equal JSON. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => key !== 'query_location' && key !== 'slot')
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutPlaces(part)]))
}

const isAscii = (sql: string) => /^[\0-\x7f]*$/.test(sql)

/** Places in the tree count bytes of UTF-8; texts here count UTF-16. */
function withPlacesInText(tree: string, sql: string): string {
  if (isAscii(sql)) return tree
  const bytes = Buffer.from(sql)
  return tree.replace(/"query_location":(\d+)/g, (whole, place: string) => {
    const at = Number(place)
    if (at > bytes.length) return whole
    return `"query_location":${bytes.subarray(0, at).toString('utf8').length}`
  })
}
