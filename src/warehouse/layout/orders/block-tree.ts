import { structures } from '../../../learn/index.ts'
import type { Judge, Probe } from '../choose/cost.ts'
import { matches, mayMatch, type Predicate, zonesOf } from '../read/predicate.ts'
import type { BlockTree, SortKey } from './keys.ts'
import { questionsOf } from './questions.ts'

/** Leaves hold at least this share of a row group. */
const LEAST_LEAF = 0.5
const MOST_LEAVES = 1024
const ROWS_A_CHOICE = 4096
const MEDIANS = [0.25, 0.5, 0.75]

/**
 * A tree of blocks in the manner of Qd-trees: each block is cut by the question that lets the
 * probes skip most rows, until blocks are about as small as row groups. Questions are those of the
 * workload and the quartiles of the block itself, so that parameters not yet seen find blocks too.
 */
export function buildBlockTree(judge: Judge, columns: readonly number[]): SortKey | undefined {
  const questions = questionsOf(judge.probes, columns)
  const builder: Builder = { judge, columns, questions, leaves: 0, cuts: 0 }
  const rows = Int32Array.from({ length: judge.scene.sample.rows }, (_, i) => i)
  const tree = grow(rows, judge.probes, builder)
  return 'leaf' in tree ? undefined : { kind: 'tree', tree }
}

interface Builder {
  readonly judge: Judge
  readonly columns: readonly number[]
  readonly questions: readonly Predicate[]
  leaves: number
  cuts: number
}

function grow(rows: Int32Array, probes: readonly Probe[], builder: Builder): BlockTree {
  const cut =
    builder.cuts < MOST_LEAVES && probes.length > 0 ? bestCut(rows, probes, builder) : undefined
  if (cut === undefined) return { leaf: builder.leaves++ }
  builder.cuts++
  return {
    question: cut.question,
    yes: grow(cut.yes.rows, cut.yes.probes, builder),
    no: grow(cut.no.rows, cut.no.probes, builder),
  }
}

interface Side {
  readonly rows: Int32Array
  readonly probes: readonly Probe[]
}

interface Cut {
  readonly question: Predicate
  readonly yes: Side
  readonly no: Side
}

function bestCut(rows: Int32Array, probes: readonly Probe[], builder: Builder): Cut | undefined {
  const { judge, columns, questions } = builder
  const some = thinned(rows)
  const least = (judge.groupSampleRows * LEAST_LEAF * some.length) / rows.length
  if (some.length < 2 * least) return undefined
  let best: Predicate | undefined
  let most = 0
  for (const question of [...questions, ...quartiles(some, columns, judge)]) {
    const [yes, no] = divide(some, question, judge)
    if (yes.length < least || no.length < least) continue
    const all = weightOf(probes)
    const skipped =
      yes.length * (all - weightOf(stillTouching(yes, probes, judge))) +
      no.length * (all - weightOf(stillTouching(no, probes, judge)))
    if (skipped > most) [most, best] = [skipped, question]
  }
  if (best === undefined) return undefined
  const [yes, no] = divide(rows, best, judge)
  return {
    question: best,
    yes: { rows: yes, probes: stillTouching(yes, probes, judge) },
    no: { rows: no, probes: stillTouching(no, probes, judge) },
  }
}

/** Rows by which a cut is chosen: all of a small block, evenly some of a large one. */
function thinned(rows: Int32Array): Int32Array {
  if (rows.length <= ROWS_A_CHOICE) return rows
  const step = rows.length / ROWS_A_CHOICE
  return Int32Array.from({ length: ROWS_A_CHOICE }, (_, i) => rows[Math.floor(i * step)]!)
}

function weightOf(probes: readonly Probe[]): number {
  let sum = 0
  for (const { weight } of probes) sum += weight
  return sum
}

function quartiles(
  rows: Int32Array,
  columns: readonly number[],
  { scene: { values } }: Judge,
): Predicate[] {
  return columns.flatMap((column) => {
    const sorted = Float64Array.from(rows, (row) => values[column]![row]!)
    structures.sortFloat64(sorted)
    const cuts = new Set(MEDIANS.map((share) => sorted[Math.floor(share * sorted.length)]!))
    return [...cuts].filter(Number.isFinite).map((high): Predicate => {
      const ends = { low: -Infinity, lowOpen: false, high, highOpen: true }
      return { kind: 'range', column, ...ends }
    })
  })
}

function divide(
  rows: Int32Array,
  question: Predicate,
  { scene: { values } }: Judge,
): readonly [yes: Int32Array, no: Int32Array] {
  const yes = new Int32Array(rows.length)
  const no = new Int32Array(rows.length)
  let y = 0
  let n = 0
  for (const row of rows) {
    if (matches(question, values, row)) yes[y++] = row
    else no[n++] = row
  }
  return [yes.slice(0, y), no.slice(0, n)]
}

function stillTouching(rows: Int32Array, probes: readonly Probe[], judge: Judge): readonly Probe[] {
  const zones = zonesOf(judge.scene.values, rows, Int32Array.of(0, rows.length), judge.needed)
  return probes.filter(({ predicate }) => mayMatch(predicate, zones, 0))
}
