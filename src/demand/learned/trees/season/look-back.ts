import { type Buckets, bucketOf, DAY_MS } from '../../../../core/calendar.ts'
import type { Panel } from '../../../../core/panel.ts'
import { events } from '../../../../learn/index.ts'
import type { SeasonStructure } from './structure.ts'

/** An occasion as buckets, rising, past and ahead; each is compared with the ones before. */
export type MovingOccasion = readonly number[]

/**
 * The occasions whose place in the season changes: Easter, and those of the panel's events that stand
 * in another bucket of the season from one time to the next. For weeks and months alone.
 */
export function movingOccasions(panel: Panel, season: number, until: number): MovingOccasion[] {
  const { buckets } = panel
  if (panel.ids.length === 0 || season < 4) return []
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), until)
  const occasions: MovingOccasion[] = []
  const easter = events.easterBuckets(buckets, first, until)
  if (easter.length > 0 && season === 52) occasions.push([...easter])
  for (const days of occurrences(panel)) {
    const at = [...new Set(days.map((day) => bucketOf(day * DAY_MS, buckets)))]
    const moves = at.some((bucket, k) => k > 0 && (bucket - at[k - 1]!) % season !== 0)
    const isKnown = occasions.some((known) => at.some((bucket) => known.includes(bucket)))
    if (moves && !isKnown && isYearly(at, season, buckets)) occasions.push(at)
  }
  return occasions
}

function occurrences(panel: Panel): number[][] {
  const byName = new Map<string, number[]>()
  for (const { name, firstDay, series } of panel.events ?? []) {
    if (series !== undefined) continue
    byName.set(name, [...(byName.get(name) ?? []), firstDay])
  }
  return [...byName.values()].map((days) => days.sort((a, b) => a - b))
}

/** Once a season, give or take a sixth of it. */
function isYearly(at: readonly number[], season: number, buckets: Buckets): boolean {
  if (buckets.frequency === 'H' || at.length < 2) return false
  return at.every((bucket, k) => k === 0 || Math.abs(bucket - at[k - 1]! - season) <= season / 6)
}

/** One place in the past to look at: slot (of the structure) and weight. */
export interface Look {
  readonly slot: number
  readonly weight: number
}

/** Weight of each neighbour of the slot looked at. */
const NEIGHBOUR = 0.1

/**
 * Where in the past of a structure target slot `t` (grid slots) is to be looked up, `back` seasons ago
 * counted from the last one known: the same slot of the season with a little of its neighbours; an
 * occasion that moves is looked up where it last was, and other slots never look at it. Empty where
 * the past does not reach so far.
 */
export function looksBack(
  structure: SeasonStructure,
  bucketOfSlot: (slot: number) => number,
  occasions: readonly MovingOccasion[],
  t: number,
  back: number,
): Look[] {
  const { from, origin, season, slots } = structure
  // An origin beyond the data looks at what there is.
  const limit = Math.min(origin, t, from + slots)
  const isOccasion = (slot: number) => {
    const bucket = bucketOfSlot(slot)
    return occasions.findIndex((occasion) => occasion.includes(bucket))
  }
  const occasion = isOccasion(t)
  if (occasion >= 0) {
    const past: number[] = []
    for (let s = limit - 1; s >= from; s--) if (isOccasion(s) === occasion) past.push(s)
    const found = past[back]
    if (found !== undefined) return [{ slot: found - from, weight: 1 }]
  }
  let same = t - season
  while (same >= limit) same -= season
  same -= season * back
  if (same < from) return []
  const looks: Look[] = []
  const add = (slot: number, weight: number) => {
    if (slot < from || slot >= limit) return
    const stray = isOccasion(slot) >= 0 && slot > from && slot + 1 < limit
    if (!stray) looks.push({ slot: slot - from, weight })
    else {
      looks.push({ slot: slot - 1 - from, weight: weight / 2 })
      looks.push({ slot: slot + 1 - from, weight: weight / 2 })
    }
  }
  add(same, 1 - 2 * NEIGHBOUR)
  add(same - 1, NEIGHBOUR)
  add(same + 1, NEIGHBOUR)
  return looks
}

/** Weighted mean of row `i` of a matrix of the structure at the looks; NaN where nothing is known. */
export function lookUp(matrix: Float64Array, row: number, looks: readonly Look[]): number {
  let sum = 0
  let weight = 0
  for (const look of looks) {
    const value = matrix[row + look.slot]!
    if (Number.isNaN(value)) continue
    sum += look.weight * value
    weight += look.weight
  }
  return weight > 0 ? sum / weight : Number.NaN
}
