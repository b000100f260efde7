/** Pieces of a cart by the site that ships them; a site may ship more than one parcel. */
export type Split = readonly { readonly site: number; readonly pieces: readonly number[] }[]

/** What the search of splits looks at: pieces 0 … n − 1 and sites 0 … m − 1, dense. */
export interface SplitProblem {
  readonly pieces: number
  /** Pieces that each site holds, as bits. */
  readonly held: readonly number[]
  /**
   * Cents of shipping `mask` from a site, Infinity where that cannot be; at least 0. Where `monotone`,
   * never more for fewer pieces.
   */
  ship(site: number, mask: number): number
  /** Cents that a piece is worth at a site beside; may be negative. */
  worth(site: number, piece: number): number
  /** True where a part of a parcel never ships for more than the parcel: then bounds skip most. */
  readonly monotone: boolean
}

/** A part of the cart, as bits, and the site that ships it. */
export interface SplitPart {
  readonly site: number
  readonly mask: number
}

/** Finds the cheapest split; holds its memory between calls. */
export interface SplitSearch {
  /**
   * The cheapest way to part all pieces among sites, undefined where there is none:
   *
   *   best(S) = min over P ⊆ S with the lowest piece of S of [min over sites of cost(site, P)] + best(S \ P)
   *
   * over sets of pieces, 3ⁿ/2 steps. Costs are looked up only where they may matter: a parcel costs at
   * least what a part of it costs at the site plus the worth of the rest, and the pieces left over at
   * least what the dearest of them costs alone. Ties go to fewer parcels, then to lower sites.
   */
  find(problem: SplitProblem): readonly SplitPart[] | undefined
}

/** Costs closer than this are equal: sums of cents in another order. */
const TIE = 1e-7

/** A search for carts of at most `mostPieces` pieces (≤ 20). */
export function createSplitSearch(mostPieces: number): SplitSearch {
  const size = 1 << mostPieces
  const cost = new Float64Array(size)
  const siteOf = new Int32Array(size)
  const atSite = new Float64Array(size)
  const best = new Float64Array(size)
  const part = new Int32Array(size)
  /** Of each piece: its least cost when it ships alone, and its least worth. */
  const alone = new Float64Array(mostPieces)
  const least = new Float64Array(mostPieces)
  /** Costs of single pieces, a row of `mostPieces` a site. */
  let single = new Float64Array(mostPieces * 16)
  return {
    find(problem) {
      const full = (1 << problem.pieces) - 1
      cost.fill(Infinity, 0, full + 1)
      siteOf.fill(-1, 0, full + 1)
      leastWorths(problem)
      singles(problem)
      let limit = 0
      for (let piece = 0; piece < problem.pieces; piece++) limit += alone[piece]!
      for (let site = 0; site < problem.held.length; site++) {
        limit = parcelsOf(problem, site, full, limit)
      }
      return partition(full)
    },
  }

  /** Worths are counted from the least of each piece, so that no cost is negative. */
  function leastWorths({ pieces, held, worth }: SplitProblem): void {
    least.fill(Infinity, 0, pieces)
    held.forEach((mask, site) => {
      for (let piece = 0; piece < pieces; piece++) {
        if ((mask >> piece) & 1) least[piece] = Math.min(least[piece]!, worth(site, piece))
      }
    })
  }

  function singles({ pieces, held, ship, worth }: SplitProblem): void {
    alone.fill(Infinity, 0, pieces)
    if (single.length < held.length * mostPieces) {
      single = new Float64Array(2 * held.length * mostPieces)
    }
    for (let site = 0; site < held.length; site++) {
      for (let piece = 0; piece < pieces; piece++) {
        if (((held[site]! >> piece) & 1) === 0) continue
        const cents = ship(site, 1 << piece) + worth(site, piece) - least[piece]!
        single[site * mostPieces + piece] = cents
        if (cents >= alone[piece]! - TIE) continue
        alone[piece] = cents
        cost[1 << piece] = cents
        siteOf[1 << piece] = site
      }
    }
  }

  /** Costs of all parcels of two pieces and more that a site can ship; returns the limit, lowered. */
  function parcelsOf(problem: SplitProblem, site: number, full: number, known: number): number {
    const { held, ship, worth, monotone, pieces } = problem
    const mine = held[site]!
    let limit = known
    for (let mask = mine & -mine; mask !== 0; mask = (mask - mine) & mine) {
      const rest = mask & (mask - 1)
      const lowest = 31 - Math.clz32(mask ^ rest)
      if (rest === 0) {
        atSite[mask] = single[site * mostPieces + lowest]!
        continue
      }
      if (monotone) {
        const atLeast = atSite[rest]! + worth(site, lowest) - least[lowest]!
        atSite[mask] = atLeast
        if (atLeast >= cost[mask]! - TIE) continue
        if (atLeast + dearestAlone(full ^ mask, pieces) > limit + TIE) continue
      }
      const cents = ship(site, mask) + worths(problem, site, mask)
      atSite[mask] = cents
      if (cents >= cost[mask]! - TIE) continue
      cost[mask] = cents
      siteOf[mask] = site
      if (mask === full && cents < limit) limit = cents
    }
    return limit
  }

  function worths({ worth, pieces }: SplitProblem, site: number, mask: number): number {
    let sum = 0
    for (let piece = 0; piece < pieces; piece++) {
      if ((mask >> piece) & 1) sum += worth(site, piece) - least[piece]!
    }
    return sum
  }

  function dearestAlone(mask: number, pieces: number): number {
    let most = 0
    for (let piece = 0; piece < pieces; piece++) {
      if ((mask >> piece) & 1 && alone[piece]! > most) most = alone[piece]!
    }
    return most
  }

  function partition(full: number): readonly SplitPart[] | undefined {
    best[0] = 0
    for (let set = 1; set <= full; set++) {
      const low = set & -set
      const others = set ^ low
      best[set] = Infinity
      for (let sub = others; ; sub = (sub - 1) & others) {
        const cents = cost[sub | low]! + best[others ^ sub]!
        if (cents < best[set]! - TIE) {
          best[set] = cents
          part[set] = sub | low
        }
        if (sub === 0) break
      }
    }
    if (best[full] === Infinity) return undefined
    const parts: SplitPart[] = []
    for (let set = full; set !== 0; set ^= part[set]!) {
      parts.push({ site: siteOf[part[set]!]!, mask: part[set]! })
    }
    return parts
  }
}
