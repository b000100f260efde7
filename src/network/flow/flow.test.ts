import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { solveFlow } from './network-simplex.ts'
import type { Flow, FlowProblem } from './problem.ts'
import { plainFlowCost } from './testing.ts'
import { solveTransportation } from './transportation.ts'

/** Ahuja, Magnanti and Orlin (1993), figure 9.8: four nodes, 4 units from 1 to 4, cost 14. */
const textbook: FlowProblem = {
  nodes: 4,
  from: Int32Array.of(0, 0, 1, 1, 2),
  to: Int32Array.of(1, 2, 2, 3, 3),
  cost: Float64Array.of(2, 2, 1, 3, 1),
  upper: Float64Array.of(4, 2, 2, 3, 5),
  supply: Float64Array.of(4, 0, 0, -4),
}

const someProblem = fc
  .record({
    nodes: fc.integer({ min: 2, max: 7 }),
    arcs: fc.array(
      fc.record({
        from: fc.nat({ max: 6 }),
        to: fc.nat({ max: 6 }),
        cost: fc.integer({ min: -4, max: 12 }),
        lower: fc.integer({ min: 0, max: 2 }),
        room: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 18 },
    ),
    supplies: fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 7, maxLength: 7 }),
    bounded: fc.boolean(),
  })
  .map(({ nodes, arcs, supplies, bounded }): FlowProblem => {
    const supply = Float64Array.from(supplies.slice(0, nodes))
    supply[0] = supply[0]! - supply.reduce((sum, b) => sum + b, 0)
    const lower = Float64Array.from(arcs, (arc) => (bounded ? arc.lower : 0))
    return {
      nodes,
      from: Int32Array.from(arcs, (arc) => arc.from % nodes),
      to: Int32Array.from(arcs, (arc) => arc.to % nodes),
      cost: Float64Array.from(arcs, (arc) => arc.cost),
      lower,
      upper: Float64Array.from(arcs, (arc, a) => lower[a]! + arc.room),
      supply,
    }
  })

/** Balance, bounds, and complementary slackness: together the proof that a flow is optimal. */
function audit(problem: FlowProblem, { flow, cost, price }: Flow): void {
  const net = new Float64Array(problem.nodes)
  let sum = 0
  flow.forEach((x, a) => {
    const [u, v] = [problem.from[a]!, problem.to[a]!]
    const low = problem.lower?.[a] ?? 0
    const high = problem.upper?.[a] ?? Infinity
    net[u] = net[u]! + x
    net[v] = net[v]! - x
    sum += x * problem.cost[a]!
    expect(x).toBeGreaterThanOrEqual(low - 1e-9)
    expect(x).toBeLessThanOrEqual(high + 1e-9)
    const reduced = problem.cost[a]! + price[u]! - price[v]!
    if (x < high - 1e-9) expect(reduced).toBeGreaterThanOrEqual(-1e-6)
    if (x > low + 1e-9) expect(reduced).toBeLessThanOrEqual(1e-6)
  })
  net.forEach((sent, v) => {
    expect(sent).toBeCloseTo(problem.supply[v]!, 6)
  })
  expect(cost).toBeCloseTo(sum, 6)
}

