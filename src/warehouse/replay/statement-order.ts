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
