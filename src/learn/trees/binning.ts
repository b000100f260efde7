import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'
import { sortFloat64 } from '../structures/sort/sort.ts'
import type { TreeFeature } from './types.ts'

/** Bin of missing and unknown values; bins of values start at 1. */
export const MISSING_BIN = 0
/** Bins of values at most: with the missing one, a bin fits a byte. */
export const MOST_BINS = 255

/**
 * How values of a feature become bins. Numbers: bin b (1 … edges.length + 1) holds the values with
 * edges[b − 2] < value ≤ edges[b − 1]. Categories: code c has bin codeBins[c], 0 when rare or unknown.
 */
export type FeatureBins =
  | { readonly kind: 'number'; readonly edges: Float64Array; readonly binCount: number }
  | { readonly kind: 'category'; readonly codeBins: Uint8Array; readonly binCount: number }

export interface BinOptions {
  /** Bins of values at most, 2 … 255. */
  readonly maxBins: number
  /** Rows a bin holds at least (of the sample). */
  readonly minRowsPerBin: number
  /** Rows looked at to place the edges. */
  readonly sampleRows: number
  readonly seed: string | number
}

/** Memory that findBins uses again for each feature of a table. */
export interface BinScratch {
  readonly sample: Float64Array
  readonly counts: Int32Array
}

export function binScratch(rows: number, { sampleRows }: BinOptions): BinScratch {
  const size = Math.min(rows, sampleRows)
  return { sample: new Float64Array(size), counts: new Int32Array(size) }
}

/** Finds the bins of one feature (see FeatureBins). */
export function findBins(
  feature: TreeFeature,
  options: BinOptions,
  scratch: BinScratch,
): FeatureBins {
  const { values } = feature
  if (feature.kind === 'category') return findCategoryBins(values, options.maxBins)
  const sorted = sampleValues(values, options, scratch.sample)
  sortFloat64(sorted)
  const edges = placeEdges(sorted, options, scratch.counts)
  return { kind: 'number', edges, binCount: edges.length + 1 }
}

/** Number of edges that are less than `value`; edges rise. */
function countBelow(edges: Float64Array, value: number): number {
  let low = 0
  let length = edges.length
  while (length > 0) {
    const half = length >> 1
    if (edges[low + half]! < value) {
      low += half + 1
      length -= half + 1
    } else length = half
  }
  return low
}

function sampleValues(
  values: TreeFeature['values'],
  options: BinOptions,
  sample: Float64Array,
): Float64Array {
  const { length } = values
  const random = length > options.sampleRows ? createRandom(options.seed) : undefined
  let kept = 0
  for (let i = 0; i < sample.length; i++) {
    // One row from each of equal stretches of the table: spread evenly, yet without a period.
    const stretch = length / sample.length
    const at = random === undefined ? i : Math.floor((i + random.next()) * stretch)
    const value = values[Math.min(at, length - 1)]!
    if (!Number.isNaN(value)) sample[kept++] = value
  }
  return sample.subarray(0, kept)
}

interface Distinct {
  readonly values: Float64Array
  readonly counts: Int32Array
}

/** Packs the distinct values to the front of `sorted` and counts them. */
function distinctOf(sorted: Float64Array, counts: Int32Array): Distinct {
  let n = 0
  for (let i = 0; i < sorted.length; i++) {
    if (n > 0 && sorted[n - 1] === sorted[i]) counts[n - 1]!++
    else {
      sorted[n] = sorted[i]! + 0 // −0 becomes 0
      counts[n++] = 1
    }
  }
  return { values: sorted.subarray(0, n), counts: counts.subarray(0, n) }
}

function placeEdges(sorted: Float64Array, options: BinOptions, counts: Int32Array): Float64Array {
  const total = sorted.length
  const distinct = distinctOf(sorted, counts)
  const after =
    distinct.values.length <= options.maxBins
      ? cutsBetweenAll(distinct, options.minRowsPerBin)
      : cutsOfEqualCount(distinct, total, options)
  return Float64Array.from(after, (i) => between(distinct.values[i]!, distinct.values[i + 1]!))
}

/** A number in [low, high) near their middle. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2
  return middle >= low && middle < high ? middle : low
}

/** Few distinct values: a cut after each, unless its bin would hold too few rows. */
function cutsBetweenAll({ counts }: Distinct, minRows: number): number[] {
  const cuts: number[] = []
  let held = 0
  for (let i = 0; i + 1 < counts.length; i++) {
    held += counts[i]!
    if (held < minRows) continue
    cuts.push(i)
    held = 0
  }
  return cuts
}

/**
 * Many distinct values: bins of about equal count, where a value more frequent than the mean bin has
 * one of its own (the greedy rule of LightGBM's GreedyFindBin; Ke et al., NeurIPS 2017).
 */
function cutsOfEqualCount({ counts }: Distinct, total: number, options: BinOptions): number[] {
  const bins = Math.max(1, Math.min(options.maxBins, Math.floor(total / options.minRowsPerBin)))
  const isBig = (i: number) => counts[i]! >= total / bins
  let restRows = total
  let restBins = bins
  for (let i = 0; i < counts.length; i++) {
    if (!isBig(i)) continue
    restRows -= counts[i]!
    restBins--
  }
  let mean = restRows / Math.max(1, restBins)
  const cuts: number[] = []
  let held = 0
  for (let i = 0; i + 1 < counts.length && cuts.length < bins - 1; i++) {
    if (!isBig(i)) restRows -= counts[i]!
    held += counts[i]!
    const full = isBig(i) || held >= mean || (isBig(i + 1) && held >= Math.max(1, mean / 2))
    if (!full) continue
    cuts.push(i)
    held = 0
    if (!isBig(i)) mean = restRows / Math.max(1, --restBins)
  }
  return cuts
}

/** The most frequent codes have a bin each, in order of falling count; the rest share bin 0. */
function findCategoryBins(codes: TreeFeature['values'], maxBins: number): FeatureBins {
  let most = -1
  for (let i = 0; i < codes.length; i++) if (codes[i]! > most) most = codes[i]!
  requireArgument(most < 2 ** 24, `category code ${most} is too large: number codes from 0`)
  const counts = new Float64Array(most + 1)
  for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0) counts[codes[i]!]!++
  const order = Array.from(counts.keys()).filter((code) => counts[code]! > 0)
  order.sort((a, b) => counts[b]! - counts[a]! || a - b)
  const kept = order.slice(0, Math.min(maxBins, MOST_BINS - 1))
  const codeBins = new Uint8Array(most + 1)
  kept.forEach((code, i) => {
    codeBins[code] = i + 1
  })
  return { kind: 'category', codeBins, binCount: Math.max(1, kept.length) }
}

/** Writes the bin of every value to out[at], out[at + stride], … */
export function writeBins(
  bins: FeatureBins,
  values: TreeFeature['values'],
  out: Uint8Array,
  at: number,
  stride: number,
): void {
  if (bins.kind === 'category') {
    for (let i = 0, o = at; i < values.length; i++, o += stride) {
      const code = values[i]!
      out[o] = code >= 0 && code < bins.codeBins.length ? bins.codeBins[code]! : MISSING_BIN
    }
    return
  }
  // Rows of one series often stand together and share their values.
  let last = Number.NaN
  let bin = MISSING_BIN
  for (let i = 0, o = at; i < values.length; i++, o += stride) {
    const value = values[i]!
    if (value !== last) {
      last = value
      bin = Number.isNaN(value) ? MISSING_BIN : 1 + countBelow(bins.edges, value)
    }
    out[o] = bin
  }
}
