import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeProblem, type FacilityProblem } from './problem.ts'
import { solveByModel } from './strong-model.ts'
import { somePlanar } from './testing.ts'
import { Transport } from './transport.ts'

const all = (sites: number) => new Uint8Array(sites).fill(1)

describe('Transport', () => {
  it('serves a set of sites at the cost HiGHS finds, with prices that attain it', async () => {
    await fc.assert(
      fc.asyncProperty(somePlanar('split'), async (planar) => {
        const problem = { ...planar, fixedCost: new Float64Array(planar.sites) }
        const complete = completeProblem(problem)
        const transport = new Transport(complete)
        expect(transport.reset(all(problem.sites))).toBe(true)
        const plain = await solveByModel(problem)
        expect(transport.value()).toBeCloseTo(plain.value, 4)
        expect(dualValue(problem, transport.prices())).toBeCloseTo(transport.value(), 4)
      }),
      { numRuns: 40 },
    )
  })

  it('opens and closes to the same cost as from scratch', () => {
    const changes = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(somePlanar('split'), changes, (problem, sites) => {
        const warm = new Transport(completeProblem(problem))
        const cold = new Transport(completeProblem(problem))
        const copy = new Transport(completeProblem(problem))
        warm.reset(all(problem.sites))
        for (const at of sites) {
          const site = at % problem.sites
          copy.copy(warm)
          const served = !copy.isOpen(site) || copy.close(site)
          if (!warm.isOpen(site)) copy.open(site)
          const open = warm.openSites()
          open[site] = 1 - open[site]!
          expect(cold.reset(open)).toBe(served)
          if (!served) continue
          warm.copy(copy)
          expect(warm.value()).toBeCloseTo(cold.value(), 6)
        }
      }),
      { numRuns: 100 },
    )
  })
})

/** Σ u_j − Σ_i max_x { Σ (u_j − c_ij) x_j : Σ d_j x_j ≤ s_i, 0 ≤ x ≤ 1 }, by sorting. */
function dualValue(problem: FacilityProblem, prices: Float64Array): number {
  const { sites, customers, cost, demand, capacity } = completeProblem(problem)
  let value = prices.reduce((sum, price) => sum + price, 0)
  for (let i = 0; i < sites; i++) {
    let room = capacity[i]!
    const gains = Array.from({ length: customers }, (_, j) => ({
      gain: prices[j]! - cost[i * customers + j]!,
      weight: demand[j]!,
    })).filter(({ gain }) => gain > 0)
    for (const { gain, weight } of gains.sort((a, b) => b.gain * a.weight - a.gain * b.weight)) {
      const share = weight <= room ? 1 : room / weight
      value -= share * gain
      room -= share * weight
    }
  }
  return value
}
