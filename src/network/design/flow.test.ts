import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { createFlowSolver } from './flow.ts'
import { lagrangianBound } from './lagrangian.ts'
import { prepareDesign } from './problem.ts'
import { createRouter, emptyRouting, routingOf, valueOfRouting } from './routes.ts'
import { createPathFinder } from './shortest-path.ts'
import { plainDesign, plainFlow, smallProblems } from './testing.ts'

const solver = await loadSolver()

describe('createFlowSolver', () => {
  it('costs what the arc formulation costs, over any open arcs, one set after the other', () => {
    const sets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(smallProblems(), sets, (problem, masks) => {
        const design = prepareDesign(problem)
        const costs = design.costPerCommodity ?? design.costPerUnit
        using flow = createFlowSolver(design, solver)
        for (const mask of [255, ...masks]) {
          const open = Uint8Array.from({ length: design.arcs }, (_, a) => (mask >> a) & 1)
          const plain = plainFlow(problem, open, solver)
          const answer = flow.solve(costs, open)
          expect(answer.missing > 0).toBe(plain === Infinity)
          if (answer.missing === 0) expect(answer.cost).toBeCloseTo(plain, 5)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('lagrangianBound', () => {
  it('never passes the optimum', () => {
    fc.assert(
      fc.property(smallProblems(), (problem) => {
        const optimum = plainDesign(problem, solver)
        if (optimum === Infinity) return
        const design = prepareDesign(problem)
        const options = { upper: optimum, iterations: 60, stop: () => false }
        expect(lagrangianBound(design, options).bound).toBeLessThanOrEqual(optimum + 1e-6)
      }),
      { numRuns: 40 },
    )
  })
})

describe('createRouter', () => {
  it('keeps loads and users true to the ways, and never overfills an arc', () => {
    fc.assert(
      fc.property(smallProblems(), (problem) => {
        const design = prepareDesign(problem)
        const router = createRouter(design, createPathFinder(design))
        const routing = emptyRouting(design)
        for (let k = 0; k < design.commodities; k++) router.insert(routing, k, design.fixedCost)
        const fresh = routingOf(design, routing.routes)
        expect([...routing.users]).toEqual([...fresh.users])
        routing.load.forEach((units, a) => {
          expect(units).toBeCloseTo(fresh.load[a]!, 9)
          expect(units).toBeLessThanOrEqual(design.capacity[a]! + 1e-6)
        })
        expect(valueOfRouting(design, routing)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
