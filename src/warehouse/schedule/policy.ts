/** What is expected of a statement. */
export interface ExpectedWork {
  /** CPU time, ms. */
  readonly cpuMs: number
  /** Memory at its peak, bytes. */
  readonly memoryBytes: number
  /** Cores it keeps busy while it is alone. */
  readonly width: number
}

/** A statement that waits or runs. */
export interface ScheduledWork {
  readonly id: number
  /** When it was asked, ms on the scheduler's clock. */
  readonly arrivedAt: number
  readonly expected: ExpectedWork
  /** What it is like: statements of one group slow those of others down alike. */
  readonly group: string
  /** Expected CPU of what came later (`isPassedBy`) and was started before it, ms; absent: nothing. */
  readonly passedMs?: number
  /** CPU taken by all that ran while it waited, ms; absent: none. */
  readonly servedMs?: number
}

/** What is asked within this time, ms, counts as asked together. */
const SAME_MOMENT_MS = 50

/** Whether a statement that starts while another waits was asked later than that. */
export function isPassedBy(waiting: ScheduledWork, started: ScheduledWork): boolean {
  return started.arrivedAt > waiting.arrivedAt + SAME_MOMENT_MS
}

/** What there is to run on. */
export interface Machine {
  readonly cores: number
  readonly memoryBytes: number
}

/** Which of the waiting statements starts now, if any; asked again after each start. */
export type SchedulePolicy = (
  waiting: readonly ScheduledWork[],
  running: readonly ScheduledWork[],
  machine: Machine,
  now: number,
) => ScheduledWork | undefined

/** The order of arrival, at most `slots` at once: what a pool of connections does. */
export function firstComeFirstServed(slots: number): SchedulePolicy {
  return (waiting, running) => (running.length < slots ? waiting[0] : undefined)
}

export interface ShortestExpectedOptions {
  /** Statements of less expected work start at once, beside whatever runs. */
  readonly shortMs: number
  readonly shortSlots: number
  /** CPU ms of expected work that a ms of waiting counts for. */
  readonly ageing: number
  /** Part of the CPU taken while a statement waits that what came later may have before it. */
  readonly firstShare: number
  /** How much longer a statement takes beside another, by their groups: 1 as if each had its share. */
  readonly interference?: (group: string, beside: string) => number
}

/** Widths are estimates: a statement beside one of 1.5 cores still belongs on two cores. */
const WIDTH_SLACK = 0.5
/** Part of the memory that expectations may fill; they err. */
const MEMORY_SHARE = 0.9
/** Short statements that may pass at once before their share is counted. */
const BURST = 5
/** Long statements looked at for the best company; those behind have waited less. */
const MOST_COMPARED = 8

/**
 * Shortest expected work first, with ageing (Conway, Maxwell and Miller 1967), in two lanes: short
 * statements have slots of their own, so that none waits behind a long one; long ones start while those
 * that run leave a core, the one that disturbs what runs least among the next. Nothing starts whose
 * memory does not fit beside what runs, unless nothing runs, and never more than cores and short slots
 * together. Once what came later has had its share of the CPU taken while a statement waits, nothing
 * that came later starts before it: asked more than the machine can answer, the order draws near to
 * that of arrival, and none waits much longer than in that.
 */
export function shortestExpectedFirst(options: ShortestExpectedOptions): SchedulePolicy {
  const isShort = ({ expected }: ScheduledWork) => expected.cpuMs < options.shortMs
  // Of CPU taken, not of time: other programs may leave the cores only in part.
  const isOwed = ({ passedMs = 0, servedMs = 0 }: ScheduledWork) =>
    passedMs > BURST * options.shortMs + options.firstShare * servedMs
  return (all, running, machine, now) => {
    const owed = all.find(isOwed)
    const waiting = owed === undefined ? all : all.filter((work) => !isPassedBy(owed, work))
    if (running.length >= machine.cores + options.shortSlots) return undefined
    const free =
      MEMORY_SHARE * machine.memoryBytes -
      running.reduce((sum, { expected }) => sum + expected.memoryBytes, 0)
    const fits = ({ expected }: ScheduledWork) =>
      running.length === 0 || expected.memoryBytes <= free
    const rank = ({ expected, arrivedAt }: ScheduledWork) =>
      expected.cpuMs - options.ageing * (now - arrivedAt)
    const byRank = (a: ScheduledWork, b: ScheduledWork) => rank(a) - rank(b) || a.id - b.id
    if (running.filter(isShort).length < options.shortSlots) {
      const next = waiting.filter(isShort).sort(byRank).find(fits)
      if (next !== undefined) return next
    }
    const long = running.filter((work) => !isShort(work))
    const busy = long.reduce((sum, { expected }) => sum + expected.width, 0)
    const room = ({ expected }: ScheduledWork) =>
      long.length === 0 ||
      (long.length < machine.cores &&
        // One core to spare is enough to start: it would stay idle for a wider one.
        busy + Math.min(1, expected.width) <= machine.cores + WIDTH_SLACK)
    const next = waiting
      .filter((work) => !isShort(work) && room(work) && fits(work))
      .sort(byRank)
      .slice(0, MOST_COMPARED)
    return leastDisturbing(next, long, rank, options.interference)
  }
}

function leastDisturbing(
  next: readonly ScheduledWork[],
  long: readonly ScheduledWork[],
  rank: (work: ScheduledWork) => number,
  interference: ShortestExpectedOptions['interference'],
): ScheduledWork | undefined {
  if (interference === undefined || long.length === 0) return next[0]
  let best: ScheduledWork | undefined
  let least = Number.POSITIVE_INFINITY
  for (const work of next) {
    // What the company costs, in ms of work, beside what its place in the queue is worth.
    const cost = long.reduce(
      (sum, other) =>
        sum +
        (interference(work.group, other.group) - 1) * work.expected.cpuMs +
        (interference(other.group, work.group) - 1) * other.expected.cpuMs,
      rank(work),
    )
    if (cost < least) {
      least = cost
      best = work
    }
  }
  return best
}
