import { type KnobSettings, readKnob } from '../../../../core/knobs.ts'
import type { PanelGrid } from '../grid.ts'
import type { Grouping } from '../groupings.ts'
import { EARLIER_SHARE, GROWTH_PRIOR } from '../knobs.ts'
import { comparedSlots, type Growth, learnGrowth } from './growth.ts'
import { type Look, looksBack, lookUp, type MovingOccasion } from './look-back.ts'
import { type SeasonStructure, seasonStructure } from './structure.ts'

/** What an origin knows: the structure of the past, growth, and where the past is looked up. */
export interface SeasonState {
  readonly structure: SeasonStructure
  readonly growth: Growth
  /** Looks a season back and two, of target slot `t`. */
  looks(t: number, back: 0 | 1): readonly Look[]
  /** Last season's sum of the base over that of the season before, where both are known; by series. */
  readonly yearRatio: Float64Array
  /** Weight of the season before the last, where both are known. */
  readonly earlierShare: number
}

/** Growth fades by this factor a slot ahead. */
const GROWTH_FADE = 0.99

/** The state of the grid as of slot `origin`. Reads nothing from that slot on. */
export function seasonState(
  grid: PanelGrid,
  groupings: readonly Grouping[],
  occasions: readonly MovingOccasion[],
  season: number,
  origin: number,
  settings: KnobSettings = {},
): SeasonState {
  const structure = seasonStructure(grid, groupings, season, origin, settings)
  const earlierShare = readKnob(EARLIER_SHARE, settings)
  const bucketOfSlot = (slot: number) => slotBucket(grid, slot)
  const cache = new Map<number, readonly Look[]>()
  const looks = (t: number, back: 0 | 1) => {
    const key = 2 * t + back
    const known = cache.get(key) ?? looksBack(structure, bucketOfSlot, occasions, t, back)
    cache.set(key, known)
    return known
  }
  const yearRatio = yearRatios(structure)
  const compared = comparedSlots(structure.slots, season)
  const first = structure.from + structure.slots - compared
  const expected = new Float64Array(grid.series * compared)
  for (let k = 0; k < compared; k++) {
    const [last, earlier] = [looks(first + k, 0), looks(first + k, 1)]
    for (let i = 0; i < grid.series; i++) {
      const row = { structure, ratio: yearRatio[i]!, earlierShare, i }
      expected[i * compared + k] = blendYears(row, last, earlier)
    }
  }
  const prior = readKnob(GROWTH_PRIOR, settings)
  const growth = learnGrowth(structure, groupings, expected, { first, compared, prior })
  return { structure, growth, looks, yearRatio, earlierShare }
}

/** Bucket of a slot, also beyond the grid's end (no weekday is closed where seasons are long). */
function slotBucket(grid: PanelGrid, slot: number): number {
  const last = grid.slots - 1
  return slot <= last ? grid.buckets[slot]! : grid.buckets[last]! + slot - last
}

function yearRatios(structure: SeasonStructure): Float64Array {
  const { slots, season, base, level } = structure
  return Float64Array.from(level, (_, i) => {
    let now = 0
    let then = 0
    for (let t = Math.max(season, slots - season); t < slots; t++) {
      const before = base[i * slots + t - season]!
      if (Number.isNaN(base[i * slots + t]!) || Number.isNaN(before)) continue
      now += base[i * slots + t]!
      then += before
    }
    return now > 0 && then > 0 ? Math.max(0.5, Math.min(2, now / then)) : 1
  })
}

/** A series whose seasons are blended. */
interface BlendedRow {
  readonly structure: SeasonStructure
  /** What brings the season before the last to the level of the last. */
  readonly ratio: number
  readonly earlierShare: number
  readonly i: number
}

/** The base at the looks of last season, blended with those of the season before brought to its level. */
function blendYears(
  { structure, ratio, earlierShare, i }: BlendedRow,
  last: readonly Look[],
  earlier: readonly Look[],
): number {
  const row = i * structure.slots
  const a = lookUp(structure.base, row, last)
  const b = lookUp(structure.base, row, earlier) * ratio
  if (Number.isNaN(a)) return b
  return Number.isNaN(b) ? a : (1 - earlierShare) * a + earlierShare * b
}

/** The share of its level expected of series `i` in slot `t`, without growth. NaN never: 1 then. */
export function seasonShare(state: SeasonState, i: number, t: number): number {
  const { structure, yearRatio, earlierShare } = state
  const row = { structure, ratio: yearRatio[i]!, earlierShare, i }
  const share = blendYears(row, state.looks(t, 0), state.looks(t, 1))
  return Number.isNaN(share) ? 1 : share
}

/** Believed growth of series `i` at slot `t`, as a factor. */
export function growthFactor(state: SeasonState, i: number, t: number): number {
  const { growth, structure } = state
  const log = growth.all[i]! + growth.group[i]! + growth.others[i]! + growth.own[i]!
  return Math.exp(log * GROWTH_FADE ** Math.max(0, t - structure.origin))
}
