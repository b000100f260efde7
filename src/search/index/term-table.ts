import { withRoom } from './growing.ts'

/** A table of terms as it is written to a file. */
export interface TermTableData {
  readonly count: number
  readonly characters: Uint16Array
  /** count + 1 */
  readonly offsets: Uint32Array
  /** Open addressing: id + 1, 0 where free; a power of two. */
  readonly slots: Int32Array
}

const FEWEST_SLOTS = 1024

/**
 * Texts and their dense numbers, in the order in which they came. One array of characters, one of
 * where each begins, one hash table of numbers: a million words are three arrays, not a million objects.
 */
export class TermTable {
  private characters: Uint16Array
  private offsets: Uint32Array
  private slots: Int32Array
  private size: number

  constructor(data?: TermTableData) {
    this.size = data?.count ?? 0
    this.characters = data?.characters ?? new Uint16Array(4096)
    this.offsets = data?.offsets ?? new Uint32Array(512)
    this.slots = data?.slots ?? new Int32Array(FEWEST_SLOTS)
  }

  get count(): number {
    return this.size
  }

  /** Number of a text, −1 where it is not there. */
  find(text: string): number {
    return this.slots[this.slotOf(text)]! - 1
  }

  /** Number of a text, given it now where it is new. */
  add(text: string): number {
    let slot = this.slotOf(text)
    const known = this.slots[slot]!
    if (known > 0) return known - 1
    if ((this.size + 1) * 2 > this.slots.length) {
      this.rehash()
      slot = this.slotOf(text)
    }
    const id = this.size++
    const from = this.offsets[id]!
    this.characters = withRoom(this.characters, from + text.length)
    for (let i = 0; i < text.length; i++) this.characters[from + i] = text.charCodeAt(i)
    this.offsets = withRoom(this.offsets, id + 2)
    this.offsets[id + 1] = from + text.length
    this.slots[slot] = id + 1
    return id
  }

  text(id: number): string {
    return textAt(this.characters, this.offsets[id]!, this.offsets[id + 1]!)
  }

  lengthOf(id: number): number {
    return this.offsets[id + 1]! - this.offsets[id]!
  }

  /** Unit `at` of text `id`. */
  unitAt(id: number, at: number): number {
    return this.characters[this.offsets[id]! + at]!
  }

  /** Compares two texts by their units, as `<` does. */
  compare(a: number, b: number): number {
    const [fromA, toA] = [this.offsets[a]!, this.offsets[a + 1]!]
    const [fromB, toB] = [this.offsets[b]!, this.offsets[b + 1]!]
    const shared = Math.min(toA - fromA, toB - fromB)
    for (let i = 0; i < shared; i++) {
      const difference = this.characters[fromA + i]! - this.characters[fromB + i]!
      if (difference !== 0) return difference
    }
    return toA - fromA - (toB - fromB)
  }

  data(): TermTableData {
    return {
      count: this.size,
      characters: this.characters.subarray(0, this.offsets[this.size]!),
      offsets: this.offsets.subarray(0, this.size + 1),
      slots: this.slots,
    }
  }

  /** The slot that holds a text, or the free one where it belongs. */
  private slotOf(text: string): number {
    const mask = this.slots.length - 1
    let slot = hashOf(text) & mask
    for (;;) {
      const id = this.slots[slot]! - 1
      if (id < 0 || this.equals(id, text)) return slot
      slot = (slot + 1) & mask
    }
  }

  private equals(id: number, text: string): boolean {
    const from = this.offsets[id]!
    if (this.offsets[id + 1]! - from !== text.length) return false
    for (let i = 0; i < text.length; i++) {
      if (this.characters[from + i] !== text.charCodeAt(i)) return false
    }
    return true
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2)
    for (let id = 0; id < this.size; id++) this.slots[this.slotOf(this.text(id))] = id + 1
  }
}

/** 32-bit FNV-1a with a finish that mixes the high bits down. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

/** Units [from, to) as a text. */
export function textAt(units: Uint16Array, from: number, to: number): string {
  if (to - from > 4096) {
    return textAt(units, from, from + 4096) + textAt(units, from + 4096, to)
  }
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(units[i]!)
  return text
}