describe('solveFlow', () => {
  it('solves a textbook network with its prices', () => {
    const solved = solveFlow(textbook)
    audit(textbook, solved)
    expect(solved.cost).toBe(14)
  })

  it('agrees with successive shortest paths, and proves it by its prices', () => {
    fc.assert(
      fc.property(someProblem, (problem) => {
        const plain = plainFlowCost(problem)
        if (plain === undefined) {
          expect(() => solveFlow(problem)).toThrow(
            expect.objectContaining({ code: 'ERR_INFEASIBLE' }),
          )
          return
        }
        const solved = solveFlow(problem)
        audit(problem, solved)
        expect(solved.cost).toBeCloseTo(plain, 6)
      }),
      { numRuns: 400 },
    )
  })

  it('solves a grid of 900 nodes to the optimum its prices prove', () => {
    const problem = grid(30)
    audit(problem, solveFlow(problem))
  })

  it('names the cut that is too small', () => {
    const upper = Float64Array.of(4, 2, 2, 1, 2)
    expect(() => solveFlow({ ...textbook, upper, nodeIds: ['P', 'Q', 'R', 'S'] })).toThrow(
      'P, Q, R must send 4 and can send 3 (full: Q to S, R to S).',
    )
  })

  it('counts what must come in through a lower bound', () => {
    const problem = {
      nodes: 2,
      from: Int32Array.of(0, 1),
      to: Int32Array.of(1, 0),
      cost: Float64Array.of(1, 1),
      lower: Float64Array.of(0, 3),
      upper: Float64Array.of(2, 9),
      supply: Float64Array.of(0, 0),
    }
    expect(() => solveFlow(problem)).toThrow('node 0 must send 3 and can send 2')
  })

  it('names a cycle of negative cost that nothing limits', () => {
    const { upper: _, ...endless } = { ...textbook, to: Int32Array.of(1, 2, 0, 3, 3) }
    const cost = Float64Array.of(2, 2, -5, 3, 1)
    expect(() => solveFlow({ ...endless, cost })).toThrow(
      expect.objectContaining({ code: 'ERR_UNBOUNDED' }),
    )
  })

  it.each([
    [{ supply: Float64Array.of(4, 0, 0, -3) }, 'ERR_INFEASIBLE', 'has nowhere to go'],
    [{ supply: Float64Array.of(4, NaN, 0, -4) }, 'ERR_NOT_FINITE', 'supply of node 1'],
    [{ cost: Float64Array.of(2, 2, Infinity, 3, 1) }, 'ERR_NOT_FINITE', 'cost of arc 2'],
    [{ upper: Float64Array.of(4, 2, NaN, 3, 1) }, 'ERR_NOT_FINITE', 'upper bound of arc 2'],
    [{ lower: Float64Array.of(9, 0, 0, 0, 0) }, 'ERR_INFEASIBLE', 'must carry 9 and may carry 4'],
    [{ to: Int32Array.of(1, 2, 2, 3, 4) }, 'ERR_ARGUMENT', 'which is no node'],
    [{ from: Int32Array.of(0, 0) }, 'ERR_ARGUMENT', 'from has 2 entries'],
  ])('refuses %j', (change, code, message) => {
    expect(() => solveFlow({ ...textbook, ...change })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('solveTransportation', () => {
  /** Hillier and Lieberman, the P & T company: cost 152,535 (thousands of dollars of 1,000 truckloads). */
  const peas = {
    supply: Float64Array.of(75, 125, 100),
    demand: Float64Array.of(80, 65, 70, 85),
    cost: Float64Array.of(464, 513, 654, 867, 352, 416, 690, 791, 995, 682, 388, 685),
  }

  it('solves the P & T company', () => {
    const { cost, flow, sourcePrice, sinkPrice } = solveTransportation(peas)
    expect(cost).toBe(152_535)
    flow.forEach((units, k) => {
      const reduced = peas.cost[k]! + sourcePrice[k >> 2]! - sinkPrice[k & 3]!
      expect(reduced).toBeGreaterThanOrEqual(-1e-9)
      if (units > 0) expect(reduced).toBeCloseTo(0, 9)
    })
  })

  it('leaves supply unused where it is dear, and prices what is short', () => {
    const supply = Float64Array.of(75, 125, 200)
    const solved = solveTransportation({ ...peas, supply })
    expect(solved.cost).toBeLessThan(152_535)
    const more = solveTransportation({ ...peas, supply: Float64Array.of(75, 126, 200) })
    expect(solved.cost - more.cost).toBeCloseTo(solved.sourcePrice[1]!, 9)
  })

  it('says what is short, and which sources are too small for whom', () => {
    const supply = Float64Array.of(75, 125, 10)
    expect(() => solveTransportation({ ...peas, supply })).toThrow('Demand of 300 is above all')
    const cost = peas.cost.map((c, k) => (k < 8 && k % 4 === 2 ? Infinity : c))
    const demand = Float64Array.of(10, 10, 150, 10)
    expect(() => solveTransportation({ ...peas, cost, demand })).toThrow(/can send/)
  })
})

/** A square of two-way arcs, goods from one corner region to the other. */
function grid(side: number): FlowProblem {
  const from: number[] = []
  const to: number[] = []
  const connect = (u: number, v: number) => {
    from.push(u, v)
    to.push(v, u)
  }
  for (let v = 0; v < side * side; v++) {
    if ((v + 1) % side !== 0) connect(v, v + 1)
    if (v + side < side * side) connect(v, v + side)
  }
  const supply = new Float64Array(side * side)
  for (let k = 0; k < side; k++) {
    supply[k] = 5
    supply[side * side - 1 - k] = -5
  }
  return {
    nodes: side * side,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    cost: Float64Array.from(from, (_, a) => 1 + ((a * 7919) % 23)),
    upper: Float64Array.from(from, (_, a) => 5 + ((a * 31) % 11)),
    supply,
  }
}
