import { type Condition, isWord, nameOf, readConditions, type Words } from './words.ts'

/** A table of a FROM clause. */
export interface Relation {
  /** With its alias, as it is written. */
  readonly text: string
  readonly alias: string
  /** Conditions of its LEFT JOIN: at least one makes it equal to a table before it, the others are on it alone. */
  readonly left?: readonly Condition[]
}

export interface Source {
  readonly relations: readonly Relation[]
  /** Of the ON of inner joins. */
  readonly conditions: readonly Condition[]
}

// table, schema . table, table AS alias, table alias
const PLAIN = /^[\w"]+( \. [\w"]+)?( as)? [\w"]+$|^[\w"]+( \. [\w"]+)?$/i
const OTHER_JOINS = new Set(
  'right full cross natural semi anti asof positional lateral using tablesample sample'.split(' '),
)

interface Part {
  readonly words: (string | number)[]
  readonly isLeft: boolean
  readonly isComma: boolean
  on?: (string | number)[]
}

/** Reads tables joined by commas, [INNER] JOIN … ON and LEFT JOIN … ON; undefined where there is anything else. */
export function readFrom(words: Words): Source | undefined {
  const parts = splitJoins(words)
  if (parts === undefined) return undefined
  const relations: Relation[] = []
  const conditions: Condition[] = []
  for (const part of parts) {
    const text = part.words.join(' ')
    const on = readConditions(part.on ?? [])
    if (!PLAIN.test(text) || on === undefined) return undefined
    const alias = nameOf(String(part.words.at(-1)))
    if (relations.some((relation) => relation.alias === alias)) return undefined
    if (part.isLeft) {
      if (!isOwn(on, alias, relations)) return undefined
      relations.push({ text, alias, left: on })
    } else {
      relations.push({ text, alias })
      conditions.push(...on)
    }
  }
  const isLeft = relations.some(({ left }) => left !== undefined)
  return isLeft && parts.some(({ isComma }) => isComma) ? undefined : { relations, conditions }
}

/** Whether the ON of a LEFT JOIN is equalities with tables before it and conditions on the table alone. */
function isOwn(on: readonly Condition[], alias: string, before: readonly Relation[]): boolean {
  const isKnown = (name: string) => name === alias || before.some((one) => one.alias === name)
  return (
    on.some(({ isEdge }) => isEdge) &&
    on.every(
      ({ aliases, isEdge }) =>
        aliases.has(alias) && (aliases.size === 1 || isEdge) && [...aliases].every(isKnown),
    )
  )
}

function splitJoins(words: Words): readonly Part[] | undefined {
  const parts: Part[] = [{ words: [], isLeft: false, isComma: false }]
  let isLeft = false
  let depth = 0
  for (const [i, word] of words.entries()) {
    const small = typeof word === 'string' ? word.toLowerCase() : ''
    if (word === '(') depth++
    if (word === ')') depth--
    const part = parts.at(-1)!
    if (depth > 0 || small === ')') {
      if (part.on === undefined) return undefined
      part.on.push(word)
    } else if (OTHER_JOINS.has(small)) return undefined
    else if (small === 'inner' || small === 'outer') {
      if (!isWord(words[i + 1], 'join')) return undefined
    } else if (small === 'left') isLeft = true
    else if (small === ',' || small === 'join') {
      parts.push({ words: [], isLeft, isComma: small === ',' })
      isLeft = false
    } else if (small === 'on') part.on = []
    else (part.on ?? part.words).push(word)
  }
  const isWhole = parts.every(({ isComma, on }, i) => i === 0 || isComma === (on === undefined))
  return isWhole ? parts : undefined
}
