import type { Panel } from '../../core/panel.ts'
import type { DemandModel } from '../lost-sales/estimate.ts'
import type { Candidates } from './candidates.ts'
import { type LevelFilter, type Slope, slopeOn, varianceOf } from './regress.ts'
import { spreadUnits, type Transfers } from './transfers.ts'

/** Who stands in for whom, as far as stock-outs tell. */
export interface Members {
  /** Probability that a candidate is a substitute, by pair i · ranks + rank. */
  readonly member: Float64Array
  /** Share of the customers who take a substitute, and how sure that is. */
  readonly slope: Slope
  /** Log-likelihood gained over no substitution at all. */
  readonly gain: number
}

const ROUNDS = 8
/** Chance of a substitute before anything is seen. */
const AT_FIRST = 0.4
/** No nearness is quite sure, or quite out of the question. */
const [LEAST, MOST] = [0.02, 0.95]

/**
 * Mixture of two kinds of pairs, substitutes and others, by expectation maximization: of a
 * substitute, ρ · missed · m_j / Σ members' m arrives, of others nothing. Evidence of a pair is the
 * normal log-likelihood ratio over its days, of both directions; before it stands the share of
 * substitutes among pairs as near. ρ is common to all.
 */
export function findMembers(
  panel: Panel,
  model: DemandModel,
  candidates: Candidates,
  transfers: Transfers,
  filter: LevelFilter,
): Members {
  const { ranks, pair, at } = transfers
  const count = panel.ids.length * ranks
  const back = reversePairs(candidates, ranks)
  const usual = new Float64Array(ranks).fill(AT_FIRST)
  const member = new Float64Array(count).fill(AT_FIRST)
  const units = new Float64Array(pair.length)
  const arriving = new Float64Array(panel.values.length)
  let slope: Slope = { slope: 0, error: Infinity, shown: 0, dispersion: 1 }
  let gain = 0
  let evidence: Float64Array = new Float64Array(count)
  for (let round = 0; round < ROUNDS; round++) {
    spreadUnits(transfers, model, member, units)
    arriving.fill(0)
    for (let e = 0; e < pair.length; e++) arriving[at[e]!]! += member[pair[e]!]! * units[e]!
    slope = slopeOn(panel, model, arriving, filter)
    if (!(slope.shown > 0)) break
    evidence = evidenceOf(panel, model, transfers, units, arriving, member, slope)
    gain = update(candidates, ranks, back, usual, evidence, member)
  }
  return { member: throughOthers(candidates, ranks, back, usual, evidence), slope, gain }
}

/**
 * Memberships with what third products say: who is taken instead of whom mostly hangs together in
 * groups, so that a product k that goes with both i and j speaks for the pair, one that goes with i
 * alone against it. With likelihood ratios r of the pairs, of both directions, and ρ the usual share
 * of substitutes: P(k | i ~ j) = ρ r_ik r_kj + 1 − ρ, P(k | not) = ρ (r_ik + r_kj) + 1 − 2 ρ; the logs
 * of their ratio are added over the k that are candidates of both.
 */
export function throughOthers(
  candidates: Candidates,
  ranks: number,
  back: Int32Array,
  usual: Float64Array,
  evidence: Float64Array,
): Float64Array {
  const member = new Float64Array(evidence.length)
  const both = evidence.map((own, key) => own + (back[key]! >= 0 ? evidence[back[key]!]! : 0))
  const ratio = both.map((own) => Math.exp(Math.max(-10, Math.min(10, own))))
  const rankOf = candidates.map((list) => new Map(Array.from(list, (j, rank) => [j, rank])))
  candidates.forEach((list, i) => {
    list.forEach((j, rank) => {
      let said = 0
      list.forEach((k, other) => {
        const rankOfJ = rankOf[k]!.get(j)
        if (k === j || rankOfJ === undefined) return
        const rho = Math.min(0.5, usual[other]!)
        const [a, b] = [ratio[i * ranks + other]!, ratio[k * ranks + rankOfJ]!]
        said += Math.log((rho * a * b + 1 - rho) / (rho * (a + b) + 1 - 2 * rho))
      })
      const key = i * ranks + rank
      const prior = Math.log(usual[rank]! / (1 - usual[rank]!))
      member[key] = 1 / (1 + Math.exp(-(prior + both[key]! + said)))
    })
  })
  return member
}

/** Pair of the other direction, −1 where the other does not have it among its candidates. */
function reversePairs(candidates: Candidates, ranks: number): Int32Array {
  const back = new Int32Array(candidates.length * ranks).fill(-1)
  candidates.forEach((list, i) => {
    list.forEach((j, rank) => {
      const place = candidates[j]!.indexOf(i)
      if (place >= 0) back[i * ranks + rank] = j * ranks + place
    })
  })
  return back
}

/** Log-likelihood ratio of each pair: substitute over other, given what the other pairs bring. */
function evidenceOf(
  panel: Panel,
  model: DemandModel,
  { pair, at }: Transfers,
  units: Float64Array,
  arriving: Float64Array,
  member: Float64Array,
  { shown, dispersion }: Slope,
): Float64Array {
  const evidence = new Float64Array(member.length)
  const size = sizeByValue(panel, model)
  // Days of a stock-out hang together, so that they tell less than as many single days.
  const temper = 1 / Math.max(1, 1.5 * dispersion)
  for (let e = 0; e < pair.length; e++) {
    const index = at[e]!
    const m = model.expected[index]!
    const z = shown * units[e]!
    const others = Math.max(0, shown * (arriving[index]! - member[pair[e]!]! * units[e]!))
    const residual = panel.values[index]! - m - others
    const v = varianceOf(m + others + z, size[index]!)
    evidence[pair[e]!]! += (temper * (z * residual - 0.5 * z * z)) / v
  }
  return evidence
}

function sizeByValue(panel: Panel, { size }: DemandModel): Float64Array {
  const all = new Float64Array(panel.values.length)
  for (let i = 0; i < size.length; i++) all.fill(size[i]!, panel.offsets[i]!, panel.offsets[i + 1]!)
  return all
}

/** New memberships, and the share of members at each nearness; returns the log-likelihood gained. */
function update(
  candidates: Candidates,
  ranks: number,
  back: Int32Array,
  usual: Float64Array,
  evidence: Float64Array,
  member: Float64Array,
): number {
  const sum = new Float64Array(ranks)
  const pairs = new Float64Array(ranks)
  let gain = 0
  candidates.forEach((list, i) => {
    for (let rank = 0; rank < list.length; rank++) {
      const key = i * ranks + rank
      const both = evidence[key]! + (back[key]! >= 0 ? evidence[back[key]!]! : 0)
      const prior = usual[rank]!
      const ratio = Math.exp(Math.max(-30, Math.min(30, both)))
      member[key] = (prior * ratio) / (1 - prior + prior * ratio)
      gain += Math.log(1 - prior + prior * ratio) * (back[key]! >= 0 ? 0.5 : 1)
      if (both === 0) continue
      sum[rank]! += member[key]!
      pairs[rank]! += 1
    }
  })
  // Few pairs at a nearness leave it about where it was.
  for (let r = 0; r < ranks; r++) {
    const next = (sum[r]! + 10 * usual[r]!) / (pairs[r]! + 10)
    usual[r] = Math.max(LEAST, Math.min(MOST, next))
  }
  return gain
}
