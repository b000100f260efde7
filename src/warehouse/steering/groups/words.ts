import { TOKEN } from '../shape.ts'

/** A statement's words in their order; a number is the slot of a constant. */
export type Words = readonly (string | number)[]

/** A column, both names as they are compared: small letters, without quotes. */
export interface NamedColumn {
  readonly alias: string
  readonly column: string
}

/** A condition that has to hold, and what it reads. */
export interface Condition {
  readonly words: Words
  readonly columns: readonly NamedColumn[]
  readonly aliases: ReadonlySet<string>
  /** Whether it says that columns of two tables are equal, and no more. */
  readonly isEdge: boolean
}

/** Words a condition may hold beside its columns and constants. */
const PLAIN_WORDS = new Set(
  `and or between in not is null like ilike timestamp date cast as bigint integer int smallint double
  varchar text decimal true false`.split(/\s+/),
)
const SIGNS = /^(?:[()=<>,+\-*/%]|::|<>|!=|<=|>=|\d+(?:\.\d+)?)$/
const NAME = /^["\p{L}_]/u

/** The words of a template, each ? with its place; undefined where they are not so many constants. */
export function wordsOf(template: string, constants: number): Words | undefined {
  const tokens = template.match(TOKEN) ?? []
  if (tokens.at(-1) === ';') tokens.pop()
  let slot = 0
  const words = tokens.map((token) => (token === '?' ? slot++ : token))
  return slot === constants ? words : undefined
}

/** Whether a word is this one of the grammar, however it is written. */
export function isWord(word: string | number | undefined, small: string): boolean {
  return typeof word === 'string' && word.toLowerCase() === small
}

/** A name without its quotes. */
export function plainName(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word
}

/** A name as it is compared. */
export function nameOf(word: string): string {
  return plainName(word).toLowerCase()
}

export function isName(word: string | number | undefined): word is string {
  return typeof word === 'string' && NAME.test(word)
}

/** Text with constants in their slots; a text and a slot never touch. */
export function textOf(words: Words): (string | number)[] {
  return words.flatMap((word) => (typeof word === 'number' ? [word, ' '] : [`${word} `]))
}

/** Parts between commas that stand in no parentheses. */
export function splitByCommas(words: Words): readonly Words[] {
  const parts: (string | number)[][] = [[]]
  let depth = 0
  for (const word of words) {
    if (word === '(') depth++
    if (word === ')') depth--
    if (word === ',' && depth === 0) parts.push([])
    else parts.at(-1)!.push(word)
  }
  return parts
}

/**
 * Conditions that AND joins, outside of parentheses and BETWEEN. Undefined where one is not understood:
 * a function, a subquery, a column without its table, an OR that stands in no parentheses.
 */
export function readConditions(words: Words): readonly Condition[] | undefined {
  const conditions: Condition[] = []
  for (const part of conjuncts(words)) {
    const condition = readCondition(part)
    if (condition === undefined) return undefined
    conditions.push(condition)
  }
  return conditions
}

function conjuncts(words: Words): readonly Words[] {
  const parts: (string | number)[][] = [[]]
  let depth = 0
  let isBetween = false
  for (const word of words) {
    if (word === '(') depth++
    if (word === ')') depth--
    if (depth === 0 && isWord(word, 'between')) isBetween = true
    const isAnd = depth === 0 && isWord(word, 'and')
    if (isAnd && !isBetween) parts.push([])
    else parts.at(-1)!.push(word)
    if (isAnd) isBetween = false
  }
  return parts.filter((part) => part.length > 0)
}

function readCondition(words: Words): Condition | undefined {
  const columns: NamedColumn[] = []
  let depth = 0
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (typeof word === 'number') continue
    if (word === '(') depth++
    if (word === ')') depth--
    if (words[i + 1] === '.') {
      const column = words[i + 2]
      if (!isName(word) || !isName(column) || words[i + 3] === '.') return undefined
      columns.push({ alias: nameOf(word), column: nameOf(column) })
      i += 2
    } else if (NAME.test(word)) {
      const small = word.toLowerCase()
      if (!PLAIN_WORDS.has(small) || (small === 'or' && depth === 0)) return undefined
      // "in (", "cast (" are no calls; "date (" is one.
      if (words[i + 1] === '(' && !/^(?:and|or|in|not|cast|decimal|between)$/.test(small)) return
    } else if (!SIGNS.test(word)) return undefined
  }
  const aliases = new Set(columns.map(({ alias }) => alias))
  const isEdge =
    words.length === 7 && words[3] === '=' && columns.length === 2 && aliases.size === 2
  return aliases.size === 0 ? undefined : { words, columns, aliases, isEdge }
}
