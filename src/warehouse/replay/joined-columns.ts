/** Columns that a log sets equal to each other: `table.column=table.column`, lower case, both ways round. */
export type JoinedColumns = ReadonlySet<string>

const PAIR = /"?(\w+)"?\s*\.\s*"?(\w+)"?\s*=\s*"?(\w+)"?\s*\.\s*"?(\w+)"?/g

/**
 * Finds `x.a = y.b` in statements, x and y tables or their aliases; a hint at what refers to what,
 * not a parse: what it misses must be found by names and values.
 */
export function joinedColumns(
  statements: Iterable<string>,
  tables: readonly string[],
): JoinedColumns {
  const pairs = new Set<string>()
  const names = tables.map((table) => table.replace(/[^\w]/g, '\\$&')).join('|')
  const aliased = new RegExp(`"?\\b(${names})\\b"?\\s+(?:as\\s+)?"?(\\w+)"?`, 'gi')
  for (const sql of statements) {
    const found = [...sql.matchAll(PAIR)]
    if (found.length === 0) continue
    const tableOf = new Map(tables.map((table) => [table.toLowerCase(), table.toLowerCase()]))
    for (const [, table, alias] of sql.matchAll(aliased)) {
      tableOf.set(alias!.toLowerCase(), table!.toLowerCase())
    }
    for (const [, x, a, y, b] of found) {
      const left = `${tableOf.get(x!.toLowerCase())}.${a!.toLowerCase()}`
      const right = `${tableOf.get(y!.toLowerCase())}.${b!.toLowerCase()}`
      pairs.add(`${left}=${right}`).add(`${right}=${left}`)
    }
  }
  return pairs
}
