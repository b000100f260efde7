import type { TermTable } from './term-table.ts'
import type { Vocabulary } from './vocabulary.ts'

/** The words of a vocabulary in the order of their letters: for prefixes and for words close by. */
export class SortedWords {
  /** Numbers of words in order. */
  order: Int32Array
  /** Letters that word i of `order` shares with the one before. */
  shared: Uint8Array
  private seen: number
  private readonly vocabulary: Vocabulary

  /** `order` from a file must hold all words of the vocabulary. */
  constructor(vocabulary: Vocabulary, order: Int32Array = new Int32Array(0)) {
    this.vocabulary = vocabulary
    this.order = order
    this.seen = order.length
    this.shared = sharedLetters(vocabulary.table, order)
  }

  /** Takes in the words that came since; those before keep their order, so that it is a merge. */
  update(): void {
    const { table } = this.vocabulary
    const { count } = table
    if (count === this.seen) return
    const added: number[] = []
    for (let id = this.seen; id < count; id++) added.push(id)
    const tail = Int32Array.from(added).sort((a, b) => table.compare(a, b))
    this.order = mergeOrders(table, this.order, tail)
    this.shared = sharedLetters(table, this.order)
    this.seen = count
  }

  /** Places [from, to) of the words that begin with a text. */
  prefixRange(prefix: string): readonly [number, number] {
    const from = this.firstNotBelow(prefix)
    let to = from
    while (to < this.order.length && this.startsWith(this.order[to]!, prefix)) {
      // Words in a row that share the prefix with the one before need no second look.
      to++
      while (to < this.order.length && this.shared[to]! >= prefix.length) to++
    }
    return [from, to]
  }

  private firstNotBelow(text: string): number {
    let low = 0
    let high = this.order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.vocabulary.table.text(this.order[middle]!) < text) low = middle + 1
      else high = middle
    }
    return low
  }

  private startsWith(id: number, prefix: string): boolean {
    const { table } = this.vocabulary
    if (table.lengthOf(id) < prefix.length) return false
    for (let i = 0; i < prefix.length; i++) {
      if (table.unitAt(id, i) !== prefix.charCodeAt(i)) return false
    }
    return true
  }
}

function mergeOrders(table: TermTable, a: Int32Array, b: Int32Array): Int32Array {
  if (a.length === 0) return b
  const merged = new Int32Array(a.length + b.length)
  let [i, j] = [0, 0]
  for (let at = 0; at < merged.length; at++) {
    const left = j >= b.length || (i < a.length && table.compare(a[i]!, b[j]!) < 0)
    merged[at] = left ? a[i++]! : b[j++]!
  }
  return merged
}

function sharedLetters(table: TermTable, order: Int32Array): Uint8Array {
  const shared = new Uint8Array(order.length)
  for (let i = 1; i < order.length; i++) {
    const most = Math.min(table.lengthOf(order[i - 1]!), table.lengthOf(order[i]!), 255)
    let at = 0
    while (at < most && table.unitAt(order[i - 1]!, at) === table.unitAt(order[i]!, at)) at++
    shared[i] = at
  }
  return shared
}
