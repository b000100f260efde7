import type { Panel } from '../../core/panel.ts'
import { isOpenBucket } from '../axis.ts'
import type { DemandModel } from '../lost-sales/estimate.ts'
import { estimateLostSales } from '../lost-sales/lost-sales.ts'
import type { Candidates } from './candidates.ts'

/**
 * Where customers could have gone on days out of stock. An entry stands for a day on which a series
 * was out and a candidate in stock; entries of a day out of stock follow one another.
 */
export interface Transfers {
  /** Ranks of nearness. */
  readonly ranks: number
  /** Days out of stock; entries of day d are starts[d] … starts[d + 1]. */
  readonly starts: Int32Array
  /** Expected missed units of each day out of stock. */
  readonly missed: Float64Array
  /** By entry: pair i · ranks + rank; index into the panel's values of the candidate's day. */
  readonly pair: Int32Array
  readonly at: Int32Array
}

/** Lays out who could have gone where on the days out of stock. */
export function layOut(
  panel: Panel,
  model: DemandModel,
  candidates: Candidates,
  ranks: number,
): Transfers {
  const lost = estimateLostSales(panel, { model })
  const missed: number[] = []
  const starts: number[] = [0]
  const pair: number[] = []
  const at: number[] = []
  lost.series.forEach((i, k) => {
    const day = lost.bucket[k]!
    candidates[i]!.forEach((j, rank) => {
      const index = indexInStock(panel, model, j, day)
      if (index < 0) return
      pair.push(i * ranks + rank)
      at.push(index)
    })
    if (pair.length === starts.at(-1)) return
    missed.push(lost.lost[k]!)
    starts.push(pair.length)
  })
  return {
    ranks,
    starts: Int32Array.from(starts),
    missed: Float64Array.from(missed),
    pair: Int32Array.from(pair),
    at: Int32Array.from(at),
  }
}

/** Index of the value of series `j` on a day on which it could be bought; −1 on others. */
function indexInStock(panel: Panel, model: DemandModel, j: number, day: number): number {
  const t = day - panel.firstBucket[j]!
  if (t < 0 || t >= panel.offsets[j + 1]! - panel.offsets[j]!) return -1
  if (!isOpenBucket(panel, day)) return -1
  const at = panel.offsets[j]! + t
  return Number.isNaN(panel.values[at]!) || !(model.expected[at]! > 0) ? -1 : at
}

/** Part of the candidates' units that no membership takes away: someone else may be taken. */
const OTHERS = 0.02

/**
 * What would arrive at each entry if all customers of a day out of stock spread over the members by
 * popularity: missed · m_j / Σ_k member_k m_k.
 */
export function spreadUnits(
  { starts, missed, pair, at }: Transfers,
  { expected }: DemandModel,
  member: Float64Array,
  into: Float64Array,
): void {
  for (let d = 0; d < missed.length; d++) {
    let sum = 0
    for (let e = starts[d]!; e < starts[d + 1]!; e++) {
      sum += (OTHERS + member[pair[e]!]!) * expected[at[e]!]!
    }
    for (let e = starts[d]!; e < starts[d + 1]!; e++) {
      into[e] = sum > 0 ? (missed[d]! * expected[at[e]!]!) / sum : 0
    }
  }
}
