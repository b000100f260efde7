/** What one query has done for products: columns that grow, one place a product. */
export interface QueryEntry {
  readonly text: string
  /** Numbers of its distinct terms. */
  readonly terms: Int32Array
  /** Products it has evidence on. */
  count: number
  /** Slots of products. */
  slots: Int32Array
  /** Clicks and what counts as some, decayed (see TimeScale). */
  gains: Float64Array
  /** Views, each counted as the chance that its place was looked at, decayed alike. */
  views: Float64Array
}

const FIRST_CAPACITY = 4

export function createEntry(text: string, terms: Int32Array): QueryEntry {
  return {
    text,
    terms,
    count: 0,
    slots: new Int32Array(FIRST_CAPACITY),
    gains: new Float64Array(FIRST_CAPACITY),
    views: new Float64Array(FIRST_CAPACITY),
  }
}

/** Place of a product in an entry, or −1. */
export function placeOf({ slots, count }: QueryEntry, slot: number): number {
  for (let i = 0; i < count; i++) if (slots[i] === slot) return i
  return -1
}

/** Place of a product in an entry, taken when it has none; a full entry of `most` loses its poorest. */
export function takePlace(entry: QueryEntry, slot: number, most: number): number {
  const known = placeOf(entry, slot)
  if (known >= 0) return known
  if (entry.count >= most) dropPlace(entry, poorest(entry))
  if (entry.count === entry.slots.length) grow(entry)
  const at = entry.count++
  entry.slots[at] = slot
  entry.gains[at] = 0
  entry.views[at] = 0
  return at
}

/** Takes the product at `at` out; the last one moves there. */
export function dropPlace(entry: QueryEntry, at: number): void {
  const from = --entry.count
  entry.slots[at] = entry.slots[from]!
  entry.gains[at] = entry.gains[from]!
  entry.views[at] = entry.views[from]!
}

/** What would be missed least: little gained, then little seen. */
function poorest({ gains, views, count }: QueryEntry): number {
  let worst = 0
  for (let i = 1; i < count; i++) {
    const gain = gains[i]! - gains[worst]!
    if (gain < 0 || (gain === 0 && views[i]! < views[worst]!)) worst = i
  }
  return worst
}

function grow(entry: QueryEntry): void {
  const capacity = Math.max(FIRST_CAPACITY, 2 * entry.slots.length)
  const widen = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
    to.set(from)
    return to
  }
  entry.slots = widen(entry.slots, new Int32Array(capacity))
  entry.gains = widen(entry.gains, new Float64Array(capacity))
  entry.views = widen(entry.views, new Float64Array(capacity))
}
