import type { Split } from './split.ts'

/** What the search of large carts looks at; pieces and sites are dense. */
export interface LargeSplitProblem {
  readonly pieces: number
  /** Pieces that each site holds, rising. */
  readonly held: readonly (readonly number[])[]
  /** Cents of one parcel with its goods' worth; Infinity where it cannot be. */
  cost(site: number, pieces: readonly number[]): number
}

/** Rounds of closing parcels: each round looks at every open site once. */
const MOST_ROUNDS = 4

/**
 * A split of a cart too large to look at every way. Greedy covering (Chvátal 1979, A greedy heuristic
 * for the set-covering problem, Math. of OR 4: within 1 + ln n of the cheapest cover) opens the site
 * whose parcel of what is left costs least a piece; then each site, dearest a piece first, is closed
 * where its pieces ship for less from the others that are open. Undefined where a piece ships from
 * nowhere.
 */
export function splitLarge(problem: LargeSplitProblem): Split | undefined {
  const siteOf = cover(problem)
  return siteOf === undefined ? undefined : improve(problem, siteOf)
}

/**
 * Closes parcels of a split that is known (the site of each piece) as `splitLarge` does; never dearer
 * than what it begins with.
 */
export function improve(problem: LargeSplitProblem, siteOf: Int32Array): Split {
  const parcels = parcelsOf(problem, siteOf)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let closed = false
    const perPiece = (site: number) =>
      problem.cost(site, parcels.get(site)!) / parcels.get(site)!.length
    const dearestFirst = [...parcels.keys()]
      .map((site) => ({ site, cents: perPiece(site) }))
      .sort((a, b) => b.cents - a.cents || b.site - a.site)
    for (const { site } of dearestFirst) closed = closeSite(problem, parcels, site) || closed
    if (!closed) break
  }
  return [...parcels].map(([site, pieces]) => ({ site, pieces })).sort((a, b) => a.site - b.site)
}

function cover({ pieces, held, cost }: LargeSplitProblem): Int32Array | undefined {
  const siteOf = new Int32Array(pieces).fill(-1)
  for (let covered = 0; covered < pieces; ) {
    let best: { site: number; open: readonly number[]; each: number } | undefined
    for (let site = 0; site < held.length; site++) {
      const open = held[site]!.filter((piece) => siteOf[piece] === -1)
      if (open.length === 0) continue
      const each = cost(site, open) / open.length
      if (each < (best?.each ?? Infinity)) best = { site, open, each }
    }
    if (best === undefined) return undefined
    for (const piece of best.open) siteOf[piece] = best.site
    covered += best.open.length
  }
  return siteOf
}

function parcelsOf({ pieces }: LargeSplitProblem, siteOf: Int32Array): Map<number, number[]> {
  const parcels = new Map<number, number[]>()
  for (let piece = 0; piece < pieces; piece++) {
    const mine = parcels.get(siteOf[piece]!)
    if (mine === undefined) parcels.set(siteOf[piece]!, [piece])
    else mine.push(piece)
  }
  return parcels
}

/** Moves all pieces of a site to others that are open, each to where it alone costs least, if that pays. */
function closeSite(
  { held, cost }: LargeSplitProblem,
  parcels: Map<number, number[]>,
  site: number,
): boolean {
  const moved = new Map<number, number[]>()
  const others = [...parcels.keys()].filter((other) => other !== site)
  const holds = new Map(others.map((other) => [other, new Set(held[other]!)]))
  for (const piece of parcels.get(site)!) {
    let to = -1
    let least = Infinity
    for (const other of others) {
      if (!holds.get(other)!.has(piece)) continue
      const cents = cost(other, [piece])
      if (cents < least) [to, least] = [other, cents]
    }
    if (to === -1) return false
    moved.set(to, [...(moved.get(to) ?? []), piece])
  }
  let saved = cost(site, parcels.get(site)!)
  const merged = [...moved].map(([to, pieces]) => {
    const together = [...parcels.get(to)!, ...pieces].sort((a, b) => a - b)
    saved -= cost(to, together) - cost(to, parcels.get(to)!)
    return [to, together] as const
  })
  if (!(saved > 1e-7)) return false
  parcels.delete(site)
  for (const [to, together] of merged) parcels.set(to, together)
  return true
}
