import type { LedgerEvent } from './ledger.ts'

/** Some events in order, and the sequence number at which to go on (what was asked: no more yet). */
export interface Page {
  readonly events: readonly LedgerEvent[]
  readonly next: number
}

/** What reading and tailing need of the ledger below them. */
export interface Paged {
  /** The events of the next blocks, at most `blocks` of them. */
  page(from: number, prefix: string | undefined, blocks: number): Page | Promise<Page>
  lastSequence(): number | Promise<number>
  /** Calls `listener` whenever this process appends or closes the ledger; returns how to stop. */
  onChange(listener: () => void): () => void
  isClosed(): boolean
}

/** Blocks of the largest page: enough to spread the cost of a look-up, few enough to stay small. */
const MOST_BLOCKS = 16

/** The events of pages, one by one. */
export async function* eachOf(
  pages: AsyncIterable<readonly LedgerEvent[]>,
): AsyncGenerator<LedgerEvent> {
  for await (const events of pages) {
    for (const event of events) yield event
  }
}

/** The events from `from` to `last`, at most `limit`, page by page; no page is empty. */
export async function* pagesThrough(
  ledger: Paged,
  from: number,
  lastWhenAsked: number | Promise<number>,
  prefix: string | undefined,
  limit: number,
): AsyncGenerator<readonly LedgerEvent[]> {
  const last = await lastWhenAsked
  let left = limit
  let at = from
  // Small at first: who wants one event should not pay for sixteen thousand.
  for (let blocks = 1; at <= last && left > 0; blocks = Math.min(2 * blocks, MOST_BLOCKS)) {
    const { events, next } = await ledger.page(at, prefix, blocks)
    const wanted = upTo(events, last, left)
    left -= wanted.length
    if (wanted.length > 0) yield wanted
    if (wanted.length < events.length || next === at) return
    at = next
  }
}

/** The leading events up to sequence number `last`, at most `most`. */
function upTo(events: readonly LedgerEvent[], last: number, most: number): readonly LedgerEvent[] {
  let end = Math.min(events.length, most)
  while (end > 0 && events[end - 1]!.sequence > last) end--
  return end === events.length ? events : events.slice(0, end)
}

/**
 * Reads on and on: what is there, then what comes. Looks again when this process has appended, and
 * at the latest after `pollMilliseconds`: other processes append unheard.
 */
export async function* follow(
  ledger: Paged,
  from: number | Promise<number>,
  prefix: string | undefined,
  pollMilliseconds: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LedgerEvent> {
  const nap = createNap(ledger, signal)
  try {
    let at = await from
    while (!signal?.aborted && !ledger.isClosed()) {
      nap.begin()
      const { events, next } = await ledger.page(at, prefix, MOST_BLOCKS)
      for (const event of events) {
        if (signal?.aborted || ledger.isClosed()) return
        yield event
      }
      if (next === at) await nap.sleep(pollMilliseconds)
      at = next
    }
  } catch (error) {
    // Closed while it waited for an answer: that is its end, not a fault.
    if (!ledger.isClosed()) throw error
  } finally {
    nap.end()
  }
}

/** Sleep that a change or the signal cuts short, also when it comes after `begin`, before `sleep`. */
function createNap(ledger: Paged, signal: AbortSignal | undefined) {
  let woken = false
  let wake = () => {}
  const onWake = () => {
    woken = true
    wake()
  }
  const stopListening = ledger.onChange(onWake)
  signal?.addEventListener('abort', onWake)
  return {
    begin() {
      woken = false
    },
    async sleep(milliseconds: number) {
      if (woken) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    end() {
      stopListening()
      signal?.removeEventListener('abort', onWake)
    },
  }
}
