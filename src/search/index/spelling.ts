import type { SortedWords } from './sorted-words.ts'
import type { TermTable } from './term-table.ts'

/** A word close to another, and how many letters lie between them. */
export interface CloseWord {
  readonly word: number
  readonly distance: number
}

/** Letters that may be wrong in a word of so many: none to 3, one to 7, two beyond. */
export function allowedDistance(length: number): number {
  return length <= 3 ? 0 : length <= 7 ? 1 : 2
}

/**
 * Words within a distance of a text: letters inserted, left out, replaced, or two neighbours swapped
 * (optimal string alignment; Damerau 1964). The words stand in order, so those that begin alike
 * share the rows of the table, and where no ending can come back within the distance all are skipped:
 *
 *            i p h o n e      rows by letters of the word, columns by letters of the text;
 *          0 1 2 …            a row depends on the two above: one stack of rows serves all words
 *        i 1 0 1 …
 *        p 2 1 0 …
 */
export function closeWords(
  words: SortedWords,
  table: TermTable,
  text: string,
  distance: number,
): readonly CloseWord[] {
  const columns = text.length + 1
  const longest = text.length + distance
  const rows = new Uint8Array((longest + 2) * columns).map((_, j) => (j < columns ? j : 0))
  const found: CloseWord[] = []
  const { order, shared } = words
  let dead = 0x7fffffff
  let valid = 0
  for (let i = 0; i < order.length; i++) {
    valid = Math.min(valid, shared[i]!)
    if (shared[i]! >= dead) continue
    dead = 0x7fffffff
    const word = order[i]!
    const length = Math.min(table.lengthOf(word), longest + 1)
    for (let depth = valid; depth < length; depth++) {
      if (depth >= longest || fillRow(rows, columns, table, word, depth, text) > distance) {
        dead = depth + 1
        break
      }
      valid = depth + 1
    }
    if (dead !== 0x7fffffff) continue
    const end = rows[length * columns + text.length]!
    if (end <= distance) found.push({ word, distance: end })
  }
  return found
}

/** Fills the row after `depth` letters of the word; returns its least value. */
function fillRow(
  rows: Uint8Array,
  columns: number,
  table: TermTable,
  word: number,
  depth: number,
  text: string,
): number {
  const above = depth * columns
  const row = above + columns
  const letter = table.unitAt(word, depth)
  const before = depth > 0 ? table.unitAt(word, depth - 1) : -1
  rows[row] = depth + 1
  let least = depth + 1
  for (let j = 1; j < columns; j++) {
    const typed = text.charCodeAt(j - 1)
    let best = rows[above + j - 1]! + (letter === typed ? 0 : 1)
    best = Math.min(best, rows[above + j]! + 1, rows[row + j - 1]! + 1)
    if (j > 1 && letter === text.charCodeAt(j - 2) && before === typed) {
      best = Math.min(best, rows[above - columns + j - 2]! + 1)
    }
    rows[row + j] = best
    if (best < least) least = best
  }
  return least
}
