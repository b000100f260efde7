import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Panel } from '../../core/panel.ts'
import { type DemandModel, fitDemand } from '../lost-sales/estimate.ts'
import { LEVEL_HALF_LIFE, LEVEL_PRIOR } from '../lost-sales/knobs.ts'
import { type Candidates, candidateOrders } from './candidates.ts'
import { CANDIDATES, LEAST_SUBSTITUTION, SUBSTITUTE_CHANCE, SUBSTITUTE_EVIDENCE } from './knobs.ts'
import { findMembers, type Members } from './members.ts'
import { layOut } from './transfers.ts'

/** Pairs of series: what share of the customers who miss one take the other. */
export interface Substitution {
  /** Series that is out of stock. */
  readonly series: Int32Array
  readonly substitute: Int32Array
  /** In (0, 1]; those of a series sum to 1 at most. */
  readonly probability: Float64Array
}

export interface SubstitutionOptions {
  readonly settings?: KnobSettings
  /** fitDemand of the same panel, where it is at hand. */
  readonly model?: DemandModel
}

const NOTHING: Substitution = {
  series: new Int32Array(0),
  substitute: new Int32Array(0),
  probability: new Float64Array(0),
}

/**
 * Share of the demand of each product that moves to a similar one when it is out of stock, from the
 * days on which that happened: what the similar ones sold beyond their own expectation over what was
 * missed. Candidates are near in price or in words, whichever explains more; which of them are
 * substitutes is a mixture (findMembers). Nothing where all pairs together are not supported by
 * `demand.substitute-evidence` standard errors, nor for a panel without `censored`. Source for the
 * setting: Anupindi, Dada & Gupta 1998; Vulcano, van Ryzin & Ratliff 2012.
 */
export function estimateSubstitution(
  panel: Panel,
  { settings = {}, model = undefined }: SubstitutionOptions = {},
): Substitution {
  if (!panel.censored?.some((units) => !Number.isNaN(units))) return NOTHING
  const fitted = model ?? fitDemand(panel, { settings })
  const ranks = Math.round(readKnob(CANDIDATES, settings))
  const filter = {
    halfLife: readKnob(LEVEL_HALF_LIFE, settings),
    prior: readKnob(LEVEL_PRIOR, settings),
  }
  const tried = candidateOrders(panel, ranks).map((candidates) => {
    const transfers = layOut(panel, fitted, candidates, ranks)
    return { candidates, members: findMembers(panel, fitted, candidates, transfers, filter) }
  })
  tried.sort((a, b) => b.members.gain - a.members.gain)
  const { candidates, members } = tried[0]!
  const { slope, error } = members.slope
  if (!(slope > readKnob(SUBSTITUTE_EVIDENCE, settings) * error)) return NOTHING
  return pairsOf(candidates, members, typicalUnits(panel, fitted), ranks, settings)
}

function pairsOf(
  candidates: Candidates,
  { member, slope }: Members,
  typical: Float64Array,
  ranks: number,
  settings: KnobSettings,
): Substitution {
  const least = readKnob(LEAST_SUBSTITUTION, settings)
  const chance = readKnob(SUBSTITUTE_CHANCE, settings)
  const rate = Math.min(1, slope.slope)
  const series: number[] = []
  const substitute: number[] = []
  const probability: number[] = []
  candidates.forEach((list, i) => {
    const weight = Array.from(list, (j, rank) => member[i * ranks + rank]! * typical[j]!)
    const sum = weight.reduce((a, b) => a + b, 0)
    list.forEach((j, rank) => {
      const share = sum > 0 ? (rate * weight[rank]!) / sum : 0
      if (share < least || member[i * ranks + rank]! < chance) return
      series.push(i)
      substitute.push(j)
      probability.push(share)
    })
  })
  return {
    series: Int32Array.from(series),
    substitute: Int32Array.from(substitute),
    probability: Float64Array.from(probability),
  }
}

/** Mean expected units of each series over its last 90 days: how popular it is now. */
function typicalUnits({ ids, offsets }: Panel, { expected }: DemandModel): Float64Array {
  return Float64Array.from(ids, (_, i) => {
    const from = Math.max(offsets[i]!, offsets[i + 1]! - 90)
    let sum = 0
    for (let at = from; at < offsets[i + 1]!; at++) sum += expected[at]!
    return sum / Math.max(1, offsets[i + 1]! - from)
  })
}
