/** What is remembered for a while, and then forgotten. */
export interface Recent<Value> {
  get(key: string): Value | undefined
  has(key: string): boolean
  /** Remembers a value that came at `time` (epoch ms). */
  set(key: string, value: Value, time: number): void
  /** All that is remembered, older first, as two ages with the time at which the newer began. */
  ages(): RecentAges<Value>
}

export interface RecentAges<Value> {
  readonly older: ReadonlyMap<string, Value>
  readonly newer: ReadonlyMap<string, Value>
  /** Epoch ms. */
  readonly since: number
}

/**
 * Remembers values for at least `spanMilliseconds` and less than twice as long, in two ages that are
 * dropped whole: forgetting one by one would cost as much as remembering. An age ends early when
 * it holds `most` values.
 */
export function createRecent<Value>(
  spanMilliseconds: number,
  most: number,
  start?: RecentAges<Value>,
): Recent<Value> {
  let older = new Map<string, Value>(start?.older)
  let newer = new Map<string, Value>(start?.newer)
  let since = start?.since ?? Number.NEGATIVE_INFINITY
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    has: (key) => newer.has(key) || older.has(key),
    set(key, value, time) {
      if (time - since >= spanMilliseconds || newer.size >= most) {
        // A whole span without a word: what is older than that goes too.
        older = time - since >= 2 * spanMilliseconds ? new Map() : newer
        newer = new Map()
        since = time
      }
      newer.set(key, value)
    },
    ages: () => ({ older, newer, since }),
  }
}
