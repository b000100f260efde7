import fc from 'fast-check'
import { createModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import type { DesignProblem } from './problem.ts'
import type { DesignResult } from './result.ts'

/** Small problems: up to 5 nodes, 7 arcs and 4 commodities; some cannot be carried. */
export function smallProblems(): fc.Arbitrary<DesignProblem> {
  const node = fc.integer({ min: 0, max: 4 })
  const arc = fc.record({
    from: node,
    to: node,
    capacity: fc.integer({ min: 0, max: 12 }),
    fixedCost: fc.integer({ min: 0, max: 60 }),
    costPerUnit: fc.integer({ min: 0, max: 9 }),
  })
  const commodity = fc.record({ from: node, to: node, demand: fc.integer({ min: 0, max: 6 }) })
  return fc
    .record({
      arcs: fc.array(arc, { minLength: 3, maxLength: 7 }),
      commodities: fc.array(commodity, { minLength: 1, maxLength: 4 }),
      each: fc.option(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 32, maxLength: 32 })),
    })
    .map(({ arcs, commodities, each }) => ({
      nodes: 5,
      arcs: {
        from: Int32Array.from(arcs, (one) => one.from),
        to: Int32Array.from(arcs, (one) => one.to),
        capacity: Float64Array.from(arcs, (one) => one.capacity),
        fixedCost: Float64Array.from(arcs, (one) => one.fixedCost),
        costPerUnit: Float64Array.from(arcs, (one) => one.costPerUnit),
        ...(each === null
          ? {}
          : {
              costPerCommodity: Float64Array.from(each.slice(0, arcs.length * commodities.length)),
            }),
      },
      commodities: {
        from: Int32Array.from(commodities, (one) => one.from),
        to: Int32Array.from(commodities, (one) => one.to),
        demand: Float64Array.from(commodities, (one) => one.demand),
      },
    }))
}

/** Least money of the flow over `open` arcs by the arc formulation, Infinity where there is none. */
export function plainFlow(problem: DesignProblem, open: Uint8Array, solver: LinearSolver): number {
  const { nodes, arcs, commodities } = problem
  const count = arcs.from.length
  const build = createModelBuilder()
  for (let k = 0; k < commodities.from.length; k++) {
    for (let a = 0; a < count; a++) {
      const cost = arcs.costPerCommodity?.[k * count + a] ?? arcs.costPerUnit[a]!
      build.column({ cost, upper: open[a] === 1 ? Infinity : 0 })
    }
  }
  for (let a = 0; a < count; a++) {
    const columns = [...commodities.from.keys()].map((k) => k * count + a)
    build.row(-Infinity, arcs.capacity[a]!, columns, 1)
  }
  for (let k = 0; k < commodities.from.length; k++) {
    for (let v = 0; v < nodes; v++) {
      const loops = (a: number) => arcs.from[a] === arcs.to[a]
      const ends = [...arcs.from.keys()].filter(
        (a) => !loops(a) && (arcs.from[a] === v || arcs.to[a] === v),
      )
      const signs = ends.map((a) => (arcs.from[a] === v ? 1 : -1))
      const out = commodities.from[k] === v ? commodities.demand[k]! : 0
      const into = commodities.to[k] === v ? commodities.demand[k]! : 0
      build.row(
        out - into,
        out - into,
        ends.map((a) => k * count + a),
        signs,
      )
    }
  }
  using model = solver.load(build.model())
  return model.solve().objective
}

/** The optimum by trying every set of open arcs. */
export function plainDesign(problem: DesignProblem, solver: LinearSolver): number {
  const count = problem.arcs.from.length
  let best = Infinity
  for (let set = 0; set < 2 ** count; set++) {
    const open = Uint8Array.from({ length: count }, (_, a) => (set >> a) & 1)
    let fixed = 0
    for (let a = 0; a < count; a++) if (open[a] === 1) fixed += problem.arcs.fixedCost[a]!
    if (fixed < best) best = Math.min(best, fixed + plainFlow(problem, open, solver))
  }
  return best
}

/** What is wrong with an answer: flow that is not conserved, over capacity, on closed arcs, or a wrong value. */
export function faultsOf(problem: DesignProblem, result: DesignResult): string[] {
  const { nodes, arcs, commodities } = problem
  const { open, flows, value } = result
  const balance = new Float64Array(nodes * commodities.from.length)
  const load = new Float64Array(arcs.from.length)
  const faults: string[] = []
  let money = 0
  for (let a = 0; a < open.length; a++) money += open[a] === 1 ? arcs.fixedCost[a]! : 0
  flows.amount.forEach((amount, i) => {
    const a = flows.arc[i]!
    const k = flows.commodity[i]!
    if (!(amount > 0) || open[a] !== 1) faults.push(`flow ${i}: ${amount} on arc ${a}`)
    load[a]! += amount
    balance[k * nodes + arcs.from[a]!]! += amount
    balance[k * nodes + arcs.to[a]!]! -= amount
    money += amount * (arcs.costPerCommodity?.[k * open.length + a] ?? arcs.costPerUnit[a]!)
  })
  for (let k = 0; k < commodities.from.length; k++) {
    balance[k * nodes + commodities.from[k]!]! -= commodities.demand[k]!
    balance[k * nodes + commodities.to[k]!]! += commodities.demand[k]!
  }
  balance.forEach((rest, i) => {
    if (Math.abs(rest) > 1e-6) faults.push(`commodity and node ${i}: ${rest} is not conserved`)
  })
  load.forEach((units, a) => {
    if (units > arcs.capacity[a]! + 1e-6) faults.push(`arc ${a} carries ${units}`)
  })
  if (Math.abs(money - value) > 1e-6 * (1 + value)) faults.push(`value ${value} is really ${money}`)
  return faults
}
