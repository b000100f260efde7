import type { WeighedStatement } from '../read/statements.ts'
import { ROUNDS } from './trial.ts'

/** What choosing is made of. */
export interface ChoosingSize {
  /** Rows of the sample. */
  readonly rows: number
  readonly columns: number
  readonly statements: number
}

/**
 * CPU ms that drawing a sample and judging orders of it take, before they do: 200 ms, 1.5 µs a value
 * of the sample and 0.2 µs a row and statement, half more than was measured on samples of 4,096 and
 * 32,768 rows of six columns with 2 to 120 statements.
 */
export function choosingMs({ rows, columns, statements }: ChoosingSize): number {
  return 200 + (rows * (1.5 * columns + 0.2 * statements)) / 1000
}

/**
 * CPU ms of a trial: a copy of the table as it lies and one in order, some in other row groups, which take
 * half as long without a sort, and statements run some rounds on them.
 */
export function trialMs(buildMs: number, statements: readonly WeighedStatement[]): number {
  const once = statements.reduce((sum, { cpuMs, runs }) => sum + cpuMs / Math.max(1, runs), 0)
  return 2.5 * buildMs + 3 * ROUNDS * once
}
