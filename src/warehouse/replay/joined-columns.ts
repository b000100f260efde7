/** Columns that a log sets equal to each other: `table.column=table.column`, lower case, both ways round. */
export type JoinedColumns = ReadonlySet<string>

/** A column, of any table or of one by its name or alias. */
const COLUMN = String.raw`(?:"?\b(\w+)"?\s*\.\s*)?"?\b([a-z_]\w*)"?`
const EQUAL = new RegExp(`${COLUMN}\\s*=\\s*${COLUMN}`, 'gi')
const AMONG = new RegExp(
  `${COLUMN}\\s+(?:not\\s+)?in\\s*\\(\\s*select\\s+(?:distinct\\s+)?${COLUMN}\\s+from\\b`,
  'gi',
)
const USING = /\busing\s*\(([^()]*)\)/gi

/** A table and its columns. */
export interface NamedTable {
  readonly name: string
  readonly columns: readonly string[]
}

/**
 * Finds in statements `x.a = y.b`, `a = b`, `a IN (SELECT b FROM …)` and USING, x and y tables or their
 * aliases, a and b columns of one of the tables that the statement names; a hint at what refers to what,
 * not a parse: what it misses must be found by names and values.
 */
export function joinedColumns(
  statements: Iterable<string>,
  tables: readonly NamedTable[],
): JoinedColumns {
  const pairs = new Set<string>()
  const aliases = aliasesOf(tables)
  for (const sql of statements) {
    const found = [...sql.matchAll(EQUAL), ...sql.matchAll(AMONG)]
    const shared = [...sql.matchAll(USING)].flatMap(([, names]) => names!.split(','))
    if (found.length === 0 && shared.length === 0) continue
    const at = resolver(sql, tables, aliases)
    const join = (left: readonly string[], right: readonly string[]) => {
      for (const a of left) for (const b of right) if (a !== b) pairs.add(`${a}=${b}`)
    }
    for (const [, x, a, y, b] of found) {
      const [left, right] = [at.one(x, a!), at.one(y, b!)]
      if (left === undefined || right === undefined) continue
      // Without aliases, columns of one table are compared in a row, not joined.
      if (x === undefined && y === undefined && left.table === right.table) continue
      const texts = [`${left.table}.${left.column}`, `${right.table}.${right.column}`] as const
      pairs.add(texts.join('=')).add(texts.toReversed().join('='))
    }
    for (const name of shared) {
      const all = at.all(name.trim().replaceAll('"', '')).map((c) => `${c.table}.${c.column}`)
      join(all, all)
    }
  }
  return pairs
}

interface Column {
  readonly table: string
  readonly column: string
}

function aliasesOf(tables: readonly NamedTable[]): RegExp | undefined {
  if (tables.length === 0) return undefined
  const names = tables.map(({ name }) => name.replace(/[^\w]/g, '\\$&')).join('|')
  return new RegExp(`"?\\b(${names})\\b"?\\s+(?:as\\s+)?"?(\\w+)"?`, 'gi')
}

/** What columns stand for in a statement. */
function resolver(sql: string, tables: readonly NamedTable[], aliases: RegExp | undefined) {
  const words = new Set(sql.toLowerCase().match(/\w+/g) ?? [])
  const named = tables
    .map(({ name, columns }) => ({
      name: name.toLowerCase(),
      columns: columns.map((column) => column.toLowerCase()),
    }))
    .filter(({ name }) => (name.match(/\w+/g) ?? []).every((word) => words.has(word)))
  const tableOf = new Map(named.map((table) => [table.name, table]))
  for (const [, table, alias] of aliases === undefined ? [] : sql.matchAll(aliases)) {
    const known = tableOf.get(table!.toLowerCase())
    if (known !== undefined) tableOf.set(alias!.toLowerCase(), known)
  }
  const all = (name: string): readonly Column[] => {
    const column = name.toLowerCase()
    return named.flatMap(({ name: table, columns }) =>
      columns.includes(column) ? [{ table, column }] : [],
    )
  }
  return {
    all,
    /** None where no table has the column, or several have it. */
    one(alias: string | undefined, name: string): Column | undefined {
      const table = alias === undefined ? undefined : tableOf.get(alias.toLowerCase())
      const column = name.toLowerCase()
      if (table?.columns.includes(column)) return { table: table.name, column }
      const found = alias === undefined ? all(name) : []
      return found.length === 1 ? found[0] : undefined
    },
  }
}
