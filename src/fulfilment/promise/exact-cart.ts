import type { FoundParcel, ParcelFinder } from './parcel-finder.ts'
import type { Part } from './supplies.ts'

// A cart is parted into groups, each sent by one site in one parcel. The best parting of a set of
// parts is the best group that holds its first part, with the best parting of the rest: a table over
// subsets gives the proven optimum in 3^n steps, and each group's best site is found once.

/** What a parting of a cart is to be like. */
export interface CartGoal {
  /** Latest arrival (minutes after the base) of a parcel of these parts; undefined: the window. */
  readonly until: (members: readonly number[]) => number | undefined
  /** Fewest parcels before least cost, or least cost before the earliest arrival. */
  readonly first: 'parcels' | 'cost'
}

/** Parts a cart into parcels; undefined where that cannot be. */
export type PartCart = (
  parts: readonly Part[],
  finder: ParcelFinder,
  goal: CartGoal,
) => readonly FoundParcel[] | undefined

/** The parting that no other beats, proven. For few parts: the work triples with each. */
export const partExactly: PartCart = (parts, finder, goal) => {
  const groups: (FoundParcel | undefined)[] = [undefined]
  for (let mask = 1; mask < 1 << parts.length; mask++) {
    const members = [...parts.keys()].filter((i) => (mask >> i) & 1)
    const group = members.map((i) => parts[i]!)
    groups.push(cheapestSite(group, finder, goal.until(members)))
  }
  return goal.first === 'cost'
    ? bestParting(groups, (p) => [p.mills, p.arriveBy], Math.max)
    : bestParting(
        groups,
        (p) => [1, p.mills],
        (a, b) => a + b,
      )
}

/** Sites that can send all of a group, in rising order. */
export function sitesOf(group: readonly Part[]): readonly number[] {
  const [first, ...others] = group
  const canSend = (part: Part, site: number) => part.supplies.some((one) => one.site === site)
  return first!.supplies
    .map((supply) => supply.site)
    .filter((site) => others.every((part) => canSend(part, site)))
    .toSorted((a, b) => a - b)
}

/** The cheapest parcel of a group over all sites; the earlier, then the lower site among equals. */
export function cheapestSite(
  group: readonly Part[],
  finder: ParcelFinder,
  until: number | undefined,
): FoundParcel | undefined {
  let found: FoundParcel | undefined
  for (const site of sitesOf(group)) {
    const parcel = finder.cheapest(site, group, until)
    if (parcel === undefined) continue
    const isBetter =
      found === undefined ||
      parcel.mills < found.mills ||
      (parcel.mills === found.mills && parcel.arriveBy < found.arriveBy)
    if (isBetter) found = parcel
  }
  return found
}

/**
 * The best parting of all parts into groups of the table: least sum of the first count, among equal
 * ones least of the second, which `join` brings together.
 */
function bestParting(
  groups: readonly (FoundParcel | undefined)[],
  countsOf: (parcel: FoundParcel) => readonly [number, number],
  join: (a: number, b: number) => number,
): readonly FoundParcel[] | undefined {
  const first = new Float64Array(groups.length).fill(Infinity)
  const second = new Float64Array(groups.length).fill(Infinity)
  const chosen = new Int32Array(groups.length)
  first[0] = 0
  second[0] = -Infinity
  for (let mask = 1; mask < groups.length; mask++) {
    const lowest = mask & -mask
    for (let group = mask; group > 0; group = (group - 1) & mask) {
      const parcel = groups[group]
      const rest = mask ^ group
      if ((group & lowest) === 0 || parcel === undefined || first[rest] === Infinity) continue
      const [a, b] = countsOf(parcel)
      const sum = a + first[rest]!
      const tie = rest === 0 ? b : join(b, second[rest]!)
      if (sum > first[mask]! || (sum === first[mask] && tie >= second[mask]!)) continue
      first[mask] = sum
      second[mask] = tie
      chosen[mask] = group
    }
  }
  const all = groups.length - 1
  if (first[all] === Infinity) return undefined
  const parcels: FoundParcel[] = []
  for (let mask = all; mask > 0; mask ^= chosen[mask]!) parcels.push(groups[chosen[mask]!]!)
  return parcels
}
