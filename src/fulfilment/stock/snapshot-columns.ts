import { SharedBook } from './book.ts'
import { RECEIPT } from './events.ts'
import type { Answer, StateAges, StockState } from './state.ts'
import { CELL_WORDS, type StockOutcome } from './types.ts'
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
  'held-sizes',
  'held-lines',
  'held-until',
  'receipts',
  'answers-older',
  'answers-newer',
  'since',
] as const
export type NumberColumn = (typeof NUMBER_COLUMNS)[number]

export const TEXT_COLUMNS = [
  'sites',
  'products',
  'held',
  'receipt-ids',
  'answered-older',
  'answered-newer',
  'answers-in-words',
  'expired-older',
  'expired-newer',
] as const
export type TextColumn = (typeof TEXT_COLUMNS)[number]

/** Copies a state into columns; what happens to it afterwards does not show in them. */
export function columnsOf(state: StockState): SnapshotColumns {
  const { book } = state
  const { helds, receipts } = state.entries()
  const [answers, expired] = [state.answers.ages(), state.expired.ages()]
  const inWords: string[] = []
  const incoming = [...receipts].flatMap(([id, lines]) => lines.map((line) => [id, line] as const))
  return {
    sequence: book.sequence,
    time: state.time,
    numbers: {
      ...compactCells(book),
      ...heldColumns(helds),
      receipts: Float64Array.from(incoming.flatMap(([, line]) => numbersOf(line))),
      'answers-older': answerNumbers(answers.older, inWords),
      'answers-newer': answerNumbers(answers.newer, inWords),
      since: Float64Array.of(answers.since, expired.since),
    },
    texts: {
      sites: [...book.siteIds],
      products: [...book.productIds],
      held: [...helds.keys()],
      'receipt-ids': incoming.map(([id]) => id),
      'answered-older': [...answers.older.keys()],
      'answered-newer': [...answers.newer.keys()],
      'answers-in-words': inWords,
      'expired-older': [...expired.older.keys()],
      'expired-newer': [...expired.newer.keys()],
    },
  }
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

/** Sequence numbers; −1 − k for an answer that stands in words at place k. */
function answerNumbers(age: ReadonlyMap<string, Answer>, inWords: string[]): Float64Array {
  const numbers = new Float64Array(age.size)
  let at = 0
  for (const answer of age.values()) {
    numbers[at++] = typeof answer === 'number' ? answer : -inWords.push(JSON.stringify(answer))
  }
  return numbers
}

/** Makes a state of columns; `empty` makes the state that they are put into. */
export function stateOf(
  { sequence, time, numbers, texts }: SnapshotColumns,
  empty: (book: SharedBook, ages: StateAges) => StockState,
): StockState {
  const inWords = texts['answers-in-words']
  const [answersSince, expiredSince] = numbers.since
  const age = (keys: readonly string[], values: ArrayLike<number>) =>
    new Map(keys.map((key, i) => [key, answerOf(values[i]!, inWords)] as const))
  const known = (keys: readonly string[]) => new Map(keys.map((key) => [key, true as const]))
  const state = empty(restoredBook(numbers, texts), {
    answers: {
      older: age(texts['answered-older'], numbers['answers-older']),
      newer: age(texts['answered-newer'], numbers['answers-newer']),
      since: answersSince!,
    },
    expired: {
      older: known(texts['expired-older']),
      newer: known(texts['expired-newer']),
      since: expiredSince!,
    },
  })
  state.book.sequence = sequence
  state.time = time
  restoreHelds(state, numbers, texts.held)
  restoreReceipts(state, numbers.receipts, texts['receipt-ids'])
  return state
}

function answerOf(number: number, inWords: readonly string[]): Answer {
  return number >= 0 ? number : (JSON.parse(inWords[-1 - number]!) as StockOutcome)
}

function restoredBook(
  numbers: SnapshotColumns['numbers'],
  texts: SnapshotColumns['texts'],
): SharedBook {
  const book = new SharedBook({
    products: Math.max(1_024, Math.ceil(1.25 * texts.products.length)),
    cells: Math.max(4_096, Math.ceil((1.25 * numbers.cells.length) / CELL_WORDS)),
  })
  book.addNames(texts.sites, texts.products)
  book.index.set(numbers.index)
  book.cells.set(numbers.cells)
  book.usedWords = numbers.cells.length
  return book
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
