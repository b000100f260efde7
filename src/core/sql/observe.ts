import { readFileSync } from 'node:fs'
import type { SqlValue } from './database.ts'

/** One run of a statement through the door, as it was watched. */
export interface StatementRun {
  /** As it was asked. */
  readonly sql: string
  readonly values: readonly SqlValue[]
  /** What ran in its place. */
  readonly replacedBy?: string
  /** Why the replacement failed, after which the statement ran as it was asked. */
  readonly replacementFailed?: string
  /** Start, epoch ms. */
  readonly at: number
  readonly wallMs: number
  /**
   * CPU time of the process, all threads, from start to end; absent where another statement of the
   * process ran beside it. Other work of the process is in it.
   */
  readonly cpuMs?: number
  /** 0 for statements that return nothing. */
  readonly rowsReturned: number
  /** The message, where it failed. */
  readonly failed?: string
}

/** Told after each statement that was asked: for the warehouse, which learns from it. */
export type OnStatement = (run: StatementRun) => void

/**
 * Asked before each statement for what to run in its place; undefined: as it is. Not asked within
 * `transaction()`, where a failure cannot be mended.
 */
export type BeforeStatement = (sql: string, values: readonly SqlValue[]) => string | undefined

/** What took how long: wall always, CPU where nothing else ran. */
export interface Spent {
  readonly at: number
  readonly wallMs: number
  readonly cpuMs?: number
}

// CPU is counted by process, so that statements of all doors of the process disturb each other.
let running = 0
let started = 0

/** Starts a stop-watch for one statement; call what it returns once, when the statement has ended. */
export function startWatch(): () => Spent {
  const isAlone = running === 0
  running++
  const mine = ++started
  const at = Date.now()
  const cpuAt = process.cpuUsage()
  const wallAt = performance.now()
  return () => {
    const wallMs = performance.now() - wallAt
    running--
    if (!isAlone || mine !== started) return { at, wallMs }
    const { user, system } = process.cpuUsage(cpuAt)
    return { at, wallMs, cpuMs: (user + system) / 1000 }
  }
}

/** CPU time of the process so far, all threads, ms. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Bytes that the process has asked of files so far; undefined where the system does not count them. */
export function bytesReadNow(): number | undefined {
  try {
    const counted = /^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))
    return counted === null ? undefined : Number(counted[1])
  } catch {
    return undefined
  }
}

/** A message of an error, for records of what failed. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
