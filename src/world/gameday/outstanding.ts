/** What the register keeps of a request. */
export interface Tracked {
  readonly dueMs: number
  isDone: boolean
  /** Counted among those that wait longer than the limit. */
  isOverdue: boolean
}

/** Requests without an answer yet. */
export interface Outstanding<T extends Tracked> {
  /** Adds a request that is due no earlier than those before it. */
  add(call: T): void
  done(call: T): void
  /** How many have waited longer than the limit at `nowMs`. */
  overdue(nowMs: number): number
  /** Those that have become older than `ageMs` since the last call. */
  olderThan(nowMs: number, ageMs: number): readonly T[]
  /** Those that are still without an answer. */
  all(): readonly T[]
}

/** Behind both pointers so many are kept before the list is cut. */
const KEPT = 4096

/** A register in order of due moments: each request is passed once by each pointer. */
export function createOutstanding<T extends Tracked>(limitMs: number): Outstanding<T> {
  const calls: T[] = []
  /** First request that is younger than the limit, and than the age asked for. */
  let young = 0
  let alive = 0
  let overdueCount = 0
  return {
    add: (call) => void calls.push(call),
    done(call) {
      call.isDone = true
      if (call.isOverdue) overdueCount--
    },
    overdue(nowMs) {
      for (; young < calls.length && calls[young]!.dueMs <= nowMs - limitMs; young++) {
        const call = calls[young]!
        if (call.isDone) continue
        call.isOverdue = true
        overdueCount++
      }
      return overdueCount
    },
    olderThan(nowMs, ageMs) {
      const found: T[] = []
      for (; alive < calls.length && calls[alive]!.dueMs <= nowMs - ageMs; alive++) {
        if (!calls[alive]!.isDone) found.push(calls[alive]!)
      }
      const behind = Math.min(young, alive)
      if (behind > KEPT) {
        calls.splice(0, behind)
        young -= behind
        alive -= behind
      }
      return found
    },
    all: () => calls.filter(({ isDone }) => !isDone),
  }
}
