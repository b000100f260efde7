import type { Measure } from './measures.ts'
import { surprises } from './tail.ts'
import type { Reference } from './usual.ts'

/** How little each step belongs, and by which measure. */
export interface Scan {
  /** [count] −ln of how often a month such a step would come by chance; −Infinity where nothing can be told. */
  readonly score: Float64Array
  /** [count] index of the measure that says so; −1 where none does. */
  readonly lead: Int8Array
}

export interface ScanOptions {
  /** Lengths of the blocks whose largest values are compared, steps. */
  readonly blocks: readonly number[]
  readonly stepMs: number
  /** Steps that are remembered. */
  readonly memory: number
  readonly reference: Reference
}

const MONTH_MS = 30.4 * 86_400_000

/**
 * Scores every step: by each measure the geometric mean of the rates that blocks of six hours and of a day
 * let expect, and of all measures the lowest. That eight are asked is not held against them: tails that few
 * blocks tell of are wide by as much (the bench load-cloudwatch holds rates to what made-up ordinary load
 * shows).
 */
export function scanMeasures(
  count: number,
  measures: readonly Measure[],
  options: ScanOptions,
): Scan {
  const score = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const lead = new Int8Array(count).fill(-1)
  measures.forEach((measure, m) => {
    const own = scoreMeasure(count, measure, options)
    for (let t = 0; t < count; t++) {
      if (!(own[t]! > score[t]!)) continue
      score[t] = own[t]!
      lead[t] = m
    }
  })
  return { score, lead }
}

function scoreMeasure(
  count: number,
  { values, floor }: Measure,
  { blocks, stepMs, memory, reference }: ScanOptions,
): Float64Array {
  const mean = new Float64Array(count)
  for (const block of blocks) {
    const options = { block, memory: Math.ceil(memory / block), reference }
    const surprise = surprises(values, floor, options)
    const perMonth = Math.log(MONTH_MS / (block * stepMs))
    for (let t = 0; t < count; t++) mean[t]! += (surprise[t]! - perMonth) / blocks.length
  }
  return mean
}
