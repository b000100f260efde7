import { filteredColumns, type Judge } from '../choose/cost.ts'
import { matches, type Predicate } from '../read/predicate.ts'
import type { SortKey } from './keys.ts'
import { questionsOf } from './questions.ts'

/** 2^12 cells are more than row groups can tell apart in all but huge tables. */
const MOST_PREDICATES = 12
const LEAST_STEP = 0.002

/**
 * Rows sorted by the bits of the workload's most useful predicates, as in the multidimensional data
 * layouts of Redshift: each next predicate is the one that lowers the probes' cost most.
 */
export function learnPredicateSort(judge: Judge): SortKey | undefined {
  const { rows } = judge.scene.sample
  let pool = questionsOf(judge.probes, filteredColumns(judge)).map(
    (question): Candidate => ({ question, bits: bitsOf(question, judge), saved: Infinity }),
  )
  const chosen: Predicate[] = []
  let codes = new Int32Array(rows)
  let cost = judge.ofBlocks(codes, 1)
  while (chosen.length < MOST_PREDICATES) {
    let best: Candidate | undefined
    for (const candidate of pool) {
      // What a predicate saves hardly grows when others stand before it: the rest cannot be better.
      if (best !== undefined && candidate.saved <= best.saved) break
      candidate.saved =
        cost - judge.ofBlocks(withBits(codes, candidate.bits), 2 ** (chosen.length + 1))
      if (best === undefined || candidate.saved > best.saved) best = candidate
    }
    if (best === undefined || best.saved <= cost * LEAST_STEP) break
    const { question, bits, saved } = best
    chosen.push(question)
    codes = withBits(codes, bits)
    cost -= saved
    pool = pool.filter((candidate) => candidate !== best).sort((x, y) => y.saved - x.saved)
  }
  return chosen.length === 0 ? undefined : { kind: 'bits', predicates: chosen }
}

interface Candidate {
  readonly question: Predicate
  /** 1 for rows that match. */
  readonly bits: Uint8Array
  /** Cost it saved when it was last tried. */
  saved: number
}

function withBits(codes: Int32Array, bits: Uint8Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(codes.length)
  for (let i = 0; i < codes.length; i++) next[i] = 2 * codes[i]! + bits[i]!
  return next
}

function bitsOf(question: Predicate, { scene: { values, sample } }: Judge): Uint8Array {
  const bits = new Uint8Array(sample.rows)
  for (let i = 0; i < sample.rows; i++) bits[i] = matches(question, values, i) ? 1 : 0
  return bits
}
