import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { growRegions } from './grow.ts'
import { readPrices } from './knobs.ts'
import { denseLimits, type RegionLimits } from './limits.ts'
import { isContiguous, searchPartitions, shareMoved } from './search.ts'
import { seedPartition } from './seeds.ts'
import { areasBelow, randomSpanningTree, sumsBelow } from './spanning-tree.ts'
import { PartitionState, planOf } from './state.ts'
import { gridProblem } from './testing/problems.ts'

const prices = readPrices()
const seeds = fc.integer({ min: 0, max: 1e6 })
const SMALL = { starts: 2, steps: 3000, keep: 3 }

function search(seed: number, regions: number, limits: RegionLimits, size = 6) {
  const problem = gridProblem(size, size, 10, seed)
  const dense = denseLimits(problem, regions, limits)
  return { problem, found: searchPartitions(problem, dense, prices, { seed, ...SMALL }) }
}

describe('randomSpanningTree', () => {
  it('is a tree of the areas, each after its parent and beside it', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { adjacency, demand } = gridProblem(4, 5, 2, seed)
        const areas = Int32Array.from({ length: 15 }, (_, i) => i)
        const inside = (a: number) => a < 15
        const tree = randomSpanningTree(adjacency, areas, inside, createRandom(seed))
        expect([...tree.order].sort((a, b) => a - b)).toEqual([...areas])
        const sums = sumsBelow(tree, demand)
        for (let i = 1; i < 15; i++) {
          expect(tree.parent[i]!).toBeLessThan(i)
          const around = adjacency.neighbors.subarray(
            adjacency.starts[tree.order[i]!]!,
            adjacency.starts[tree.order[i]! + 1]!,
          )
          expect([...around]).toContain(tree.order[tree.parent[i]!])
          const below = areasBelow(tree, i).reduce((sum, a) => sum + demand[a]!, 0)
          expect(sums[i]).toBeCloseTo(below, 9)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('draws every tree of a ring about as often', () => {
    const { adjacency } = gridProblem(2, 2, 1, 1)
    const counts = new Map<string, number>()
    const random = createRandom(4)
    for (let i = 0; i < 4000; i++) {
      const { order, parent } = randomSpanningTree(
        adjacency,
        Int32Array.of(0, 1, 2, 3),
        () => true,
        random,
      )
      const edges = Array.from(order, (a, p) => [a, order[parent[p]!] ?? -1])
        .filter(([, to]) => to! >= 0)
        .map((edge) => edge.sort().join('-'))
      const key = edges.sort().join(' ')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(4)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('growRegions and seeds', () => {
  it('cover the map with contiguous regions', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), (seed, regions) => {
        const problem = gridProblem(6, 7, 9, seed)
        const limits = denseLimits(problem, regions)
        const start = seedPartition(problem, limits, createRandom(seed))
        expect(isContiguous(problem, start, regions)).toBe(true)
      }),
    )
  })

  it('leave what no seed reaches unassigned', () => {
    const problem = gridProblem(1, 4, 1, 1)
    const cut = { ...problem, adjacency: gridProblem(1, 1, 1, 1).adjacency }
    expect(cut.adjacency.neighbors).toHaveLength(0)
    const start = Int32Array.of(0, -1, -1, -1)
    const lone = {
      ...problem,
      adjacency: {
        starts: new Int32Array(5),
        neighbors: new Int32Array(0),
        bridge: new Uint8Array(0),
      },
    }
    expect([...growRegions(lone, 1, start, new Float64Array(4))]).toEqual([0, -1, -1, -1])
  })
})

describe('searchPartitions', () => {
  it('finds contiguous regions within the limits, the same for the same seed', () => {
    for (let seed = 0; seed < 6; seed++) {
      const limits = { demandTolerance: 0.25, capacityTolerance: 1 }
      const { problem, found } = search(seed, 4, limits)
      const [best] = found
      expect(best!.violation).toBe(0)
      for (const { plan } of found) expect(isContiguous(problem, plan.areaRegion, 4)).toBe(true)
      const mean = best!.measures.total.demand / 4
      for (const region of best!.measures.byRegion)
        expect(Math.abs(region.demand - mean)).toBeLessThanOrEqual(0.25 * mean + 1e-6)
      expect(search(seed, 4, limits).found[0]!.plan).toEqual(best!.plan)
      for (const other of found.slice(1))
        expect(shareMoved(problem, best!.plan, other.plan)).toBeGreaterThanOrEqual(0.02)
    }
  })

  it('finds the best of all partitions of a small map', () => {
    for (let seed = 0; seed < 5; seed++) {
      const problem = gridProblem(3, 4, 5, seed)
      const limits = denseLimits(problem, 2, { demandTolerance: 0.3, capacityTolerance: 0.7 })
      const found = searchPartitions(problem, limits, prices, { seed, ...SMALL })
      const state = new PartitionState(problem, limits, prices)
      let best = Infinity
      for (let set = 1; set < 2 ** 12 - 1; set++) {
        const regions = Int32Array.from({ length: 12 }, (_, a) => (set >> a) & 1)
        if (!isContiguous(problem, regions, 2)) continue
        state.load(regions)
        if (state.violation() === 0) best = Math.min(best, state.cost())
      }
      if (best === Infinity) expect(found[0]!.violation).toBeGreaterThan(0)
      else expect(found[0]!.costCents).toBeCloseTo(best, 4)
    }
  })

  it('keeps what is fixed, forbidden, together and apart', () => {
    for (let seed = 0; seed < 4; seed++) {
      const { found } = search(seed, 3, {
        demandTolerance: 0.5,
        capacityTolerance: 1,
        fixedAreas: [
          { area: 0, region: 2 },
          { area: 35, region: 1 },
        ],
        forbidden: [{ area: 5, region: 0 }],
        together: [[14, 15]],
        apart: [[20, 21]],
      })
      const { plan, violation } = found[0]!
      expect(violation).toBe(0)
      expect(plan.areaRegion[0]).toBe(2)
      expect(plan.areaRegion[35]).toBe(1)
      expect(plan.areaRegion[5]).not.toBe(0)
      expect(plan.areaRegion[14]).toBe(plan.areaRegion[15])
      expect(plan.areaRegion[20]).not.toBe(plan.areaRegion[21])
    }
  })

  it('starts from today and moves no more than allowed, nor what does not pay', () => {
    const problem = gridProblem(6, 6, 10, 3)
    const wide = { demandTolerance: 0.6, capacityTolerance: 1 }
    const limits = denseLimits(problem, 3, wide)
    const state = new PartitionState(problem, limits, prices)
    state.load(seedPartition(problem, limits, createRandom('today')))
    const before = planOf(state)
    const find = (more: RegionLimits) =>
      searchPartitions(problem, denseLimits(problem, 3, { ...wide, before, ...more }), prices, {
        seed: 1,
        ...SMALL,
      })[0]!
    const few = find({ mostMoved: 3 })
    expect(few.moved).toBeLessThanOrEqual(3)
    expect(few.violation).toBe(0)
    expect(find({ moveCents: 1e9 }).moved).toBe(0)
    const free = find({})
    expect(free.costCents).toBeLessThanOrEqual(few.costCents + 1e-6)
    expect(free.moved).toBeGreaterThan(3)
  })
})
