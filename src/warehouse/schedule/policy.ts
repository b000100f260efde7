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
  /** Nobody waits for its answer, as for those of a nightly run: it goes behind what somebody waits for. */
  readonly isBackground?: boolean
  /** CPU that it is expected to save by starting now, as its tables were just read, ms; absent: none. */
  readonly warmSavingMs?: number
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
  /** The same part while a statement of the background waits. */
  readonly awaitedShare: number
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
/** While less waits than this many of the longest a core, the longest goes first. */
const LENGTHS_LEFT = 4

/**
 * Shortest expected work first (Conway, Maxwell and Miller 1967), in two lanes: short statements have
 * slots of their own, so that none waits behind a long one; long ones, and those in the background, start
 * while those that run leave a core: the one that disturbs what runs least among the next, waiting
 * counted against work and what tables that were just read save taken off. What somebody waits for goes
 * before the background, whose longest goes first (Graham's LPT, 1969), so that no core stays idle
 * beside it at the end, behind those whose tables were just read. Nothing starts whose memory does not fit beside
 * what runs, unless nothing runs, and never more than cores and short slots together. Once what came
 * later has had its share of the CPU taken while a statement waits, nothing that came later starts
 * before it: asked more than the machine can answer, the order draws near to that of arrival, and none
 * waits much longer than in that.
 */
export function shortestExpectedFirst(options: ShortestExpectedOptions): SchedulePolicy {
  const isShort = ({ expected }: ScheduledWork) => expected.cpuMs < options.shortMs
  const isQuick = (work: ScheduledWork) => isShort(work) && work.isBackground !== true
  // Of CPU taken, not of time: other programs may leave the cores only in part.
  const isOwed = ({ passedMs = 0, servedMs = 0, isBackground = false }: ScheduledWork) => {
    const share = isBackground ? options.awaitedShare : options.firstShare
    return passedMs > BURST * options.shortMs + share * servedMs
  }
  return (all, running, machine, now) => {
    const owed = all.find(isOwed)
    const waiting = owed === undefined ? all : all.filter((work) => !isPassedBy(owed, work))
    if (running.length >= machine.cores + options.shortSlots) return undefined
    const free =
      MEMORY_SHARE * machine.memoryBytes -
      running.reduce((sum, { expected }) => sum + expected.memoryBytes, 0)
    const fits = ({ expected }: ScheduledWork) =>
      running.length === 0 || expected.memoryBytes <= free
    if (running.filter(isQuick).length < options.shortSlots) {
      // Without ageing: what waits has its share of the CPU, and a burst must not wait for what is larger.
      const next = waiting.filter(isQuick).filter(fits).sort(byWork)[0]
      if (next !== undefined) return next
    }
    const long = running.filter((work) => !isQuick(work))
    const next = waiting.filter(
      (work) => !isQuick(work) && fits(work) && hasRoom(work, long, machine),
    )
    const awaited = next.filter(({ isBackground }) => isBackground !== true)
    if (awaited.length === 0) return ofTheNight(next, waiting, long, machine, options.interference)
    const rank = (work: ScheduledWork) =>
      work.expected.cpuMs - (work.warmSavingMs ?? 0) - options.ageing * (now - work.arrivedAt)
    const ranked = awaited.sort((a, b) => rank(a) - rank(b) || a.id - b.id)
    return leastDisturbing(ranked, long, rank, options.interference)
  }
}

/**
 * What of the background starts: nobody waits for any of it alone, so that only its end counts. One whose
 * tables were just read, else the longest; the longest in any case once little else waits.
 */
function ofTheNight(
  next: readonly ScheduledWork[],
  waiting: readonly ScheduledWork[],
  long: readonly ScheduledWork[],
  { cores }: Machine,
  interference: ShortestExpectedOptions['interference'],
): ScheduledWork | undefined {
  const byLength = next.toSorted((a, b) => byWork(b, a))
  const [longest] = byLength
  if (longest === undefined) return undefined
  const others = waiting.reduce(
    (sum, { expected }) => sum + expected.cpuMs,
    -longest.expected.cpuMs,
  )
  if (aloneMs(longest) >= others / (cores * LENGTHS_LEFT)) return longest
  const saved = ({ warmSavingMs = 0 }: ScheduledWork) => -warmSavingMs
  const ranked = byLength.sort((a, b) => saved(a) - saved(b))
  return leastDisturbing(ranked, long, saved, interference)
}

const aloneMs = ({ expected }: ScheduledWork) => expected.cpuMs / Math.max(1, expected.width)

const byWork = (a: ScheduledWork, b: ScheduledWork) =>
  a.expected.cpuMs - b.expected.cpuMs || a.id - b.id

/** Whether those that run leave a core: one to spare is enough, it would stay idle for a wider one. */
function hasRoom(
  { expected, isBackground = false }: ScheduledWork,
  long: readonly ScheduledWork[],
  { cores }: Machine,
): boolean {
  // Beside the background alone one that somebody waits for starts at once.
  if (!isBackground && long.length === cores) return long.every((other) => other.isBackground)
  if (long.length === 0) return true
  const busy = long.reduce((sum, other) => sum + other.expected.width, 0)
  return long.length < cores && busy + Math.min(1, expected.width) <= cores + WIDTH_SLACK
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
  for (const work of next.slice(0, MOST_COMPARED)) {
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
