import type { Grouping } from '../groupings.ts'
import type { SeasonStructure } from './structure.ts'

/** Growth since last season of each series, as logarithms; their sum is believed. */
export interface Growth {
  /** Of all series together. */
  readonly all: Float64Array
  /** Of the first grouping's group beside that. */
  readonly group: Float64Array
  /** Of the groups of the other groupings. */
  readonly others: Float64Array
  /** Of the series itself beside all these. */
  readonly own: Float64Array
  /** Slots compared, over those and the prior. */
  readonly trust: Float64Array
}

/** Slots compared, as a share of the season: a quarter. */
const WINDOW = 0.25
/** Shares of the growth seen that lasts, chosen on the origins 53 … 65 of weekly store sales. */
const LASTS_ALL = 0.4
const LASTS_GROUP = 0.75
const LASTS_OTHERS = 0.9
const LASTS_OWN = 0.4
const MOST = Math.log(2.5)

/** What is compared: `compared` slots from slot `first` on; `prior` more make half believable. */
interface Comparison {
  readonly first: number
  readonly compared: number
  readonly prior: number
}

/**
 * Growth by comparing the last slots with what was expected of them from a season before
 * (`expected`, series × compared slots in shares of the level; column k is slot `first` + k): sums over
 * a group's series weighted by their level. Groups speak first and the series for the rest alone: the
 * noise of one series is larger than its growth.
 */
export function learnGrowth(
  structure: SeasonStructure,
  groupings: readonly Grouping[],
  expected: Float64Array,
  { first, compared, prior }: Comparison,
): Growth {
  const series = structure.level.length
  const now = new Float64Array(series)
  const then = new Float64Array(series)
  const count = new Float64Array(series)
  for (let i = 0; i < series; i++) {
    for (let k = 0; k < compared; k++) {
      const share = structure.shares[i * structure.slots + first - structure.from + k]!
      const before = expected[i * compared + k]!
      if (Number.isNaN(share) || Number.isNaN(before)) continue
      now[i]! += share * structure.level[i]!
      then[i]! += before * structure.level[i]!
      count[i]! += 1
    }
  }
  const all = groupGrowth(now, then, new Int32Array(series), 1)
  const trust = count.map((n) => (n > 0 ? n / (n + prior) : 0))
  const byGrouping = groupings.map(({ codes, count: groups }) =>
    groupGrowth(now, then, codes, groups),
  )
  const group = trust.map((w, i) => w * LASTS_GROUP * (byGrouping[0]![i]! - all[i]!))
  const others = new Float64Array(series)
  const own = new Float64Array(series)
  for (let i = 0; i < series; i++) {
    let explained = byGrouping[0]![i]!
    for (const growth of byGrouping.slice(1)) {
      const beside = growth[i]! - all[i]!
      others[i]! += trust[i]! * LASTS_OTHERS * beside
      explained += beside
    }
    own[i] = trust[i]! * LASTS_OWN * (logRatio(now[i]!, then[i]!) - explained)
  }
  return { all: all.map((g) => LASTS_ALL * g), group, others, own, trust }
}

/** Slots at the end of a history of `known` slots that can be compared with the season before. */
export function comparedSlots(known: number, season: number): number {
  return Math.max(0, Math.min(Math.round(WINDOW * season), known - season))
}

function groupGrowth(
  now: Float64Array,
  then: Float64Array,
  codes: Int32Array,
  groups: number,
): Float64Array {
  const a = new Float64Array(groups)
  const b = new Float64Array(groups)
  now.forEach((value, i) => {
    if (!(then[i]! > 0)) return
    a[codes[i]!]! += value
    b[codes[i]!]! += then[i]!
  })
  return Float64Array.from(codes, (code) => logRatio(a[code]!, b[code]!))
}

function logRatio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.max(-MOST, Math.min(MOST, Math.log(a / b))) : 0
}
