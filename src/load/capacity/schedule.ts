import { WEEK_MS } from './headroom.ts'

/** Servers that should run at the least from one time to another. */
export interface ScheduledMinimum {
  /** Epoch ms; the end is not included. */
  readonly fromMs: number
  readonly toMs: number
  readonly servers: number
}

/** How minimums are brought into force. */
export interface ScheduleOptions {
  /** Minutes before each rise at which servers are started, so that they are ready for it. */
  readonly leadMinutes: number
  /** What the reactive rule keeps at the least; the schedule never goes below. */
  readonly reactiveMinimum: number
}

/**
 * Weekly numbers as stretches above the reactive minimum: a rise begins `leadMinutes` earlier, a fall
 * happens on time. Stretches where the schedule asks for no more than the reactive rule are left out.
 */
export function scheduleOf(
  startMs: number,
  servers: ArrayLike<number>,
  { leadMinutes, reactiveMinimum }: ScheduleOptions,
): ScheduledMinimum[] {
  const stretches: ScheduledMinimum[] = []
  for (let from = 0; from < servers.length; ) {
    let to = from + 1
    while (to < servers.length && servers[to] === servers[from]) to++
    const count = servers[from]!
    if (count > reactiveMinimum) {
      const rises = from === 0 || count > servers[from - 1]!
      const ahead = rises ? leadMinutes * 60_000 : 0
      stretches.push({
        fromMs: startMs + from * WEEK_MS - ahead,
        toMs: startMs + to * WEEK_MS,
        servers: count,
      })
    }
    from = to
  }
  return stretches
}
