import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StorewrightError } from '../../core/errors.ts'
import { loadSolver } from '../../core/optimize/linear/solver.ts'
import { type DesignOptions, designNetwork } from './design.ts'
import type { DesignProblem } from './problem.ts'
import type { DesignResult } from './result.ts'
import { faultsOf, plainDesign, smallProblems } from './testing.ts'

const solver = await loadSolver()

/** The answer, or undefined where the demand cannot be carried. */
async function answerOf(
  problem: DesignProblem,
  options: DesignOptions,
): Promise<DesignResult | undefined> {
  try {
    return await designNetwork(problem, options)
  } catch (error) {
    if (error instanceof StorewrightError && error.code === 'ERR_INFEASIBLE') return undefined
    throw error
  }
}

/** A ring of `nodes` with chords, dear to open, for searches that take more than one step. */
function ringProblem(nodes: number, commodities: number): DesignProblem {
  const from: number[] = []
  const to: number[] = []
  for (let v = 0; v < nodes; v++) {
    for (const step of [1, 3, 5]) {
      from.push(v, (v + step) % nodes)
      to.push((v + step) % nodes, v)
    }
  }
  const count = from.length
  const numbers = (scale: number, least: number, salt: number) =>
    Float64Array.from({ length: count }, (_, a) => least + ((a * 7919 + salt * 104729) % scale))
  return {
    nodes,
    arcs: {
      from: Int32Array.from(from),
      to: Int32Array.from(to),
      capacity: numbers(20, 25, 1),
      fixedCost: numbers(300, 100, 2),
      costPerUnit: numbers(9, 1, 3),
    },
    commodities: {
      from: Int32Array.from({ length: commodities }, (_, k) => (k * 5) % nodes),
      to: Int32Array.from({ length: commodities }, (_, k) => (k * 5 + 2 + (k % 4)) % nodes),
      demand: Float64Array.from({ length: commodities }, (_, k) => 3 + (k % 6)),
    },
  }
}

describe('designNetwork', () => {
  it('finds and proves what trying every set of arcs finds, or says that nothing carries the demand', async () => {
    await fc.assert(
      fc.asyncProperty(smallProblems(), async (problem) => {
        const optimum = plainDesign(problem, solver)
        const answer = await answerOf(problem, { seed: 3 })
        expect(answer === undefined).toBe(optimum === Infinity)
        if (answer === undefined) return
        expect(faultsOf(problem, answer)).toEqual([])
        expect(answer.value).toBeCloseTo(optimum, 5)
        expect(answer.proven).toBe(true)
        expect(answer.bound).toBeLessThanOrEqual(optimum + 1e-6)
      }),
      { numRuns: 60 },
    )
  })

  it('searches windows without branch and bound to feasible designs above a true bound', async () => {
    await fc.assert(
      fc.asyncProperty(smallProblems(), async (problem) => {
        const optimum = plainDesign(problem, solver)
        const settings = { 'network.design-exact-columns': 0, 'network.design-windows': 4 }
        const answer = await answerOf(problem, { knobs: settings })
        if (answer === undefined) return
        expect(faultsOf(problem, answer)).toEqual([])
        expect(answer.bound).toBeLessThanOrEqual(optimum + 1e-6)
        expect(answer.value).toBeGreaterThanOrEqual(optimum - 1e-6)
      }),
      { numRuns: 40 },
    )
  })

  it('gives the same answer with the same seed', async () => {
    const problem = ringProblem(10, 8)
    const settings = {
      'network.design-exact-columns': 0,
      'network.design-windows': 2,
      'network.design-window-nodes': 5,
      'network.design-reroute-trials': 500,
    }
    const runs = []
    for (let i = 0; i < 2; i++)
      runs.push(await designNetwork(problem, { seed: 9, knobs: settings }))
    expect(faultsOf(problem, runs[0]!)).toEqual([])
    expect(runs[0]).toEqual(runs[1])
  })

  it('returns a feasible design when it is stopped at once, by rule, by time or by signal', async () => {
    const problem = ringProblem(12, 14)
    const controller = new AbortController()
    const seen: string[] = []
    const ways: DesignOptions[] = [
      { stop: () => true },
      { budget: { seconds: 0, clock: () => 1 } },
      {
        signal: controller.signal,
        onProgress: ({ note }) => {
          seen.push(note ?? '')
          controller.abort()
        },
      },
    ]
    for (const options of ways) {
      const answer = await designNetwork(problem, options)
      expect(faultsOf(problem, answer)).toEqual([])
      expect(answer.bound).toBeLessThanOrEqual(answer.value)
    }
    expect(seen.length).toBe(1)
  })

  it('refuses to begin when the signal is aborted', async () => {
    const run = designNetwork(ringProblem(6, 3), { signal: AbortSignal.abort() })
    await expect(run).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})

describe('what cannot be carried', () => {
  const twoArcs = {
    nodes: 3,
    arcs: {
      from: Int32Array.of(0, 1),
      to: Int32Array.of(1, 2),
      capacity: Float64Array.of(9, 4),
      fixedCost: Float64Array.of(1, 1),
      costPerUnit: Float64Array.of(1, 1),
    },
  }
  const commodity = (from: number, to: number, demand: number) => ({
    from: Int32Array.of(from),
    to: Int32Array.of(to),
    demand: Float64Array.of(demand),
  })

  it('names the cut that is too small', async () => {
    const run = designNetwork({ ...twoArcs, commodities: commodity(0, 2, 7) })
    await expect(run).rejects.toThrow(
      /3 units .* arcs 1 leave nodes 0, 1 with a capacity of 4 for a demand of 7/,
    )
  })

  it('says when no arc leads on', async () => {
    const run = designNetwork({ ...twoArcs, commodities: commodity(2, 0, 1) })
    await expect(run).rejects.toThrow(/no arc leaves nodes 2/)
  })

  it('names arcs and commodities that are malformed', async () => {
    const run = designNetwork({ ...twoArcs, commodities: commodity(0, 7, 1) })
    await expect(run).rejects.toThrow('commodity 0 ends at node 7; there are 3 nodes')
    const capacity = Float64Array.of(9, -4)
    const bad = { ...twoArcs.arcs, capacity }
    const other = designNetwork({ nodes: 3, arcs: bad, commodities: commodity(0, 2, 1) })
    await expect(other).rejects.toThrow('the capacity of arc 1 is -4; it may not be negative')
  })
})
