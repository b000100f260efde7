import { hashed, hashText } from './text-hash.ts'
import type { StockOutcome } from './types.ts'

/** An answer as it is remembered: the sequence number alone where there is no more to say. */
export type Answer = number | StockOutcome

/**
 * What is remembered of one age. A slot has four words, so that it lies in one line of the cache:
 * three of the hash of its text, and a sequence number less `base`, or −1 − k for the answer at
 * place k of `words`; 0 where the slot is free.
 */
export interface RecentAge {
  slots: Int32Array
  size: number
  /** One less than the first sequence number of the age; −1 before there is one. */
  base: number
  words: Answer[]
}

/** Words of a slot, and the place of the answer in it. */
const SLOT = 4
const VALUE = 3
const MOST_STEPS = 2 ** 31 - 1

/** Answers by the text of their request, remembered for a while, and then forgotten. */
export interface Recent {
  get(text: string): Answer | undefined
  /** Remembers an answer that came at `time` (epoch ms). */
  set(text: string, answer: Answer, time: number): void
  /** Reads what setting these texts will need, in loops that wait for nothing. */
  touch(texts: readonly string[]): void
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
      write(newer, answer)
    },
    touch(texts) {
      touchSlots(newer, texts)
    },
    makeRoom(more) {
      const wanted = newer.size + Math.min(more, most)
      if (2 * (wanted + 1) > slotsOf(newer)) grow(newer, wanted)
    },
    ages: () => ({ older, newer, since }),
  }
}

function emptyAge(): RecentAge {
  return { slots: new Int32Array(64 * SLOT), size: 0, base: -1, words: [] }
}

function slotsOf({ slots }: RecentAge): number {
  return slots.length / SLOT
}

/** The answer to the text hashed last. */
function read(age: RecentAge): Answer | undefined {
  const value = age.slots[placeOf(age) + VALUE]!
  return value > 0 ? value + age.base : value < 0 ? age.words[-1 - value] : undefined
}

function write(age: RecentAge, answer: Answer): void {
  if (2 * (age.size + 1) > slotsOf(age)) grow(age, age.size + 1)
  const place = placeOf(age)
  const { slots } = age
  if (slots[place + VALUE] === 0) age.size++
  for (let word = 0; word < VALUE; word++) slots[place + word] = hashed[word]!
  slots[place + VALUE] = wordOf(age, answer)
}

/** The answer as a word: steps from the base where it is a number that is near enough. */
function wordOf(age: RecentAge, answer: Answer): number {
  if (typeof answer !== 'number') return -age.words.push(answer)
  if (age.base < 0) age.base = answer - 1
  const steps = answer - age.base
  return steps > 0 && steps <= MOST_STEPS ? steps : -age.words.push(answer)
}

/** First word of the slot of the text hashed last, or of the free one where it belongs. */
function placeOf({ slots }: RecentAge): number {
  const [a, b, c] = [hashed[0]!, hashed[1]!, hashed[2]!]
  const mask = slots.length - 1
  let place = (SLOT * a) & mask
  while (
    slots[place + VALUE] !== 0 &&
    !(slots[place] === a && slots[place + 1] === b && slots[place + 2] === c)
  ) {
    place = (place + SLOT) & mask
  }
  return place
}

/** Makes a table for `wanted` answers, at most half full: a power of two, as slots are masked. */
function grow(age: RecentAge, wanted: number): void {
  const { slots: before } = age
  let count = 2 * slotsOf(age)
  while (2 * wanted > count) count *= 2
  const slots = new Int32Array(SLOT * count)
  const mask = slots.length - 1
  for (let from = 0; from < before.length; from += SLOT) {
    if (before[from + VALUE] === 0) continue
    let place = (SLOT * before[from]!) & mask
    while (slots[place + VALUE] !== 0) place = (place + SLOT) & mask
    for (let word = 0; word < SLOT; word++) slots[place + word] = before[from + word]!
  }
  age.slots = slots
}

/** Texts whose slots are read together. */
const TOGETHER = 256
const places = new Int32Array(TOGETHER)
/** What is read is kept here, so that no compiler leaves the reading out. */
const kept = new Int32Array(1)

function touchSlots({ slots }: RecentAge, texts: readonly string[]): void {
  const mask = slots.length - 1
  let sum = 0
  for (let start = 0; start < texts.length; start += TOGETHER) {
    const count = Math.min(TOGETHER, texts.length - start)
    for (let k = 0; k < count; k++) {
      hashText(texts[start + k]!)
      places[k] = (SLOT * hashed[0]!) & mask
    }
    for (let k = 0; k < count; k++) sum += slots[places[k]!]!
  }
  kept[0] = sum
}
