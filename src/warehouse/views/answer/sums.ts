import { isSmallWhole, isWhole } from './definition.ts'

/** Rows may become so many times more, or larger, before a sum no longer fits. */
const HEADROOM = 1024

/**
 * Type that sums of a column are kept in: 64 bits where bounds say that even the sum of all rows fits,
 * because DuckDB adds 128 bits at half the speed. Sums that do not fit after all fail to be built;
 * they are never wrong. Undefined: as DuckDB gives them.
 */
export function sumType(
  type: string,
  extremes: readonly [number, number] | undefined,
  rows: number,
): string | undefined {
  if (isSmallWhole(type)) return 'BIGINT'
  if (isWhole(type)) {
    const most = Math.max(...(extremes ?? [Number.POSITIVE_INFINITY]).map(Math.abs))
    return most * Math.max(1, rows) * HEADROOM < 2 ** 63 ? 'BIGINT' : 'HUGEINT'
  }
  const [, digits, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  if (digits === undefined) return undefined
  const isNarrow = Number(digits) + Math.log10(Math.max(1, rows)) <= 18
  return isNarrow ? `DECIMAL(18,${scale})` : undefined
}
