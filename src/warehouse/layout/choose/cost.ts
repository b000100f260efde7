import { denseRanks, equalStarts, type Ranks } from '../orders/order.ts'
import {
  columnsOfPredicate,
  matches,
  type Predicate,
  touchedBlocks,
  zonesOf,
} from '../read/predicate.ts'
import { type Quantiles, quantilesOf } from './quantiles.ts'
import type { TableSample } from './sample.ts'

/** Rows that DuckDB handles at once; columns that are not filtered are read only where a row matches. */
const VECTOR_ROWS = 2048

/** One read of the table by a statement of the workload. */
export interface Probe {
  /** As DuckDB prunes by it. */
  readonly predicate: Predicate
  /** CPU ms that reading the whole table would take it, times how often it is asked. */
  readonly weight: number
  /** Runs that it stands for. */
  readonly runs: number
  /** Columns it filters by, and columns it reads besides. */
  readonly filterColumns: number
  readonly otherColumns: number
  readonly fingerprint: string
}

/** What a layout costs the probes, by the sample. */
export interface LayoutCost {
  /** CPU ms of all probes, weighted. */
  readonly cost: number
  /** Mean share of row groups read. */
  readonly groupShare: number
}

/** A sample with what several judges ask of it, computed once. */
export interface Scene {
  readonly sample: TableSample
  readonly values: readonly Float64Array[]
  /** Rows of the sample that match a probe. */
  matching(probe: Probe): Int32Array
  /** Places of a column's values among its distinct ones, missing ones last. */
  ranksOf(column: number): Ranks
  quantilesOf(column: number): Quantiles
}

/** See `Scene`. */
export function createScene(sample: TableSample): Scene {
  const values = sample.columns.map((column) => column.values)
  const found = new Map<Probe, Int32Array>()
  const ranks = new Map<number, Ranks>()
  const quantiles = new Map<number, Quantiles>()
  return {
    sample,
    values,
    matching: (probe) =>
      remember(found, probe, () => matchingRows(probe.predicate, values, sample.rows)),
    ranksOf: (column) =>
      remember(ranks, column, () =>
        denseRanks(values[column]!.map((value) => (Number.isNaN(value) ? Infinity : value))),
      ),
    quantilesOf: (column) => remember(quantiles, column, () => quantilesOf(values[column]!)),
  }
}

function remember<K, V>(known: Map<K, V>, key: K, compute: () => V): V {
  let value = known.get(key)
  if (value === undefined) {
    value = compute()
    known.set(key, value)
  }
  return value
}

/** Judges layouts of one sample for one set of probes. */
export interface Judge {
  readonly scene: Scene
  readonly probes: readonly Probe[]
  /** Columns that the probes look at. */
  readonly needed: ReadonlySet<number>
  /** Rows of the sample in a row group. */
  readonly groupSampleRows: number
  /** Cost of rows that lie in this order, cut into row groups. */
  ofOrder(order: Int32Array): LayoutCost
  /**
   * Cost of blocks of rows with the same code, lying in the order of the codes: rows read, and for
   * each run of neighbouring blocks one row group more, since groups do not end where blocks end.
   */
  ofBlocks(codes: Int32Array, blocks: number): number
}

export interface JudgeOptions {
  readonly groupRows: number
  /** CPU ms that reading a row group takes beside its rows. */
  readonly groupReadMs: number
  /** CPU ms that each row group takes, read or not: its entry in a footer. */
  readonly groupThereMs: number
}

/** A judge of layouts: see `Judge`. */
export function createJudge(scene: Scene, probes: readonly Probe[], options: JudgeOptions): Judge {
  const { sample } = scene
  const share = sample.rows / Math.max(1, sample.totalRows)
  const groupSampleRows = Math.max(1, options.groupRows * share)
  const needed = new Set(probes.flatMap(({ predicate }) => [...columnsOfPredicate(predicate)]))
  return {
    scene,
    probes,
    needed,
    groupSampleRows,
    ofOrder: (order) => costOfOrder(order, scene, probes, needed, share, options),
    ofBlocks: (codes, blocks) =>
      costOfBlocks(codes, blocks, scene.values, probes, needed, groupSampleRows),
  }
}

