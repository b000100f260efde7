import { SharedBook, sharedWords } from './book.ts'
import { RECEIPT } from './events.ts'
import { createNameTable } from './name-table.ts'
import type { Answer, RecentAge, RecentAges } from './recent.ts'
import type { StateAges, StockState } from './state.ts'
import { CELL_WORDS } from './types.ts'
import type { Held, IncomingLine } from './view.ts'

// A state as columns: numbers as they lie in memory, texts as lists. What stands where is written
// once here, and once in `stateOf`, in the same order.

/** The columns of a snapshot, by name. */
export interface SnapshotColumns {
  readonly sequence: number
  /** Epoch ms of the last event. */
  readonly time: number
  readonly numbers: Readonly<Record<NumberColumn, Int32Array | Float64Array>>
  readonly texts: Readonly<Record<TextColumn, readonly string[]>>
}

export const NUMBER_COLUMNS = [
  'index',
  'cells',
  'site-slots',
  'product-slots',
  'held-sizes',
  'held-lines',
  'held-until',
  'receipts',
  'answer-slots-older',
  'answer-slots-newer',
  'expired-slots-older',
  'expired-slots-newer',
  'ages',
] as const
export type NumberColumn = (typeof NUMBER_COLUMNS)[number]

export const TEXT_COLUMNS = [
  'sites',
  'products',
  'held',
  'receipt-ids',
  'answer-words-older',
  'answer-words-newer',
] as const
export type TextColumn = (typeof TEXT_COLUMNS)[number]

/** Copies a state into columns; what happens to it afterwards does not show in them. */
export function columnsOf(state: StockState): SnapshotColumns {
  const { book } = state
  const { helds, receipts } = state.entries()
  const [answers, expired] = [state.answers.ages(), state.expired.ages()]
  const incoming = [...receipts].flatMap(([id, lines]) => lines.map((line) => [id, line] as const))
  return {
    sequence: book.sequence,
    time: state.time,
    numbers: {
      ...compactCells(book),
      'site-slots': book.sites.slots.slice(),
      'product-slots': book.products.slots.slice(),
      ...heldColumns(helds),
      receipts: Float64Array.from(incoming.flatMap(([, line]) => numbersOf(line))),
      'answer-slots-older': answers.older.slots.slice(),
      'answer-slots-newer': answers.newer.slots.slice(),
      'expired-slots-older': expired.older.slots.slice(),
      'expired-slots-newer': expired.newer.slots.slice(),
      ages: Float64Array.of(...agesOf(answers), ...agesOf(expired)),
    },
    texts: {
      sites: [...book.siteIds],
      products: [...book.productIds],
      held: [...helds.keys()],
      'receipt-ids': incoming.map(([id]) => id),
      'answer-words-older': answers.older.words.map((words) => JSON.stringify(words)),
      'answer-words-newer': answers.newer.words.map((words) => JSON.stringify(words)),
    },
  }
}

/** When the newer age began (epoch ms), and the bases of both. */
function agesOf({ since, older, newer }: RecentAges): number[] {
  return [since, older.base, newer.base]
}

/** The cells of each product behind one another, in whole lines, without gaps left by moves. */
function compactCells(book: SharedBook) {
  const index = book.index.slice(0, 2 * book.productIds.length)
  const lines = (product: number) => 4 * CELL_WORDS * Math.ceil(index[2 * product + 1]! / 4)
  let words = 0
  for (let product = 0; 2 * product < index.length; product++) words += lines(product)
  // Without gaps the order of the products does not matter: all is copied at once.
  if (words === book.usedWords) return { index, cells: book.cells.slice(0, words) }
  const cells = new Int32Array(words)
  let at = 0
  for (let product = 0; 2 * product < index.length; product++) {
    const first = index[2 * product]!
    cells.set(book.cells.subarray(first, first + lines(product)), at)
    index[2 * product] = at
    at += lines(product)
  }
  return { index, cells }
}

