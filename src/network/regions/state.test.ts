import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { createContiguityCheck } from './contiguity.ts'
import { componentsOf } from './graph.ts'
import { readPrices } from './knobs.ts'
import { denseLimits, type RegionLimits } from './limits.ts'
import { measurePlan } from './measure.ts'
import { PartitionState, planOf } from './state.ts'
import { gridProblem } from './testing/problems.ts'

const prices = readPrices()
const seeds = fc.integer({ min: 0, max: 1e6 })

function stateOf(seed: number, limits: RegionLimits = {}, regions = 3) {
  const problem = gridProblem(5, 6, 8, seed)
  const state = new PartitionState(problem, denseLimits(problem, regions, limits), prices)
  const random = createRandom(seed)
  state.load(Int32Array.from(problem.demand, () => random.int(regions)))
  return { problem, state, random }
}

/** Price of all that is broken, by definition. */
function plainCost(state: PartitionState): number {
  const { total } = measurePlan(state.problem, planOf(state), prices)
  return total.objectiveCents * total.demand
}

describe('PartitionState', () => {
  it('costs what the plain measures say, whatever moved', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { state, random } = stateOf(seed, { demandTolerance: 1, capacityTolerance: 1 })
        for (let i = 0; i < 40; i++) {
          state.move(random.int(30), random.int(3))
          if (state.violation() > 0 || [...state.areas].includes(0)) continue
          const plain = plainCost(state)
          expect(Math.abs(state.cost() - plain)).toBeLessThan(1e-9 * plain)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('says beforehand what a move changes, limits by hand included', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const before = { regions: 3, areaRegion: new Int32Array(30), siteRegion: new Int32Array(8) }
        const { state, random } = stateOf(seed, {
          before,
          mostMoved: 12,
          moveCents: 7,
          together: [
            [0, 9],
            [3, 4],
          ],
          apart: [[5, 6]],
          forbidden: [{ area: 7, region: 1 }],
          fixedAreas: [{ area: 2, region: 2 }],
          reachMiles: 250,
        })
        for (let i = 0; i < 40; i++) {
          const [area, to] = [random.int(30), random.int(3)]
          const cost = state.cost()
          const change = state.delta(area, to)
          expect(state.cost()).toBeCloseTo(cost, 6)
          state.move(area, to)
          expect(state.cost()).toBeCloseTo(cost + change, 4)
          const fresh = new PartitionState(state.problem, state.limits, prices)
          fresh.load(state.areaRegion)
          expect(fresh.cost()).toBeCloseTo(state.cost(), 4)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('counts as broken what the definition counts', () => {
    const limits = { together: [[0, 9]], apart: [[5, 6]] } as const
    const { state } = stateOf(1, { ...limits, fixedAreas: [{ area: 2, region: 2 }] })
    state.load(Int32Array.from({ length: 30 }, (_, a) => (a === 9 ? 1 : 0)))
    expect(state.handSet.pairs).toBe(2)
    expect(state.handSet.places).toBe(1)
    state.load(new Int32Array(30).fill(2))
    expect(state.handSet.broken).toBe(1)
  })
})

describe('createContiguityCheck', () => {
  it('agrees with walking the whole region', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { state, problem, random } = stateOf(seed)
        const { canLeave } = createContiguityCheck(problem.adjacency)
        for (let i = 0; i < 60; i++) {
          const area = random.int(30)
          const own = state.areaRegion[area]!
          const label = state.areaRegion.slice()
          const parts = (labels: Int32Array) => {
            const { part } = componentsOf(problem.adjacency, labels)
            return new Set([...part].filter((_, a) => labels[a] === own)).size
          }
          const neighbours = [...neighboursOf(problem.adjacency, area)]
          const before = parts(label)
          label[area] = 99
          // The check is about the part that the area is in; others stay what they are.
          const alone = neighbours.every((b) => state.areaRegion[b] !== own)
          expect(canLeave(area, state.areaRegion)).toBe(!alone && parts(label) === before)
        }
      }),
    )
  })
})

function neighboursOf(
  { starts, neighbors }: { starts: Int32Array; neighbors: Int32Array },
  a: number,
) {
  return neighbors.subarray(starts[a]!, starts[a + 1]!)
}
