/** Minutes of a day. */
const DAY = 1440
/** A power of two. */
const DAYS_KEPT = 64

/** Bytes of a text of ASCII or UTF-8, for writing it again and again. */
export function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Writes replies into one growing buffer. */
export class ByteWriter {
  length = 0
  private bytes: Buffer
  /** Days met last, by their last bits. */
  private readonly days = new Float64Array(DAYS_KEPT).fill(Number.NaN)
  private readonly dayNames: Uint8Array[] = []

  constructor(size = 64 * 1024) {
    this.bytes = Buffer.allocUnsafe(size)
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.length + more))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  put(piece: Uint8Array): void {
    if (this.length + piece.length > this.bytes.length) this.reserve(piece.length)
    this.bytes.set(piece, this.length)
    this.length += piece.length
  }

  /** The part of `piece` from `from` to `to`, byte by byte: for short ones, of which a view costs more. */
  putPart(piece: Uint8Array, from: number, to: number): void {
    if (this.length + to - from > this.bytes.length) this.reserve(to - from)
    const { bytes } = this
    let at = this.length
    for (let i = from; i < to; i++) bytes[at++] = piece[i]!
    this.length = at
  }

  /** One byte. */
  byte(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** Once more what was written from `from` to `to`. */
  again(from: number, to: number): void {
    this.reserve(to - from)
    this.bytes.copyWithin(this.length, from, to)
    this.length += to - from
  }

  /** A whole number from 0 on as JSON has it. */
  integer(value: number): void {
    if (value >= NUMBERS_KEPT) {
      this.text(String(value))
      return
    }
    let text = NUMBERS[value]
    if (text === undefined) {
      text = bytesOfText(String(value))
      NUMBERS[value] = text
    }
    this.put(text)
  }

  /** An epoch minute as ISO 8601, UTC. */
  minute(minute: number): void {
    const day = Math.floor(minute / DAY)
    const kept = day & (DAYS_KEPT - 1)
    if (this.days[kept] !== day) this.nameDay(day, kept)
    this.put(this.dayNames[kept]!)
    this.put(TIMES[minute - DAY * day]!)
  }

  private nameDay(day: number, kept: number): void {
    this.dayNames[kept] = bytesOfText(new Date(day * DAY * 60_000).toISOString().slice(0, 10))
    this.days[kept] = day
  }

  /** Any text, as UTF-8. */
  text(text: string): void {
    this.reserve(3 * text.length)
    this.length += this.bytes.write(text, this.length)
  }

  /** Puts a short text where `from` to `to` was left free, and moves what follows up behind it. */
  fill(text: string, from: number, to: number): void {
    const end = from + this.bytes.write(text, from, to - from, 'latin1')
    this.bytes.copyWithin(end, to, this.length)
    this.length -= to - end
  }

  /** Forgets what was written after `length`. */
  cut(length: number): void {
    this.length = length
  }

  /** What was written; overwritten by what is written next, unless `leave` comes before. */
  written(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  /** Starts again, over the same bytes. */
  clear(): void {
    this.length = 0
  }

  /** Starts again, and leaves the bytes to whom `written` gave them. */
  leave(): void {
    this.bytes = Buffer.allocUnsafe(this.bytes.length)
    this.length = 0
  }
}

/** Numbers as text, made as they are first met: most costs are of a few digits. */
const NUMBERS_KEPT = 10_000
const NUMBERS: (Uint8Array | undefined)[] = new Array(NUMBERS_KEPT).fill(undefined)
/** T00:00:00Z, T00:01:00Z … */
const TIMES = Array.from({ length: DAY }, (_, minute) => {
  const two = (value: number) => String(value).padStart(2, '0')
  return bytesOfText(`T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00Z`)
})
