import type { FloatArray } from '../graph/index.ts'
import { LARGEST } from './features.ts'
import { PEAK, type PreparedSet } from './prepare.ts'
import type { ForkView } from './reference.ts'

/** Steps looked back over, and the steps after which one weighs half, in short seasons. */
const REACH_SEASONS = 16
const HALF_LIFE_SEASONS = 4
/** What the level of the series weighs beside the steps seen, so that few do not say everything. */
const LEVEL_WEIGHT = 1
/** Bounds of what a phase does to the quantiles. */
const LEAST_PHASE = 0.2
const MOST_PHASE = 5

/** Quantiles of the steps seen lately, newer ones weighing more: past demand as its own distribution. */
export interface RecentQuantiles {
  /** Reads the steps before a fork. */
  look(view: ForkView): void
  /** Writes the quantiles, times what the phase of a step does, as row `row`. */
  write(view: ForkView, plain: number, into: FloatArray, row: number): void
}

/** A reader with buffers of its own. */
export function createRecentQuantiles(
  prepared: PreparedSet,
  levels: readonly number[],
): RecentQuantiles {
  const { set, options } = prepared
  const { short } = options.seasons
  const reach = REACH_SEASONS * short
  const weights = Float64Array.from(
    { length: reach },
    (_, k) => 0.5 ** (k / (HALF_LIFE_SEASONS * short)),
  )
  const values = new Float64Array(reach + 1)
  const shares = new Float64Array(reach + 1)
  const found = new Float64Array(levels.length)
  return {
    look({ series, seen, level }) {
      const from = set.offsets[series]!
      const length = set.offsets[series + 1]! - from
      values[0] = 1
      shares[0] = LEVEL_WEIGHT
      let count = 1
      let total = LEVEL_WEIGHT
      const newest = Math.min(seen, length) - 1
      for (let t = newest; t >= 0 && seen - 1 - t < reach; t--) {
        const value = set.values[from + t]!
        if (Number.isNaN(value) || prepared.peak[from + t] === PEAK.occasion) continue
        const weight = weights[seen - 1 - t]!
        insert(values, shares, count++, value / level, weight)
        total += weight
      }
      readQuantiles(values, shares, count, total, levels, found)
    },
    write({ mean, level }, plain, into, row) {
      const ratio = mean > 0 ? plain / mean : 1
      const phase = Math.max(LEAST_PHASE, Math.min(MOST_PHASE, ratio))
      for (let l = 0; l < found.length; l++) {
        const value = level > 0 ? phase * found[l]! : 0
        into[row * found.length + l] = Math.max(-LARGEST, Math.min(LARGEST, value))
      }
    },
  }
}

/** Puts a value in its place among the first `count`, which rise. */
function insert(
  values: Float64Array,
  shares: Float64Array,
  count: number,
  value: number,
  share: number,
): void {
  let at = count
  while (at > 0 && values[at - 1]! > value) {
    values[at] = values[at - 1]!
    shares[at] = shares[at - 1]!
    at--
  }
  values[at] = value
  shares[at] = share
}

/** Weighted quantiles, straight between the middles of the steps. */
function readQuantiles(
  values: Float64Array,
  shares: Float64Array,
  count: number,
  total: number,
  levels: readonly number[],
  into: Float64Array,
): void {
  let k = 0
  let below = 0
  levels.forEach((level, l) => {
    const wanted = level * total
    while (k < count - 1 && below + shares[k]! / 2 < wanted) below += shares[k++]!
    // `below` weighs what lies under value k, whose own middle is the first not under the level.
    if (k === 0) {
      into[l] = values[0]!
      return
    }
    const high = below + shares[k]! / 2
    const low = below - shares[k - 1]! / 2
    const share = Math.max(0, Math.min(1, (wanted - low) / (high - low)))
    into[l] = values[k - 1]! + share * (values[k]! - values[k - 1]!)
  })
}
