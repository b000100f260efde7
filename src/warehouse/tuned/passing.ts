import { cpuNow } from '../../core/sql/observe.ts'

/** Lets statements through that looking at costs more than may come of it. */
export interface Passing {
  /** Whether a statement is to run as it is, without a look. */
  passes(sql: string): boolean
  /** Begins a look; what it returns is called when the statement has ended. */
  look(): () => void
  /** Told what a statement took by itself, CPU ms. */
  ran(cpuMs: number): void
}

export interface PassingOptions {
  /** Of the CPU that is asked, what looking may take. */
  readonly share: number
  /** Whether a statement may be one that is answered otherwise, by its words alone. */
  readonly concerns: (sql: string) => boolean
  /** CPU of the process so far, ms. */
  readonly cpu?: () => number
}

/** CPU of a look, guessed until some were measured, ms, and how far a look moves what is expected of the next. */
const LOOK_MS = 0.1
const BELIEF = 0.1
/** More is no look: what is read of the database for a statement has rules of its own. */
const MOST_LOOK_MS = 0.5
/** Looks on trust at first, and how far it may go below nothing, ms. */
const FIRST_MS = 2
const LEAST_MS = -5

/** One statement that only reads, by how it begins; errs on the side of looking. */
const READS = /^\s*SELECT\b/i
const MORE = /;\s*\S/

/**
 * Looking at a statement (its template, its place on record, what else it may be asked as) takes some
 * hundredths of a ms, several times that while a process is young. Where statements are short, that is
 * no small share of them: then only as many are looked at as a share of what is asked pays for. What may
 * be answered otherwise is always looked at.
 */
export function createPassing({ share, concerns, cpu = cpuNow }: PassingOptions): Passing {
  let room = FIRST_MS
  let expected = LOOK_MS
  let ranMs = 0
  return {
    passes: (sql) => room < expected && READS.test(sql) && !MORE.test(sql) && !concerns(sql),
    look() {
      const startedAt = cpu()
      const ranBefore = ranMs
      return () => {
        const took = cpu() - startedAt - (ranMs - ranBefore)
        const lookMs = Math.min(MOST_LOOK_MS, Math.max(0, took))
        expected += BELIEF * (lookMs - expected)
        room = Math.max(LEAST_MS, room - lookMs)
      }
    },
    ran(cpuMs) {
      ranMs += cpuMs
      room += share * cpuMs
    },
  }
}