function matchingRows(
  predicate: Predicate,
  values: readonly Float64Array[],
  rows: number,
): Int32Array {
  const found: number[] = []
  for (let i = 0; i < rows; i++) if (matches(predicate, values, i)) found.push(i)
  return Int32Array.from(found)
}

function costOfOrder(
  order: Int32Array,
  { values, matching }: Scene,
  probes: readonly Probe[],
  needed: ReadonlySet<number>,
  share: number,
  { groupRows, groupReadMs, groupThereMs }: JudgeOptions,
): LayoutCost {
  const rows = order.length
  const starts = equalStarts(rows, Math.max(1, groupRows * share))
  const groups = starts.length - 1
  const zones = zonesOf(values, order, starts, needed)
  const place = new Int32Array(rows)
  order.forEach((row, i) => {
    place[row] = i
  })
  let cost = 0
  let shares = 0
  for (const probe of probes) {
    const touched = touchedBlocks(probe.predicate, zones)
    let groupsRead = 0
    let rowsRead = 0
    for (let g = 0; g < groups; g++) {
      if (touched[g] === 0) continue
      groupsRead++
      rowsRead += starts[g + 1]! - starts[g]!
    }
    const other = Math.min(rowsRead, rowsInVectors(matching(probe), place, share))
    const columns = probe.filterColumns + probe.otherColumns
    const read =
      (probe.filterColumns * rowsRead + probe.otherColumns * other) / Math.max(1, columns)
    const besides = groupsRead * groupReadMs + groups * groupThereMs
    cost += (probe.weight * read) / Math.max(1, rows) + probe.runs * besides
    shares += groupsRead / groups
  }
  return { cost, groupShare: shares / Math.max(1, probes.length) }
}

/**
 * Rows of the sample in vectors with a match. A sample sees few rows of a vector, and misses
 * vectors where matches are scattered: matches that share a vector with others of the sample are
 * taken to lie close, lone ones to have a vector each.
 */
function rowsInVectors(found: Int32Array, place: Int32Array, share: number): number {
  const vectorSampleRows = Math.max(1, VECTOR_ROWS * share)
  const hit = new Set<number>()
  for (const row of found) hit.add(Math.floor(place[row]! / vectorSampleRows))
  if (hit.size === 0) return 0
  const together = found.length / hit.size
  const times = VECTOR_ROWS / vectorSampleRows
  const vectors = (found.length * times) / ((together - 1) * times + 1)
  return vectors * vectorSampleRows
}

function costOfBlocks(
  codes: Int32Array,
  blocks: number,
  values: readonly Float64Array[],
  probes: readonly Probe[],
  needed: ReadonlySet<number>,
  groupSampleRows: number,
): number {
  const { order, starts } = sortByCode(codes, blocks)
  const zones = zonesOf(values, order, starts, needed)
  let cost = 0
  for (const { predicate, weight } of probes) {
    const touched = touchedBlocks(predicate, zones)
    let read = 0
    let before = 0
    for (let b = 0; b < touched.length; b++) {
      if (touched[b] === 1) read += starts[b + 1]! - starts[b]! + (1 - before) * groupSampleRows
      before = touched[b]!
    }
    cost += weight * Math.min(read, codes.length)
  }
  return cost / Math.max(1, codes.length)
}

/** Counting sort of rows by small codes; blocks without rows are left out of `starts`. */
export function sortByCode(
  codes: Int32Array,
  blocks: number,
): { readonly order: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(blocks + 1)
  for (let i = 0; i < codes.length; i++) starts[codes[i]! + 1]!++
  for (let b = 0; b < blocks; b++) starts[b + 1]! += starts[b]!
  const kept: number[] = [0]
  for (let b = 0; b < blocks; b++) if (starts[b + 1]! > kept.at(-1)!) kept.push(starts[b + 1]!)
  const order = new Int32Array(codes.length)
  for (let i = 0; i < codes.length; i++) order[starts[codes[i]!]!++] = i
  return { order, starts: Int32Array.from(kept) }
}

/** Columns by which the probes filter, the one with most weight first. */
export function filteredColumns({ probes }: Judge): readonly number[] {
  const weights = new Map<number, number>()
  for (const { predicate, weight } of probes) {
    for (const column of columnsOfPredicate(predicate)) {
      weights.set(column, (weights.get(column) ?? 0) + weight)
    }
  }
  return [...weights].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([column]) => column)
}
