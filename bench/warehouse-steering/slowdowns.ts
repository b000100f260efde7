import type { Answer } from '../../src/core/sql/answer.ts'
import { median } from '../figure.ts'

/** Shares of statements that are a quarter and 2 ms slower than by default. */
export interface Slowdowns {
  /** By the medians of their runs, rounds apart. */
  readonly share: number
  /** The same of the default against itself, run beside it on the other database. */
  readonly chance: number
  /** Single runs against the median of the default: also what is slow in one round alone. */
  readonly runs: number
  readonly runsByChance: number
  /** Places of the statements that are slower by their medians, with both medians, ms. */
  readonly which: readonly (readonly [place: number, normalMs: number, tunedMs: number])[]
  /** Median over the statements of what the tuned side takes more, and of what the default does, ms. */
  readonly middleMs: number
  readonly middleByChanceMs: number
}

/** A quarter and 2 ms. */
export function isSlower(ms: number, normalMs: number): boolean {
  return ms > 1.25 * normalMs && ms > normalMs + 2
}

/** Judges rounds × statements of CPU times of three sides, the first two both by default. */
export function slowdowns(
  normal: readonly (readonly number[])[],
  again: readonly (readonly number[])[],
  tuned: readonly (readonly number[])[],
): Slowdowns {
  const n = normal[0]!.length
  const places = Array.from({ length: n }, (_, i) => i)
  const middle = (of: readonly (readonly number[])[]) =>
    places.map((i) => median(of.map((round) => round[i]!)))
  const [by, twice, own] = [middle(normal), middle(again), middle(tuned)]
  const share = (of: readonly number[]) => places.filter((i) => isSlower(of[i]!, by[i]!)).length / n
  const single = (of: readonly (readonly number[])[]) =>
    of.reduce((sum, round) => sum + share(round), 0) / of.length
  return {
    share: share(own),
    chance: share(twice),
    runs: single(tuned),
    runsByChance: single(again),
    which: places
      .filter((i) => isSlower(own[i]!, by[i]!))
      .map((i) => [i, by[i]!, own[i]!] as const),
    middleMs: median(places.map((i) => own[i]! - by[i]!)),
    middleByChanceMs: median(places.map((i) => twice[i]! - by[i]!)),
  }
}

/** An answer as text with its names and types, rows in any order: enough for the small answers of a bench. */
export function answerText({ names, types, columns, rowCount }: Answer): string {
  const rows = Array.from({ length: rowCount }, (_, r) =>
    columns.map((c) => String(c[r])).join('|'),
  )
  return [names.join('|'), types.join('|'), ...rows.sort()].join('\n')
}
