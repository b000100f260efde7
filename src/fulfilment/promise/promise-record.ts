import type { BrokenBecause, PromiseKind } from './types.ts'

/** What became of one promise: what an order keeps of it (`Order.promise`, `Order.outcome`). */
export interface PromiseOutcome {
  readonly kind: PromiseKind
  /** Epoch ms by which all was promised. */
  readonly arriveBy: number
  /** Undefined while nothing is known. */
  readonly outcome:
    | { readonly kept: true; readonly deliveredAt: number }
    | {
        readonly kept: false
        readonly because: BrokenBecause
        readonly deliveredAt: number | undefined
      }
    | undefined
}

/** Promises of one kind, counted. */
export interface PromiseCount {
  readonly made: number
  readonly kept: number
  readonly broken: number
  /** Neither kept nor broken yet. */
  readonly open: number
  /** kept / (kept + broken); NaN before the first. */
  readonly keptShare: number
  /** Broken promises by cause; causes without any are absent. */
  readonly because: Readonly<Partial<Record<BrokenBecause, number>>>
  /** Mean hours by which deliveries of broken promises came late; NaN without any. */
  readonly meanHoursLate: number
}

export type PromiseRecord = Readonly<Record<PromiseKind, PromiseCount>>

const HOUR_MS = 3_600_000

/**
 * Counts kept and broken promises by kind and cause. A promise that the customer changed is counted
 * under its cause and is no fault of the store: `keptShare` leaves it out.
 */
export function promiseRecord(promises: Iterable<PromiseOutcome>): PromiseRecord {
  const tallies = { guaranteed: emptyTally(), approximate: emptyTally() }
  for (const promise of promises) count(tallies[promise.kind], promise)
  return { guaranteed: summed(tallies.guaranteed), approximate: summed(tallies.approximate) }
}

interface Tally {
  made: number
  kept: number
  broken: number
  readonly because: Partial<Record<BrokenBecause, number>>
  lateMs: number
  late: number
}

function emptyTally(): Tally {
  return { made: 0, kept: 0, broken: 0, because: {}, lateMs: 0, late: 0 }
}

function count(tally: Tally, { arriveBy, outcome }: PromiseOutcome): void {
  tally.made++
  if (outcome === undefined) return
  if (outcome.kept) {
    tally.kept++
    return
  }
  tally.broken++
  tally.because[outcome.because] = (tally.because[outcome.because] ?? 0) + 1
  if (outcome.deliveredAt === undefined || outcome.deliveredAt <= arriveBy) return
  tally.late++
  tally.lateMs += outcome.deliveredAt - arriveBy
}

function summed({ made, kept, broken, because, lateMs, late }: Tally): PromiseCount {
  const ours = kept + broken - (because['changed-by-customer'] ?? 0)
  return {
    ...{ made, kept, broken, open: made - kept - broken, because },
    keptShare: ours === 0 ? Number.NaN : kept / ours,
    meanHoursLate: late === 0 ? Number.NaN : lateMs / late / HOUR_MS,
  }
}
