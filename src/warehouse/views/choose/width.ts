import type { Database } from '../../../core/sql/database.ts'
import { isWhole, type KeyColumn } from '../answer/definition.ts'
import type { Facts } from './facts.ts'
import { estimateDistinct, type Sample } from './sample.ts'

const WIDTHS: Readonly<Record<string, number>> = {
  BOOLEAN: 1,
  UTINYINT: 1,
  TINYINT: 1,
  USMALLINT: 2,
  SMALLINT: 2,
  INTEGER: 4,
  UINTEGER: 4,
  FLOAT: 4,
  DATE: 4,
  VARCHAR: 16,
}

/** Bytes of a row of keys as they are in memory. */
export function widthOf(keys: readonly KeyColumn[]): number {
  return keys.reduce((sum, { stored }) => sum + (WIDTHS[stored] ?? 8), 0)
}

/**
 * Bytes of a row as DuckDB packs columns: whole numbers take the bits of their range, texts those that
 * tell apart how many there are.
 */
export async function packedWidth(
  db: Database,
  sample: Sample,
  keys: readonly KeyColumn[],
  facts: Facts,
): Promise<number> {
  const bytesFor = (values: number, most: number) => Math.min(most, Math.log2(values + 1) / 8)
  let width = 0
  for (const key of keys) {
    const usual = widthOf([key])
    const { extremes } = facts.get(key.expression)!
    if (isWhole(key.stored) && extremes !== undefined) {
      width += bytesFor(extremes[1] - extremes[0] + 1, usual)
    } else if (key.stored === 'VARCHAR') {
      width += bytesFor(await textsIn(db, sample, key.expression), usual)
    } else width += usual
  }
  return width
}

const texts = new WeakMap<Sample, Map<string, number>>()

/** How many texts an expression has, looked at once for all views of a sample. */
async function textsIn(db: Database, sample: Sample, expression: string): Promise<number> {
  const known = texts.get(sample) ?? new Map<string, number>()
  texts.set(sample, known)
  const count = known.get(expression) ?? (await estimateDistinct(db, sample, [expression], []))
  known.set(expression, count)
  return count
}
