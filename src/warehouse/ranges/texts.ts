import { quoteText } from '../../core/sql/database.ts'
import { type Ast, childrenOf, textOf } from '../layout/read/ast.ts'
import { compareTexts } from '../layout/read/columns.ts'
import { callOf, numberOf, type Texts, wordsInList, wordsOf } from './constants.ts'
import type { Compared, Draft, RangedColumn, ResolveRanged } from './implied.ts'

type Words = (texts: Texts) => string | undefined

/** `left(s, 3) = 'abc'` and the like: texts that begin so. */
export function ofBeginnings(
  { of, operator, constant, list }: Compared,
  resolve: ResolveRanged,
): readonly Draft[] {
  const beginning = operator === '=' ? beginningOf(of) : undefined
  const column = textColumn(beginning?.of, resolve)
  if (column === undefined || beginning === undefined) return []
  const { isFirst } = beginning
  if (list !== undefined) {
    const all = wordsInList(list)
    if (all === undefined) return []
    return [[(texts) => (isFirst(texts) ? betweenSql(column, all(texts)) : undefined)]]
  }
  const words = wordsOf(constant)
  if (words === undefined) return []
  return [beginsWith(column, (texts) => (isFirst(texts) ? words(texts) : undefined))]
}

/** `starts_with(s, 'abc')`, `s ^@ 'abc'`, and `s ILIKE '12%'` where letters have no case. */
export function ofCalls(node: Ast, resolve: ResolveRanged): readonly Draft[] {
  const call = callOf(node)
  const [first, second] = call?.args ?? []
  const column = textColumn(first, resolve)
  const words = wordsOf(second)
  if (call === undefined || column === undefined || words === undefined) return []
  if (/^(\^@|starts_with|prefix)$/.test(call.name)) return [beginsWith(column, words)]
  if (call.name !== '~~*' || call.args.length !== 2) return []
  return [beginsWith(column, (texts) => /^[\d .:/-]+/.exec(words(texts) ?? '')?.[0])]
}

function textColumn(node: Ast | undefined, resolve: ResolveRanged): RangedColumn | undefined {
  const column = node && resolve(node)
  return column?.type === 'VARCHAR' && !column.isCollated ? column : undefined
}

interface Beginning {
  readonly of: Ast
  /** Whether it begins at the first letter, in one statement. */
  readonly isFirst: (texts: Texts) => boolean
}

/** What an expression gives the first letters of: left(s, 3), substr(s, 1, 3), s[1:3]. */
function beginningOf(node: Ast): Beginning | undefined {
  const call = callOf(node)
  const parts = textOf(node, 'type') === 'ARRAY_SLICE' ? childrenOf(node, 'children') : call?.args
  const [of, from, count] = parts ?? []
  if (of === undefined || parts === undefined) return undefined
  if (call?.name === 'left') return parts.length === 2 ? { of, isFirst: () => true } : undefined
  if (call !== undefined && !/^substr(ing)?$/.test(call.name)) return undefined
  const start = numberOf(from)
  const length = numberOf(count)
  if (parts.length !== 3 || start === undefined || length === undefined) return undefined
  return { of, isFirst: (texts) => start(texts) === 1 && (length(texts) ?? 0) > 0 }
}

function beginsWith(column: RangedColumn, words: Words): Draft {
  return [(texts) => betweenSql(column, present(words(texts)))]
}

function present(words: string | undefined): readonly string[] | undefined {
  return words === undefined ? undefined : [words]
}

/** Texts from the least of some beginnings to the last that begins with the greatest. */
function betweenSql({ sql }: RangedColumn, all: readonly string[] | undefined): string | undefined {
  if (all === undefined || all.length === 0 || all.includes('')) return undefined
  const sorted = all.toSorted(compareTexts)
  const end = afterBeginning(sorted.at(-1)!)
  const low = `${sql} >= ${quoteText(sorted[0]!)}`
  return end === undefined ? low : `${low} AND ${sql} < ${quoteText(end)}`
}

/** The least text above all that begin so; undefined where there is none that is surely written. */
function afterBeginning(text: string): string | undefined {
  const letters = [...text]
  const last = letters.pop()!.codePointAt(0)!
  // Numbers of surrogates are no letters, and none follow the last.
  return (last >= 0xd7ff && last < 0xe000) || last >= 0x10ffff
    ? undefined
    : letters.join('') + String.fromCodePoint(last + 1)
}
