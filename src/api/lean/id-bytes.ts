const FNV_PRIME = 0x01000193
const FNV_BASIS = 0x811c9dc5 | 0

/**
 * Dense numbers of ids that stand as ASCII bytes in a request, without making strings of them. Ids are
 * learned as they are first met; unknown ones are asked for anew each time, so that memory is that of
 * the store's own ids. A new instance is made where numbers change.
 */
export class IdBytes {
  /** Numbers of ids in bytes so far; −1 = free. Open addressing, at most half full. */
  private slots = new Int32Array(1024).fill(-1)
  private starts = new Int32Array(512)
  private numbers = new Int32Array(512)
  private arena = new Uint8Array(8192)
  private used = 0
  private count = 0
  private readonly numberOf: (id: string) => number

  /** `numberOf` gives −1 for ids that are unknown. */
  constructor(numberOf: (id: string) => number) {
    this.numberOf = numberOf
  }

  /** The number of the id in `bytes` from `from` to `to`; −1 where it is unknown. */
  of(bytes: Buffer, from: number, to: number): number {
    let hash = FNV_BASIS
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME)
    // The low bits of FNV mix least.
    hash ^= hash >>> 15
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (;;) {
      const at = this.slots[slot]!
      if (at < 0) break
      if (this.isAt(at, bytes, from, to)) return this.numbers[at]!
      slot = (slot + 1) & mask
    }
    const number = this.numberOf(bytes.toString('latin1', from, to))
    if (number >= 0) this.learn(slot, number, bytes, from, to)
    return number
  }

  private isAt(at: number, bytes: Buffer, from: number, to: number): boolean {
    let mine = this.starts[at]!
    const end = at + 1 < this.count ? this.starts[at + 1]! : this.used
    if (end - mine !== to - from) return false
    const { arena } = this
    for (let i = from; i < to; i++) if (arena[mine++] !== bytes[i]) return false
    return true
  }

  private learn(slot: number, number: number, bytes: Buffer, from: number, to: number): void {
    this.starts = grown(this.starts, this.count + 1)
    this.numbers = grown(this.numbers, this.count + 1)
    this.arena = grown(this.arena, this.used + to - from)
    this.starts[this.count] = this.used
    this.numbers[this.count] = number
    this.arena.set(bytes.subarray(from, to), this.used)
    this.used += to - from
    this.slots[slot] = this.count++
    if (2 * this.count > this.slots.length) this.rehash()
  }

  private rehash(): void {
    const slots = new Int32Array(2 * this.slots.length).fill(-1)
    const mask = slots.length - 1
    for (let at = 0; at < this.count; at++) {
      const end = at + 1 < this.count ? this.starts[at + 1]! : this.used
      let hash = FNV_BASIS
      for (let i = this.starts[at]!; i < end; i++) {
        hash = Math.imul(hash ^ this.arena[i]!, FNV_PRIME)
      }
      hash ^= hash >>> 15
      let slot = hash & mask
      while (slots[slot]! >= 0) slot = (slot + 1) & mask
      slots[slot] = at
    }
    this.slots = slots
  }
}

function grown<T extends Int32Array | Uint8Array>(array: T, length: number): T {
  if (length <= array.length) return array
  const larger = new (array.constructor as new (length: number) => T)(
    Math.max(length, 2 * array.length),
  )
  larger.set(array)
  return larger
}
