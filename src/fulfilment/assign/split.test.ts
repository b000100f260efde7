import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { improve, splitLarge } from './large-split.ts'
import { createSplitSearch, type SplitProblem } from './split.ts'

/** A random problem of fixed and per-piece costs; `worths` may be negative. */
function makeProblem(seed: number, pieces: number, sites: number, monotone: boolean): SplitProblem {
  const random = createRandom(`split-${seed}`)
  const held = Array.from({ length: sites }, () => random.int(1 << pieces))
  const fixed = held.map(() => 100 + random.int(900))
  const each = held.map(() => 10 + random.int(300))
  const worths = held.map(() => Array.from({ length: pieces }, () => random.int(1200) - 300))
  // Without monotone costs some parcels of several pieces are cheaper than a part of them.
  const odd = held.map(() => Array.from({ length: 1 << pieces }, () => random.int(500)))
  return {
    pieces,
    held,
    ship: (site, mask) =>
      fixed[site]! + each[site]! * bits(mask) + (monotone ? 0 : odd[site]![mask]!),
    worth: (site, piece) => worths[site]![piece]!,
    monotone,
  }
}

function bits(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}

function costOf({ ship, worth, pieces }: SplitProblem, site: number, mask: number): number {
  let cents = ship(site, mask)
  for (let piece = 0; piece < pieces; piece++) if ((mask >> piece) & 1) cents += worth(site, piece)
  return cents
}

/** The plain path: every site for every part, every way to part. */
function bruteForce(problem: SplitProblem, left = (1 << problem.pieces) - 1): number {
  if (left === 0) return 0
  let best = Infinity
  for (let mask = left; mask > 0; mask = (mask - 1) & left) {
    if ((mask & left & -left) === 0) continue
    problem.held.forEach((held, site) => {
      if ((held & mask) !== mask) return
      best = Math.min(best, costOf(problem, site, mask) + bruteForce(problem, left ^ mask))
    })
  }
  return best
}

describe('splits of small carts', () => {
  it('cost what the best of all ways costs', () => {
    const search = createSplitSearch(6)
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (seed, pieces, sites, monotone) => {
          const problem = makeProblem(seed, pieces, sites, monotone)
          const split = search.find(problem)
          const best = bruteForce(problem)
          expect(split === undefined).toBe(best === Infinity)
          if (split === undefined) return
          const covered = split.reduce((set, { mask }) => set + mask, 0)
          expect(covered).toBe((1 << pieces) - 1)
          const cents = split.reduce((sum, { site, mask }) => sum + costOf(problem, site, mask), 0)
          expect(cents).toBeCloseTo(best, 6)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('looks at few parcels where bounds hold', () => {
    const looks = [true, false].map((monotone) => {
      const problem = makeProblem(3, 7, 12, true)
      let count = 0
      const ship = (site: number, mask: number) => {
        count++
        return problem.ship(site, mask)
      }
      const held = problem.held.map(() => 127)
      createSplitSearch(7).find({ ...problem, held, ship, monotone })
      return count
    })
    expect(looks[0]!).toBeLessThan(looks[1]! / 3)
  })
})

describe('splits of large carts', () => {
  it('cover all, never cost less than the best way, and are near it', () => {
    const search = createSplitSearch(6)
    let [found, optimal] = [0, 0]
    for (let seed = 0; seed < 60; seed++) {
      const problem = makeProblem(seed, 6, 8, true)
      const best = search.find(problem)
      const large = {
        pieces: 6,
        held: problem.held.map((mask) => [0, 1, 2, 3, 4, 5].filter((piece) => (mask >> piece) & 1)),
        cost: (site: number, pieces: readonly number[]) =>
          costOf(
            problem,
            site,
            pieces.reduce((mask, piece) => mask | (1 << piece), 0),
          ) + 2000,
      }
      const split = splitLarge(large)
      expect(split === undefined).toBe(best === undefined)
      if (split === undefined || best === undefined) continue
      expect(split.flatMap(({ pieces }) => pieces).sort()).toEqual([0, 1, 2, 3, 4, 5])
      const cost = (parts: typeof split) =>
        parts.reduce((sum, { site, pieces }) => sum + large.cost(site, pieces), 0)
      const optimum = search.find({
        ...problem,
        ship: (site, mask) => problem.ship(site, mask) + 2000,
      })!
      const bound = optimum.reduce(
        (sum, { site, mask }) => sum + costOf(problem, site, mask) + 2000,
        0,
      )
      expect(cost(split)).toBeGreaterThanOrEqual(bound - 1e-6)
      const siteOf = new Int32Array(6)
      for (const { site, pieces } of split) for (const piece of pieces) siteOf[piece] = site
      expect(cost(improve(large, siteOf))).toBeLessThanOrEqual(cost(split) + 1e-6)
      found += cost(split)
      optimal += bound
    }
    expect(found / optimal).toBeLessThan(1.06)
  })
})
