import { TOKEN, Tokens } from '../watch/tokens.ts'

/** A SELECT taken apart at its top level; texts as they were written. */
export interface SelectClauses {
  readonly items: readonly string[]
  readonly from: string
  /** What WHERE joins by AND. */
  readonly where: readonly string[]
  readonly groupBy: readonly string[]
  /** ORDER BY and what follows it, or ''. */
  readonly tail: string
}

interface Word {
  /** Lower case for names and keywords, as written for the rest. */
  readonly text: string
  readonly from: number
  readonly depth: number
}

const REFUSED = new Set([
  'having',
  'union',
  'intersect',
  'except',
  'distinct',
  'over',
  'window',
  'with',
  'filter',
  'within',
  'lateral',
  'for',
  'tablesample',
])

/**
 * Takes apart `SELECT … FROM … [WHERE …] GROUP BY … [ORDER BY … LIMIT …]`; undefined for every other
 * form, above all for what a grouped table could not answer (HAVING, DISTINCT, windows, set operations).
 */
export function clausesOf(sql: string): SelectClauses | undefined {
  const words = wordsOf(sql)
  if (words === undefined || words[0]?.text !== 'select') return undefined
  if (words.some(({ text }) => REFUSED.has(text))) return undefined
  if (words.filter(({ text }) => text === 'select').length !== 1) return undefined
  const at = (text: string, then?: string) =>
    words.findIndex(
      (word, i) =>
        word.depth === 0 &&
        word.text === text &&
        (then === undefined || words[i + 1]?.text === then),
    )
  const [from, where, group, order] = [
    at('from'),
    at('where'),
    at('group', 'by'),
    at('order', 'by'),
  ]
  const limits = [at('limit'), at('offset'), at('fetch')].filter((i) => i >= 0)
  if (from < 0 || group < 0) return undefined
  const tail = Math.min(...[order, ...limits].filter((i) => i >= 0), words.length)
  const start = (i: number) => (i < words.length ? words[i]!.from : sql.length)
  const slice = (a: number, b: number) => sql.slice(start(a), start(b)).trim()
  return {
    items: splitAt(words, sql, 1, from, ','),
    from: slice(from + 1, where < 0 ? group : where),
    where: where < 0 ? [] : splitAt(words, sql, where + 1, group, 'and'),
    groupBy: splitAt(words, sql, group + 2, tail, ','),
    tail: slice(tail, words.length),
  }
}

/** Texts between separators at the top level; the AND of a BETWEEN separates nothing. */
function splitAt(
  words: readonly Word[],
  sql: string,
  from: number,
  to: number,
  separator: string,
): readonly string[] {
  const start = (i: number) => (i < words.length ? words[i]!.from : sql.length)
  const parts: string[] = []
  let begin = start(from)
  let between = false
  for (let i = from; i < to; i++) {
    const { text, depth } = words[i]!
    if (depth > 0) continue
    if (text === 'between') between = true
    if (text !== separator) continue
    if (separator === 'and' && between) {
      between = false
      continue
    }
    parts.push(sql.slice(begin, words[i]!.from).trim())
    begin = words[i]!.from + text.length
  }
  parts.push(sql.slice(begin, start(to)).trim())
  return parts
}

/** Signs and parameters that are understood. */
const KNOWN = /^(?:[-+*/%<>=(),.;[\]{}~!@#^&|?:]|\$\d+$)/

/** The words of a statement without spaces and comments; undefined where a character is unknown. */
function wordsOf(sql: string): readonly Word[] | undefined {
  const tokens = new Tokens(sql.replace(/;\s*$/, ''))
  const words: Word[] = []
  let depth = 0
  while (tokens.next()) {
    const { kind, start, end } = tokens
    if (kind === TOKEN.space || kind === TOKEN.comment) continue
    const word = tokens.sql.slice(start, end)
    const isKnown =
      kind === TOKEN.sign || kind === TOKEN.parameter ? KNOWN.test(word) : kind !== TOKEN.open
    if (!isKnown) return undefined
    if (word === ')') depth--
    words.push({ text: kind === TOKEN.word ? word.toLowerCase() : word, from: start, depth })
    if (word === '(') depth++
  }
  return depth === 0 ? words : undefined
}
