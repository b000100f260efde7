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

/** The events from `from` to `last`, at most `limit`. */
export async function* readThrough(
  ledger: Paged,
  from: number,
  lastWhenAsked: number | Promise<number>,
  prefix: string | undefined,
  limit: number,
): AsyncGenerator<LedgerEvent> {
  const last = await lastWhenAsked
  let left = limit
  let at = from
  // Small at first: who wants one event should not pay for sixteen thousand.
  for (let blocks = 1; at <= last && left > 0; blocks = Math.min(2 * blocks, MOST_BLOCKS)) {
    const { events, next } = await ledger.page(at, prefix, blocks)
    for (const event of events) {
      if (event.sequence > last || left-- <= 0) return
      yield event
    }
    if (next === at) return
    at = next
  }
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
