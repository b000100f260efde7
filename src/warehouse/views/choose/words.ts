import { type Expression, print } from '../read/expression.ts'
import type { Wish } from './wish.ts'

const LONGEST = 240

/** What a view would hold, for people: its tables, groups, measures and filters. */
export function wishInWords(wish: Wish): string {
  const { tables, groups, aggregates, moving, still } = wish
  const write = (e: Expression): string =>
    print(e, (part) => {
      if (part.kind !== 'column') return undefined
      return tables.length === 1 ? part.name : `${part.table}.${part.name}`
    }).replaceAll(/"(\w+)"\(/g, '$1(')
  const list = (parts: readonly Expression[]) => [...new Set(parts.map(write))].join(', ')
  const over = moving.flatMap((condition) => condition.over)
  const words = [
    aggregates.length === 0 ? 'rows' : list(aggregates),
    `of ${tables.join(', ')}`,
    groups.length === 0 ? '' : `by ${list(groups)}`,
    over.length === 0 ? '' : `filtered by ${list(over)}`,
    still.length === 0 ? '' : `where ${list(still)}`,
  ]
  return shortened(words.filter(Boolean).join(' '))
}

/** The beginning of a statement that could not be read. */
export function statementInWords(sql: string): string {
  return shortened(sql.replaceAll(/\s+/g, ' ').trim())
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}
