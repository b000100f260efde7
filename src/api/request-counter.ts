/** Requests of one caller in the window that runs. */
export interface Counted {
  /** Requests of the window, this one included. */
  readonly current: number
  /** Milliseconds until the window ends. */
  readonly ttl: number
}

/** Counts requests by caller in fixed windows; all ways into the server count in one. */
export interface RequestCounter {
  readonly most: number
  readonly windowMs: number
  count(caller: string): Counted
}

/** Callers that are remembered; beyond, those of the oldest window go first. */
const MOST_CALLERS = 10_000

/** A counter that allows `most` requests a caller and window. */
export function createRequestCounter(
  most: number,
  windowMs: number,
  ticks: () => number,
): RequestCounter {
  const callers = new Map<string, { current: number; began: number }>()
  return {
    most,
    windowMs,
    count(caller) {
      const now = ticks()
      let entry = callers.get(caller)
      if (entry === undefined || now - entry.began >= windowMs) {
        callers.delete(caller)
        entry = { current: 0, began: now }
        callers.set(caller, entry)
        if (callers.size > MOST_CALLERS) callers.delete(callers.keys().next().value!)
      }
      entry.current++
      return { current: entry.current, ttl: windowMs - (now - entry.began) }
    },
  }
}

type Answer = (error: Error | null, counted: Counted) => void

/** The counter as @fastify/rate-limit asks for it. */
export function storeOf(counter: RequestCounter) {
  return class CounterStore {
    incr(caller: string, answer: Answer): void {
      answer(null, counter.count(caller))
    }

    child(): CounterStore {
      return this
    }
  }
}
