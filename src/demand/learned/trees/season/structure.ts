import { type KnobSettings, readKnob } from '../../../../core/knobs.ts'
import type { PanelGrid } from '../grid.ts'
import { type Grouping, membersOf, oneGroup } from '../groupings.ts'
import { GROUP_PRIOR, NOISE_PRIOR } from '../knobs.ts'
import { lowRank } from './low-rank.ts'

/**
 * A panel as of an origin, taken apart: value = level · (profile of its group + what its other groups
 * add + what it shares with some of its group + its own). All matrices are series × slots, slots from
 * `from` to before `origin`, in units of the level; NaN where nothing was observed.
 */
export interface SeasonStructure {
  readonly origin: number
  readonly from: number
  readonly slots: number
  /** Slots of a season. */
  readonly season: number
  /** Mean of the last season, its gaps filled by the group's profile; NaN where it is not above zero. */
  readonly level: Float64Array
  readonly shares: Float64Array
  /** Profile of the first grouping's group. */
  readonly profile: Float64Array
  /** shares − profile. */
  readonly deviation: Float64Array
  /** Mean deviation of the groups of the other groupings. */
  readonly others: Float64Array
  readonly common: Float64Array
  /** What is left: deviation − half of others − common. */
  readonly rest: Float64Array
  /** The series' own rest, smoothed over neighbouring slots. */
  readonly smoothRest: Float64Array
  readonly smoothDeviation: Float64Array
  /** The denoised past: profile + half of others + common + shares of the rest. */
  readonly base: Float64Array
  /** Mean size of the rest, drawn to the panel's middle while observations are few. */
  readonly noise: Float64Array
}

/** Largest share of its level that a slot may have. */
const LARGEST_SHARE = 12
const RANK = 4
const RANK_SHRINK = 0.7
/** How much of other groupings' profiles, of the smoothed rest and of the rest itself is believed. */
const OTHERS_SHARE = 0.5
const SMOOTH_SHARE = 0.3
const OWN_SHARE = 0.3
const SMOOTH_REACH = 4
const LEAST_NOISE = 0.02

/** Takes the grid apart as of slot `origin`, from at most two and a half seasons of it. */
export function seasonStructure(
  grid: PanelGrid,
  groupings: readonly Grouping[],
  season: number,
  origin: number,
  settings: KnobSettings = {},
): SeasonStructure {
  const groupPrior = readKnob(GROUP_PRIOR, settings)
  const end = Math.min(origin, grid.slots)
  const from = Math.max(0, end - Math.floor(2.5 * season))
  const slots = end - from
  const window = { from, slots, season }
  const first = groupings[0]!
  let level = levels(grid, window)
  let shares = sharesOf(grid, window, level)
  let profile = profilesOf(shares, level, slots, first, groupPrior)
  level = levels(grid, window, profile)
  shares = sharesOf(grid, window, level)
  profile = profilesOf(shares, level, slots, first, groupPrior)
  const deviation = shares.map((share, k) => share - profile[k]!)
  const others = othersOf(deviation, level, grid.series, slots, groupings.slice(1))
  const common = commonOf(deviation, others, grid.series, slots, first)
  const rest = deviation.map((d, k) => d - OTHERS_SHARE * others[k]! - common[k]!)
  const smoothRest = smoothRows(rest, grid.series, slots, SMOOTH_REACH, 6)
  const base = profile.map((p, k) => {
    const own = Number.isNaN(rest[k]!) ? 0 : OWN_SHARE * rest[k]!
    const near = Number.isNaN(smoothRest[k]!) ? 0 : SMOOTH_SHARE * smoothRest[k]!
    return p + OTHERS_SHARE * others[k]! + common[k]! + near + own
  })
  return {
    origin,
    ...window,
    level,
    shares,
    profile,
    deviation,
    others,
    common,
    rest,
    smoothRest,
    smoothDeviation: smoothRows(deviation, grid.series, slots, 3, LARGEST_SHARE),
    base,
    noise: noiseOf(rest, grid.series, slots, readKnob(NOISE_PRIOR, settings)),
  }
}

interface Window {
  readonly from: number
  readonly slots: number
  readonly season: number
}

/** Σ y / Σ profile over the last season; the plain mean without a profile. */
function levels(grid: PanelGrid, window: Window, profile?: Float64Array): Float64Array {
  const { from, slots, season } = window
  const begin = Math.max(0, slots - season)
  return Float64Array.from({ length: grid.series }, (_, i) => {
    let sum = 0
    let size = 0
    let weight = 0
    for (let t = begin; t < slots; t++) {
      const y = grid.values[i * grid.slots + from + t]!
      if (Number.isNaN(y)) continue
      sum += y
      size += Math.abs(y)
      weight += profile === undefined ? 1 : Math.max(0.05, profile[i * slots + t]!)
    }
    // A level near zero beside the size of what was seen (returns as large as sales) scales nothing.
    return sum > 0.02 * size ? sum / weight : Number.NaN
  })
}

function sharesOf(grid: PanelGrid, window: Window, level: Float64Array): Float64Array {
  const { from, slots } = window
  const shares = new Float64Array(grid.series * slots)
  for (let i = 0; i < grid.series; i++) {
    for (let t = 0; t < slots; t++) {
      const share = grid.values[i * grid.slots + from + t]! / level[i]!
      shares[i * slots + t] = Math.max(-1, Math.min(LARGEST_SHARE, share))
    }
  }
  return shares
}

