import { type Arena, reserve } from './arena.ts'
import { type Binning, COLUMNS_AT_ONCE } from './prepare.ts'

/** Bytes of a histogram slot: two f64. */
const SLOT = 16
/** Bytes kept for the best split of a column: 5 f64, then 256 bits of categories going left. */
export const RESULT_BYTES = 128
export const RESULT_CATEGORIES = 64
/** Bytes of the rules (λ1, λ2, least hessian, most step) and of a node (see scanNumber). */
const RULES_BYTES = 64
export const NODE_BYTES = 64
/** i32 fields of a job: what the threads work on between two splits. */
export const JOB = {
  index: 0,
  count: 1,
  small: 2,
  large: 3,
  build: 4,
  scan: 5,
  fields: 16,
} as const

/** A column as the split search sees it. */
export interface ColumnSpec {
  readonly feature: number
  readonly isCategory: boolean
  readonly binCount: number
  readonly monotone: -1 | 0 | 1
}

/** What splits have to obey, beside the numbers in the arena. */
export interface SplitRules {
  readonly categorySmooth: number
  readonly categoryLambda2: number
  readonly maxCategories: number
  readonly oneHotUpTo: number
  readonly minCategoryRows: number
  /** No L1, no most step, no monotone feature: gains take their short form. */
  readonly plain: boolean
}

/** Where everything of one training stands in the arena. Plain data: threads get a copy. */
export interface Layout {
  readonly rows: number
  readonly outputs: number
  readonly stride: number
  readonly groups: number
  readonly columns: readonly ColumnSpec[]
  /** Per group of eight columns: bytes of a column's slots; offset in a histogram. */
  readonly slotBytes: readonly number[]
  readonly groupOffset: readonly number[]
  readonly histogramBytes: number
  readonly binsAt: number
  readonly pairsAt: number
  readonly scoresAt: number
  readonly indexAt: number
  readonly scratchAt: number
  readonly tableAt: number
  readonly rulesAt: number
  readonly nodesAt: number
  readonly jobAt: number
  /** Bytes 0/1: columns of the tree, whose histograms are built. */
  readonly treeColumnsAt: number
  /** Bytes 0/1: columns each of the two nodes may split on. */
  readonly usedAt: number
  readonly resultsAt: number
  /** Per column a pair of u32: what histogramOfFour is told of the columns a thread picks. */
  readonly pickedAt: number
  /** Slots of no account, 4096 bytes a group. */
  readonly spareAt: number
  readonly histogramsAt: number
  readonly rules: SplitRules
}

/** Takes the memory of a training of at most `leaves` leaves from the arena. */
export function layOut(
  arena: Arena,
  data: { rows: number; binsAt: number; binning: Binning; outputs: number },
  leaves: number,
  rules: SplitRules,
): Layout {
  const { rows, binning, binsAt, outputs } = data
  const { stride } = binning
  const columns = columnsOf(binning)
  const groups = stride / COLUMNS_AT_ONCE
  const { slotBytes, groupOffset, histogramBytes } = layOutHistogram(columns, groups)
  return {
    rows,
    outputs,
    stride,
    groups,
    columns,
    slotBytes,
    groupOffset,
    histogramBytes,
    binsAt,
    pairsAt: reserve(arena, rows * 8),
    scoresAt: reserve(arena, rows * outputs * 8),
    indexAt: reserve(arena, rows * 4),
    scratchAt: reserve(arena, rows * 4 + 4),
    tableAt: reserve(arena, 256),
    rulesAt: reserve(arena, RULES_BYTES),
    nodesAt: reserve(arena, 2 * NODE_BYTES),
    jobAt: reserve(arena, JOB.fields * 4),
    treeColumnsAt: reserve(arena, stride),
    usedAt: reserve(arena, 2 * stride),
    resultsAt: reserve(arena, 2 * stride * RESULT_BYTES),
    pickedAt: reserve(arena, stride * 8),
    spareAt: reserve(arena, groups * 4096),
    histogramsAt: reserve(arena, leaves * histogramBytes),
    rules,
  }
}

function columnsOf(binning: Binning): readonly ColumnSpec[] {
  const columns: ColumnSpec[] = []
  binning.features.forEach(({ bins, monotone }, feature) => {
    const isCategory = bins.kind === 'category'
    columns[binning.columns[feature]!] = { feature, isCategory, binCount: bins.binCount, monotone }
  })
  return columns
}

/** The kernel knows slots of 16, 64 and 256 bins; a group takes the smallest that holds its columns. */
function layOutHistogram(columns: readonly ColumnSpec[], groups: number) {
  const slotBytes: number[] = []
  const groupOffset: number[] = []
  let histogramBytes = 0
  for (let g = 0; g < groups; g++) {
    const own = columns.slice(g * COLUMNS_AT_ONCE, (g + 1) * COLUMNS_AT_ONCE)
    const bins = 1 + Math.max(...own.map((column) => column.binCount))
    const bytes = (bins <= 16 ? 16 : bins <= 64 ? 64 : 256) * SLOT
    slotBytes.push(bytes)
    groupOffset.push(histogramBytes)
    histogramBytes += bytes * COLUMNS_AT_ONCE
  }
  return { slotBytes, groupOffset, histogramBytes }
}
