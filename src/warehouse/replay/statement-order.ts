/** What the top level of a statement says of the order of its rows. */
export interface StatementOrder {
  readonly isOrdered: boolean
  readonly isLimited: boolean
  /** Names (lower case) and ordinals it orders by; an expression stands as it is. */
  readonly by: readonly string[]
}

/** Reads ORDER BY and LIMIT of the outermost query, past texts, comments and brackets. */
export function orderOf(sql: string): StatementOrder {
  const top = topLevel(sql)
  const order = /\border\s+by\b/i.exec(top)
  const isLimited = /\b(limit|fetch\s+first|using\s+sample)\b/i.test(top)
  if (order === null) return { isOrdered: false, isLimited, by: [] }
  const rest = top.slice(order.index + order[0].length)
  const end = /\b(limit|offset|fetch|union|except|intersect|using)\b|;/i.exec(rest)
  const by = rest
    .slice(0, end?.index ?? rest.length)
    .split(',')
    .map((part) => nameOf(part.trim()))
  return { isOrdered: true, isLimited, by }
}

function nameOf(part: string): string {
  const bare = part
    .replace(/\s+(asc|desc)\b/i, '')
    .replace(/\s+nulls\s+(first|last)\b/i, '')
    .trim()
  return bare
    .replace(/^("?\w+"?\s*\.\s*)+/, '')
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase()
}

/**
 * Whether a statement only reads, by its words: each of its parts begins like a read, and none, nor
 * what EXPLAIN and WITH lead to, changes rows. Errs on the side of writes.
 */
export function isRead(sql: string): boolean {
  return topLevel(sql)
    .split(';')
    .every((part) => part.trim() === '' || (READS.test(part) && !CHANGES.test(part)))
}

const READS = /^\s*(\(|(select|with|from|values|describe|show|explain|summarize)\b)/i
const CHANGES =
  /\b(insert\s+(or\s+\w+\s+)?into|update|delete\s+from|merge\s+into|into\s+\w+\s+from|create|drop|alter|truncate|copy|nextval)\b/i

/** Whether a statement tells of the database itself, its plans, files and catalogue, not of rows. */
export function tellsOfDatabase(sql: string): boolean {
  return (
    /^\s*(explain|pragma|call|show|checkpoint)\b/i.test(topLevel(sql)) ||
    /\b(duckdb_\w+|pragma_\w+)\s*\(|\b(information_schema|pg_catalog)\s*\.|\bsqlite_(master|schema)\b/i.test(
      sql,
    )
  )
}

/** The statement with texts, comments and what is in brackets left out. */
function topLevel(sql: string): string {
  const plain = sql
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/--[^\n]*/g, ' ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
  let depth = 0
  let kept = ''
  for (const character of plain) {
    if (character === ')' || character === ']') depth--
    else if (depth === 0) kept += character
    if (character === '(' || character === '[') depth++
  }
  return kept
}
