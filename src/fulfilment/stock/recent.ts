import { hashed, hashText } from './text-hash.ts'
import type { StockOutcome } from './types.ts'

/** An answer as it is remembered: the sequence number alone where there is no more to say. */
export type Answer = number | StockOutcome

/**
 * What is remembered of one age. A slot has three words of the hash of its text in `keys`, and in
 * `values` a sequence number, or −1 − k for the answer at place k of `words`; 0 where it is free.
 */
export interface RecentAge {
  keys: Int32Array
  values: Float64Array
  size: number
  words: StockOutcome[]
}

/** Answers by the text of their request, remembered for a while, and then forgotten. */
export interface Recent {
  get(text: string): Answer | undefined
  /** Remembers an answer that came at `time` (epoch ms). */
  set(text: string, answer: Answer, time: number): void
  /** Makes room for so many more at once. */
  makeRoom(more: number): void
  ages(): RecentAges
}

export interface RecentAges {
  readonly older: RecentAge
  readonly newer: RecentAge
  /** Epoch ms at which the newer age began. */
  readonly since: number
}

/**
 * Remembers answers for at least `spanMilliseconds` and less than twice as long, in two ages that are
 * dropped whole: forgetting one by one would cost as much as remembering. An age ends early when
 * it holds `most` answers. Texts are known by 96 bits of their hash: among ten million that are
 * remembered, a new one is taken for an old one once in 10^22 times.
 */
export function createRecent(spanMilliseconds: number, most: number, start?: RecentAges): Recent {
  let older = start?.older ?? emptyAge()
  let newer = start?.newer ?? emptyAge()
  let since = start?.since ?? Number.NEGATIVE_INFINITY
  return {
    get(text) {
      hashText(text)
      return read(newer) ?? (older.size > 0 ? read(older) : undefined)
    },
    set(text, answer, time) {
      if (time - since >= spanMilliseconds || newer.size >= most) {
        // A whole span without a word: what is older than that goes too.
        older = time - since >= 2 * spanMilliseconds ? emptyAge() : newer
        newer = emptyAge()
        since = time
      }
      hashText(text)
      write(newer, typeof answer === 'number' ? answer : -newer.words.push(answer))
    },
    makeRoom(more) {
      const wanted = newer.size + Math.min(more, most)
      if (2 * (wanted + 1) > newer.values.length) grow(newer, wanted)
    },
    ages: () => ({ older, newer, since }),
  }
}

function emptyAge(): RecentAge {
  return { keys: new Int32Array(3 * 64), values: new Float64Array(64), size: 0, words: [] }
}

/** The answer to the text hashed last. */
function read(age: RecentAge): Answer | undefined {
  const value = age.values[slotOf(age)]!
  return value > 0 ? value : value < 0 ? age.words[-1 - value] : undefined
}

function write(age: RecentAge, value: number): void {
  if (2 * (age.size + 1) > age.values.length) grow(age, age.size + 1)
  const slot = slotOf(age)
  if (age.values[slot] === 0) age.size++
  age.values[slot] = value
  for (let word = 0; word < 3; word++) age.keys[3 * slot + word] = hashed[word]!
}

/** The slot of the text hashed last, or the free one where it belongs. */
function slotOf({ keys, values }: RecentAge): number {
  const [a, b, c] = [hashed[0]!, hashed[1]!, hashed[2]!]
  let slot = a & (values.length - 1)
  while (
    values[slot] !== 0 &&
    !(keys[3 * slot] === a && keys[3 * slot + 1] === b && keys[3 * slot + 2] === c)
  ) {
    slot = (slot + 1) & (values.length - 1)
  }
  return slot
}

/** Makes a table for `wanted` answers, at most half full: a power of two, as slots are masked. */
function grow(age: RecentAge, wanted: number): void {
  const { keys, values } = age
  let slots = 2 * values.length
  while (2 * wanted > slots) slots *= 2
  age.keys = new Int32Array(3 * slots)
  age.values = new Float64Array(slots)
  const mask = age.values.length - 1
  for (let from = 0; from < values.length; from++) {
    if (values[from] === 0) continue
    let slot = keys[3 * from]! & mask
    while (age.values[slot] !== 0) slot = (slot + 1) & mask
    age.values[slot] = values[from]!
    for (let word = 0; word < 3; word++) age.keys[3 * slot + word] = keys[3 * from + word]!
  }
}
