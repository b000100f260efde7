import { LENGTHS } from './length-code.ts'
import type { Segment } from './segment.ts'

/** What scores need to know of the whole collection. Sums of whole numbers, so exact in any order. */
export interface Statistics {
  /** Documents. */
  size: number
  /** Sum of coded lengths by text field. */
  readonly lengthSums: Float64Array
  /** Documents that have any word in the field. */
  readonly fieldDocs: Float64Array
}

export function createStatistics(fields: number): Statistics {
  return { size: 0, lengthSums: new Float64Array(fields), fieldDocs: new Float64Array(fields) }
}

/** Counts document `doc` of a segment in (sign 1) or out (sign −1). */
export function countDocument(
  statistics: Statistics,
  { lengths }: Segment,
  doc: number,
  sign: 1 | -1,
): void {
  const fields = statistics.lengthSums.length
  statistics.size += sign
  for (let f = 0; f < fields; f++) {
    const code = lengths[doc * fields + f]!
    if (code === 0) continue
    statistics.lengthSums[f]! += sign * LENGTHS[code]!
    statistics.fieldDocs[f]! += sign
  }
}

/** Mean length of a field where it has words; 1 where no document has any. */
export function meanLength({ lengthSums, fieldDocs }: Statistics, field: number): number {
  return fieldDocs[field]! > 0 ? lengthSums[field]! / fieldDocs[field]! : 1
}

/** ln(1 + (N − df + ½) / (df + ½)), the weight of a word (Robertson & Zaragoza 2009, as Lucene has it). */
export function inverseFrequency(df: number, size: number): number {
  return Math.log(1 + (Math.max(0, size - df) + 0.5) / (df + 0.5))
}
