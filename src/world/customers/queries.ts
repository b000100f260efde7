import type { Random } from '../../core/random/random.ts'

/** What a product's title is made of; what shoppers name when they look for it. */
export interface ProductText {
  readonly department: string
  readonly subCategory: string
  readonly brand: string
  readonly adjective: string
  readonly material: string
  readonly noun: string
  readonly size: string
  readonly colour: string
}

/** The parts of a product that a query names, in the order a shopper types them. */
export type NamedPart =
  | 'subCategory'
  | 'brand'
  | 'adjective'
  | 'material'
  | 'colour'
  | 'noun'
  | 'size'

export interface Query {
  /** As typed: lower case, perhaps misspelt. */
  readonly text: string
  readonly parts: readonly NamedPart[]
  readonly misspelt: boolean
}

/** How shoppers name what they want: parts, and how often. The shares add up to 1. */
export const QUERY_SHAPES: readonly (readonly [share: number, parts: readonly NamedPart[]])[] = [
  [0.26, ['noun']],
  [0.15, ['material', 'noun']],
  [0.12, ['colour', 'noun']],
  [0.13, ['brand', 'noun']],
  [0.1, ['adjective', 'noun']],
  [0.08, ['noun', 'size']],
  [0.05, ['subCategory']],
  [0.04, ['brand']],
  [0.04, ['brand', 'material', 'noun']],
  [0.03, ['colour', 'material', 'noun']],
]

/** Share of queries with a slip of the finger. */
const TYPO_RATE = 0.08

/** Writes a query for a product that the shopper has in mind. */
export function writeQuery(wanted: ProductText, random: Random, typoRate = TYPO_RATE): Query {
  let u = random.next()
  let parts = QUERY_SHAPES[0]![1]
  for (const [share, shape] of QUERY_SHAPES) {
    parts = shape
    u -= share
    if (u < 0) break
  }
  const text = parts.map((part) => wanted[part].toLowerCase()).join(' ')
  const misspelt = random.next() < typoRate
  return { text: misspelt ? misspell(text, random) : text, parts, misspelt }
}

/** One slip in a text: two letters swapped, one left out, doubled, or replaced by a neighbouring key. */
export function misspell(text: string, random: Random): string {
  // The first letter is seldom wrong; a text of one letter stays as it is.
  if (text.length < 2) return text
  const at = 1 + random.int(text.length - 1)
  const before = text.slice(0, at)
  const letter = text[at]!
  const after = text.slice(at + 1)
  switch (random.int(4)) {
    case 0:
      return before.slice(0, -1) + letter + before.slice(-1) + after
    case 1:
      return before + after
    case 2:
      return before + letter + letter + after
    default:
      return before + neighbourKey(letter, random) + after
  }
}

const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']

function neighbourKey(letter: string, random: Random): string {
  const row = KEY_ROWS.find((keys) => keys.includes(letter))
  if (row === undefined) return letter
  const at = row.indexOf(letter)
  const neighbours = [row[at - 1], row[at + 1]].filter((key) => key !== undefined)
  return neighbours[random.int(neighbours.length)]!
}
