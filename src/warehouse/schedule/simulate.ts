import { isPassedBy, type Machine, type ScheduledWork, type SchedulePolicy } from './policy.ts'
import { createRecentTables } from './recent-tables.ts'

/** A statement of a simulated day: what it truly takes, beside what is expected of it. */
export interface SimulatedWork extends ScheduledWork {
  readonly cpuMs: number
  /** Cores it can keep busy. */
  readonly width: number
  readonly tables?: readonly string[]
  /** CPU beside `cpuMs` where its tables were not just read, ms. */
  readonly coldMs?: number
}

interface Counted {
  passedMs: number
  servedMs: number
  warmSavingMs: number
}

/** When a simulated statement began and ended, ms. */
export interface SimulatedRun {
  readonly id: number
  readonly arrivedAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/**
 * Runs statements under a policy on cores that all running ones share alike, up to the width of each
 * (processor sharing): what a policy does before it is tried on a machine. What tables just read save is
 * known. Exact, no randomness.
 */
export function simulateSchedule(
  work: readonly SimulatedWork[],
  policy: SchedulePolicy,
  machine: Machine,
): readonly SimulatedRun[] {
  const toCome = [...work].sort((a, b) => a.arrivedAt - b.arrivedAt || a.id - b.id)
  const waiting: (SimulatedWork & Counted)[] = []
  const read = createRecentTables()
  const running = new Map<number, { work: SimulatedWork; left: number; startedAt: number }>()
  const runs: SimulatedRun[] = []
  let now = toCome[0]?.arrivedAt ?? 0
  let arrived = 0
  while (runs.length < work.length) {
    while (arrived < toCome.length && toCome[arrived]!.arrivedAt <= now) {
      waiting.push({ ...toCome[arrived++]!, passedMs: 0, servedMs: 0, warmSavingMs: 0 })
    }
    for (;;) {
      for (const one of waiting) {
        one.warmSavingMs = read.hasAll(one.tables ?? []) ? (one.coldMs ?? 0) : 0
      }
      const active = [...running.values()].map((one) => one.work)
      const next = policy(waiting, active, machine, now)
      if (next === undefined) break
      const at = waiting.findIndex(({ id }) => id === next.id)
      const [started] = waiting.splice(at, 1)
      for (const one of waiting) if (isPassedBy(one, next)) one.passedMs += next.expected.cpuMs
      const { cpuMs, coldMs = 0, tables = [] } = started!
      const left = cpuMs + (read.hasAll(tables) ? 0 : coldMs)
      read.add(tables)
      running.set(next.id, { work: started!, left, startedAt: now })
    }
    const speeds = sharesOf(
      [...running.values()].map((one) => one.work.width),
      machine.cores,
    )
    let step = (toCome[arrived]?.arrivedAt ?? Number.POSITIVE_INFINITY) - now
    let i = 0
    for (const one of running.values()) step = Math.min(step, one.left / speeds[i++]!)
    if (!Number.isFinite(step))
      throw new RangeError('a policy starts nothing although nothing runs')
    now += step
    const served = step * speeds.reduce((sum, speed) => sum + speed, 0)
    for (const one of waiting) one.servedMs += served
    i = 0
    for (const [id, one] of running) {
      one.left -= step * speeds[i++]!
      if (one.left > 1e-9) continue
      running.delete(id)
      runs.push({ id, arrivedAt: one.work.arrivedAt, startedAt: one.startedAt, endedAt: now })
    }
  }
  return runs
}

/** Cores that each gets: equal parts, none more than its width, what is left over shared again. */
export function sharesOf(widths: readonly number[], cores: number): number[] {
  const shares = widths.map(() => 0)
  let left = cores
  let open = widths.map((_, i) => i)
  while (open.length > 0 && left > 1e-12) {
    const part = left / open.length
    const full = open.filter((i) => widths[i]! - shares[i]! <= part)
    if (full.length === 0) {
      for (const i of open) shares[i]! += part
      return shares
    }
    for (const i of full) {
      left -= widths[i]! - shares[i]!
      shares[i] = widths[i]!
    }
    open = open.filter((i) => !full.includes(i))
  }
  return shares
}