function heldColumns(helds: ReadonlyMap<string, Held>) {
  const sizes = new Int32Array(helds.size)
  const until = new Float64Array(helds.size)
  let [at, words] = [0, 0]
  for (const { lines } of helds.values()) words += lines.length
  const all = new Int32Array(words)
  words = 0
  for (const { lines, expiresAt } of helds.values()) {
    sizes[at] = lines.length
    until[at++] = expiresAt
    all.set(lines, words)
    words += lines.length
  }
  return { 'held-sizes': sizes, 'held-lines': all, 'held-until': until }
}

function numbersOf({ product, site, quantity, arrivesBy }: IncomingLine): number[] {
  return [product, site, quantity, ...arrivesBy]
}

/** Makes a state of columns; `empty` makes the state that they are put into. */
export function stateOf(
  { sequence, time, numbers, texts }: SnapshotColumns,
  empty: (book: SharedBook, ages: StateAges) => StockState,
): StockState {
  const ages = (of: 'answer' | 'expired', at: number): RecentAges => {
    const age = (which: 'older' | 'newer', base: number): RecentAge =>
      ageOf(
        numbers[`${of}-slots-${which}`] as Int32Array,
        base,
        of === 'answer' ? texts[`answer-words-${which}`] : [],
      )
    const [since, older, newer] = numbers.ages.subarray(at)
    return { older: age('older', older!), newer: age('newer', newer!), since: since! }
  }
  const state = empty(restoredBook(numbers, texts), {
    answers: ages('answer', 0),
    expired: ages('expired', 3),
  })
  state.book.sequence = sequence
  state.time = time
  restoreHelds(state, numbers, texts.held)
  restoreReceipts(state, numbers.receipts, texts['receipt-ids'])
  return state
}

function ageOf(slots: Int32Array, base: number, words: readonly string[]): RecentAge {
  let size = 0
  for (let value = 3; value < slots.length; value += 4) if (slots[value] !== 0) size++
  return { slots, size, base, words: words.map((text) => JSON.parse(text) as Answer) }
}

/** A book over the columns themselves where they lie in shared memory, else over copies of them. */
function restoredBook(
  numbers: SnapshotColumns['numbers'],
  texts: SnapshotColumns['texts'],
): SharedBook {
  return new SharedBook({
    sites: createNameTable([...texts.sites], numbers['site-slots'] as Int32Array),
    products: createNameTable([...texts.products], numbers['product-slots'] as Int32Array),
    index: withRoom(numbers.index as Int32Array),
    cells: withRoom(numbers.cells as Int32Array),
    usedWords: numbers.cells.length,
  })
}

/** All the shared memory behind a column, or a shared copy with room behind it. */
function withRoom(column: Int32Array): Int32Array {
  if (column.buffer instanceof SharedArrayBuffer) return new Int32Array(column.buffer)
  const words = sharedWords(roomFor(column.length))
  words.set(column)
  return words
}

/** Words to take for so many in use: a quarter more, so that not the first new cell moves all. */
export function roomFor(words: number): number {
  return Math.max(2_048, Math.ceil(1.25 * words))
}

function restoreHelds(
  state: StockState,
  numbers: SnapshotColumns['numbers'],
  ids: readonly string[],
): void {
  const [sizes, until] = [numbers['held-sizes'], numbers['held-until']]
  let at = 0
  ids.forEach((id, i) => {
    const lines = Array.from(numbers['held-lines'].subarray(at, at + sizes[i]!))
    state.setHeld(id, { lines, expiresAt: until[i]! })
    at += sizes[i]!
  })
}

function restoreReceipts(state: StockState, n: ArrayLike<number>, ids: readonly string[]): void {
  const lines = new Map<string, IncomingLine[]>()
  ids.forEach((id, k) => {
    const i = RECEIPT * k
    const arrivesBy = [n[i + 3]!, n[i + 4]!, n[i + 5]!, n[i + 6]!] as const
    const line = { product: n[i]!, site: n[i + 1]!, quantity: n[i + 2]!, arrivesBy }
    lines.set(id, [...(lines.get(id) ?? []), line])
  })
  for (const [id, incoming] of lines) state.setReceipt(id, incoming)
}