/** Σ √level · x / Σ √level by group and slot; also the number of series seen. */
function groupMeans(
  x: Float64Array,
  level: Float64Array,
  series: number,
  slots: number,
  grouping: Grouping,
  limit: number,
): { means: Float64Array; counts: Float64Array } {
  const sum = new Float64Array(grouping.count * slots)
  const weight = new Float64Array(grouping.count * slots)
  const counts = new Float64Array(grouping.count * slots)
  for (let i = 0; i < series; i++) {
    const w = Math.sqrt(level[i]!)
    if (!(w > 0)) continue
    const to = grouping.codes[i]! * slots
    for (let t = 0; t < slots; t++) {
      const value = x[i * slots + t]!
      if (Number.isNaN(value)) continue
      sum[to + t]! += w * Math.max(-limit, Math.min(limit, value))
      weight[to + t]! += w
      counts[to + t]! += 1
    }
  }
  return { means: sum.map((s, k) => (weight[k]! > 0 ? s / weight[k]! : Number.NaN)), counts }
}

/** Profile of each series' group, leaning on that of all series where the group is small. */
function profilesOf(
  shares: Float64Array,
  level: Float64Array,
  slots: number,
  grouping: Grouping,
  prior: number,
): Float64Array {
  const series = level.length
  const everyone = oneGroup(series)
  const all = groupMeans(shares, level, series, slots, everyone, LARGEST_SHARE).means
  const { means, counts } = groupMeans(shares, level, series, slots, grouping, LARGEST_SHARE)
  const profile = new Float64Array(series * slots)
  for (let i = 0; i < series; i++) {
    const from = grouping.codes[i]! * slots
    for (let t = 0; t < slots; t++) {
      const n = counts[from + t]!
      const whole = Number.isNaN(all[t]!) ? 1 : all[t]!
      const own = n > 0 ? means[from + t]! : whole
      profile[i * slots + t] = n + prior > 0 ? (n * own + prior * whole) / (n + prior) : whole
    }
  }
  return profile
}

function othersOf(
  deviation: Float64Array,
  level: Float64Array,
  series: number,
  slots: number,
  groupings: readonly Grouping[],
): Float64Array {
  const others = new Float64Array(series * slots)
  for (const grouping of groupings) {
    const { means } = groupMeans(deviation, level, series, slots, grouping, 1)
    for (let i = 0; i < series; i++) {
      const from = grouping.codes[i]! * slots
      for (let t = 0; t < slots; t++) {
        const value = means[from + t]!
        if (!Number.isNaN(value)) others[i * slots + t]! += value / groupings.length
      }
    }
  }
  return others
}

/** Low-rank part of the deviations within each group of at least four series. */
function commonOf(
  deviation: Float64Array,
  others: Float64Array,
  series: number,
  slots: number,
  grouping: Grouping,
): Float64Array {
  const common = new Float64Array(series * slots)
  for (const members of membersOf(grouping)) {
    if (members.length < 4) continue
    const matrix = new Float64Array(members.length * slots)
    members.forEach((i, r) => {
      for (let t = 0; t < slots; t++) {
        const value = deviation[i * slots + t]! - OTHERS_SHARE * others[i * slots + t]!
        matrix[r * slots + t] = Number.isNaN(value) ? 0 : Math.max(-3, Math.min(3, value))
      }
    })
    const result = new Float64Array(matrix.length)
    lowRank(matrix, members.length, slots, RANK, RANK_SHRINK, result)
    members.forEach((i, r) => {
      common.set(result.subarray(r * slots, (r + 1) * slots), i * slots)
    })
  }
  return common
}

/** Triangular means over up to `reach` neighbours on each side; NaN where none was observed. */
export function smoothRows(
  x: Float64Array,
  series: number,
  slots: number,
  reach: number,
  limit: number,
): Float64Array {
  const smooth = new Float64Array(series * slots)
  for (let i = 0; i < series; i++) {
    for (let t = 0; t < slots; t++) {
      let sum = 0
      let weight = 0
      for (let k = Math.max(0, t - reach); k <= Math.min(slots - 1, t + reach); k++) {
        const value = x[i * slots + k]!
        if (Number.isNaN(value)) continue
        const w = 1 - Math.abs(k - t) / (reach + 1)
        sum += w * Math.max(-limit, Math.min(limit, value))
        weight += w
      }
      smooth[i * slots + t] = weight > 0 ? sum / weight : Number.NaN
    }
  }
  return smooth
}

function noiseOf(rest: Float64Array, series: number, slots: number, prior: number): Float64Array {
  const sums = new Float64Array(series)
  const counts = new Float64Array(series)
  for (let i = 0; i < series; i++) {
    for (let t = 0; t < slots; t++) {
      const value = rest[i * slots + t]!
      if (Number.isNaN(value)) continue
      sums[i]! += Math.abs(value)
      counts[i]! += 1
    }
  }
  const means = sums.map((sum, i) => sum / counts[i]!).filter((mean) => mean > 0)
  means.sort()
  const middle = means.length > 0 ? means[means.length >> 1]! : 0
  return sums.map((sum, i) => Math.max(LEAST_NOISE, (sum + prior * middle) / (counts[i]! + prior)))
}
