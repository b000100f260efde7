import { requireArgument } from '../../../core/errors.ts'

/** What an order asks of units that do not suffice for all. */
export interface Claim {
  readonly orderId: string
  /** Whole units, at least 0. */
  readonly units: number
  /** Epoch minutes. */
  readonly promisedBy: number
}

/**
 * Units of each claim when `available` units do not suffice: max-min fairness in whole units. All get
 * the same, up to what they ask, as high as the units go (water-filling; Bertsekas and Gallager 1992,
 * Data Networks, 6.5.2); the units left, fewer than claims not yet met, go one each to those promised
 * earliest, ties to the smaller id. So nobody gets more than asked, nothing is left while someone
 * waits, and nobody who waits has two units less than another got. What comes first in the list
 * plays no part. O(n log n). Throws ERR_ARGUMENT on units that are negative or no whole numbers.
 */
export function fairShare(available: number, claims: readonly Claim[]): readonly number[] {
  for (const units of [available, ...claims.map((claim) => claim.units)]) {
    requireArgument(Number.isInteger(units) && units >= 0, `${units} units cannot be shared`)
  }
  const level = waterLevel(
    available,
    claims.map(({ units }) => units),
  )
  const shares = claims.map(({ units }) => Math.min(units, level))
  let left = available - shares.reduce((sum, units) => sum + units, 0)
  const unmet = claims
    .map((claim, index) => ({ ...claim, index }))
    .filter(({ units, index }) => units > shares[index]!)
    .sort((a, b) => a.promisedBy - b.promisedBy || compare(a.orderId, b.orderId))
  for (const { index } of unmet) {
    if (left === 0) break
    shares[index]! += 1
    left--
  }
  return shares
}

/** The most whole units that all can get alike, up to what they ask. */
function waterLevel(available: number, asked: readonly number[]): number {
  const rising = [...asked].sort((a, b) => a - b)
  let left = available
  for (let met = 0; met < rising.length; met++) {
    const open = rising.length - met
    const step = rising[met]! - (rising[met - 1] ?? 0)
    if (step * open > left) return (rising[met - 1] ?? 0) + Math.floor(left / open)
    left -= step * open
  }
  return rising.at(-1) ?? 0
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
