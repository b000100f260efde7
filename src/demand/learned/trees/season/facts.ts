import type { SeasonState } from './base.ts'

/** What is known of each series as of an origin, the same for every slot ahead. */
export interface SeasonFacts {
  readonly names: readonly string[]
  /** names × series. */
  readonly columns: readonly Float64Array[]
}

const WINDOWS = [2, 4, 8, 13, 26] as const

/**
 * Means of the last slots (of the shares, of their deviation from the group's profile, of the other
 * groups' deviation), growth, noise, volume relative to the panel's, age, gaps.
 */
export function seasonFacts(state: SeasonState): SeasonFacts {
  const { structure, growth } = state
  const { level, slots, shares, profile, deviation, others, noise } = structure
  const series = level.length
  const names: string[] = []
  const columns: Float64Array[] = []
  const add = (name: string, of: (i: number) => number) => {
    names.push(name)
    columns.push(Float64Array.from({ length: series }, (_, i) => of(i)))
  }
  for (const window of WINDOWS) {
    add(`share ${window}`, (i) => lastMean(shares, slots, i, window))
    add(`deviation ${window}`, (i) => lastMean(deviation, slots, i, window))
  }
  for (const window of [4, 13]) add(`others ${window}`, (i) => lastMean(others, slots, i, window))
  add('profile 8', (i) => lastMean(profile, slots, i, 8))
  add('group growth', (i) => growth.group[i]!)
  add('other groups growth', (i) => growth.others[i]!)
  add('own growth', (i) => growth.own[i]!)
  add('growth trust', (i) => growth.trust[i]!)
  add('noise', (i) => noise[i]!)
  add('step', (i) => meanStep(shares, slots, i))
  add('volume', volumeOf(level))
  add('observed', (i) => countObserved(shares, slots, i, slots))
  add('gaps', (i) => Math.min(8, slots) - countObserved(shares, slots, i, 8))
  return { names, columns }
}

function lastMean(x: Float64Array, slots: number, i: number, window: number): number {
  let sum = 0
  let count = 0
  for (let t = Math.max(0, slots - window); t < slots; t++) {
    const value = x[i * slots + t]!
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return count > 0 ? sum / count : Number.NaN
}

function meanStep(x: Float64Array, slots: number, i: number): number {
  let sum = 0
  let count = 0
  for (let t = 1; t < slots; t++) {
    const step = Math.abs(x[i * slots + t]! - x[i * slots + t - 1]!)
    if (Number.isNaN(step)) continue
    sum += step
    count++
  }
  return count > 0 ? sum / count : Number.NaN
}

function countObserved(x: Float64Array, slots: number, i: number, window: number): number {
  let count = 0
  for (let t = Math.max(0, slots - window); t < slots; t++) {
    if (!Number.isNaN(x[i * slots + t]!)) count++
  }
  return count
}

/** Logarithm of a level over the middle one: without a unit, so that cents and euros learn alike. */
function volumeOf(level: Float64Array): (i: number) => number {
  const sorted = level.filter((l) => l > 0).sort()
  const middle = sorted.length > 0 ? sorted[sorted.length >> 1]! : 1
  return (i) => Math.log(level[i]! / middle)
}
