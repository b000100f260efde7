import { type CartGoal, cheapestSite, type PartCart } from './exact-cart.ts'
import type { FoundParcel, ParcelFinder } from './parcel-finder.ts'
import type { Part } from './supplies.ts'

/** Rounds in which parts are moved between parcels; later ones rarely find anything. */
const MOST_ROUNDS = 4

interface Group {
  readonly members: readonly number[]
  readonly parcel: FoundParcel
}

/**
 * Parts a cart of any size: takes again and again the parcel that costs least a part (or, where few
 * parcels come first, that holds most), then moves single parts to other parcels and dissolves
 * parcels while that helps. The bench states how far it is from the proven optimum.
 */
export const partGreedily: PartCart = (parts, finder, goal) => {
  let groups = cover(parts, finder, goal)
  if (groups === undefined) return undefined
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const better = improve(parts, finder, goal, groups)
    if (better === undefined) break
    groups = better
  }
  return groups.map(({ parcel }) => parcel)
}

function cover(
  parts: readonly Part[],
  finder: ParcelFinder,
  goal: CartGoal,
): readonly Group[] | undefined {
  const left = new Set(parts.keys())
  const groups: Group[] = []
  while (left.size > 0) {
    const group = nextGroup(parts, finder, goal, left)
    if (group === undefined) return undefined
    groups.push(group)
    for (const member of group.members) left.delete(member)
  }
  return groups
}

/** The best parcel among those of all that a site has of what is left, and those of single parts. */
function nextGroup(
  parts: readonly Part[],
  finder: ParcelFinder,
  goal: CartGoal,
  left: ReadonlySet<number>,
): Group | undefined {
  const bySite = new Map<number, number[]>()
  for (const member of left) {
    for (const { site } of parts[member]!.supplies) {
      const held = bySite.get(site)
      if (held === undefined) bySite.set(site, [member])
      else held.push(member)
    }
  }
  let best: Group | undefined
  for (const [site, members] of bySite) {
    const group = groupAt(parts, finder, goal, site, members)
    if (group === undefined) continue
    if (best === undefined || isBetter(group, best, goal)) best = group
  }
  return best
}

/** All members that go on one route from the site; where all do not, as many as one after another do. */
function groupAt(
  parts: readonly Part[],
  finder: ParcelFinder,
  goal: CartGoal,
  site: number,
  members: readonly number[],
): Group | undefined {
  const together = (some: readonly number[]) =>
    finder.cheapest(
      site,
      some.map((i) => parts[i]!),
      goal.until(some),
    )
  const all = together(members)
  if (all !== undefined) return { members, parcel: all }
  let group: Group | undefined
  for (const member of members) {
    const more = [...(group?.members ?? []), member]
    const parcel = together(more)
    if (parcel !== undefined) group = { members: more, parcel }
  }
  return group
}

function isBetter(a: Group, b: Group, { first }: CartGoal): boolean {
  if (first === 'parcels' && a.members.length !== b.members.length) {
    return a.members.length > b.members.length
  }
  return a.parcel.mills / a.members.length < b.parcel.mills / b.members.length
}

/** The first move of a part into another parcel, or alone elsewhere, that makes the whole better. */
function improve(
  parts: readonly Part[],
  finder: ParcelFinder,
  goal: CartGoal,
  groups: readonly Group[],
): readonly Group[] | undefined {
  let current = groups
  let isImproved = false
  for (const member of parts.keys()) {
    const from = current.find((group) => group.members.includes(member))!
    const rest = regroup(parts, finder, goal, without(from.members, member))
    if (rest === undefined) continue
    for (const to of current) {
      if (to === from) continue
      const joined = regroup(parts, finder, goal, [...to.members, member])
      if (joined === undefined || joined.length === 0) continue
      const moved = [...current.filter((g) => g !== from && g !== to), ...rest, ...joined]
      if (!beats(moved, current, goal)) continue
      current = moved
      isImproved = true
      break
    }
  }
  return isImproved ? current : undefined
}

/** These members as one parcel from whichever site; no parcel for none; undefined where it cannot be. */
function regroup(
  parts: readonly Part[],
  finder: ParcelFinder,
  goal: CartGoal,
  members: readonly number[],
): readonly Group[] | undefined {
  if (members.length === 0) return []
  const group = members.map((i) => parts[i]!)
  const parcel = cheapestSite(group, finder, goal.until(members))
  return parcel === undefined ? undefined : [{ members, parcel }]
}

function beats(a: readonly Group[], b: readonly Group[], { first }: CartGoal): boolean {
  const mills = (groups: readonly Group[]) => groups.reduce((sum, g) => sum + g.parcel.mills, 0)
  if (first === 'parcels' && a.length !== b.length) return a.length < b.length
  return mills(a) < mills(b) - 1e-6
}

function without(members: readonly number[], member: number): readonly number[] {
  return members.filter((one) => one !== member)
}
