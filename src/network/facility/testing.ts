import fc from 'fast-check'
import type { FacilityProblem } from './problem.ts'

/** A small problem from points in the plane; every site could hold all customers but one third. */
export function somePlanar(sourcing: 'split' | 'single'): fc.Arbitrary<FacilityProblem> {
  const point = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  return fc
    .record({
      sites: fc.array(point, { minLength: 2, maxLength: 6 }),
      customers: fc.array(point, { minLength: 1, maxLength: 9 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      tightness: fc.double({ min: 1.2, max: 4, noNaN: true }),
      unlimited: fc.boolean(),
    })
    .map(({ sites, customers, seed, tightness, unlimited }) => {
      const draw = (k: number) => (Math.imul(seed + 7919 * k, 2654435761) >>> 8) / 2 ** 24
      const demand = Float64Array.from(customers, (_, j) => 1 + Math.floor(20 * draw(j)))
      const total = demand.reduce((sum, one) => sum + one, 0)
      const capacity = Float64Array.from(sites, (_, i) =>
        Math.ceil(((0.6 + 0.8 * draw(100 + i)) * tightness * total) / sites.length + 20),
      )
      return {
        sites: sites.length,
        customers: customers.length,
        fixedCost: Float64Array.from(sites, (_, i) => Math.floor(400 * draw(200 + i))),
        ...(unlimited ? {} : { capacity }),
        demand,
        cost: Float64Array.from(
          sites.flatMap(([x, y]) =>
            customers.map(([u, v], j) => demand[j]! * Math.round(Math.hypot(x - u, y - v))),
          ),
        ),
        sourcing,
      }
    })
}

/** Throws unless the plan keeps every constraint of `problem` and costs what it says. */
export function auditPlan(
  problem: FacilityProblem,
  plan: {
    readonly open: Uint8Array
    readonly value: number
    readonly shares: {
      readonly site: Int32Array
      readonly customer: Int32Array
      readonly share: Float64Array
    }
  },
): void {
  const served = new Float64Array(problem.customers)
  const load = new Float64Array(problem.sites)
  let cost = plan.open.reduce((sum, flag, i) => sum + flag * problem.fixedCost[i]!, 0)
  plan.shares.share.forEach((share, k) => {
    const i = plan.shares.site[k]!
    const j = plan.shares.customer[k]!
    if (plan.open[i] !== 1) throw new Error(`site ${i} serves and is closed`)
    if (problem.sourcing === 'single' && share < 1 - 1e-6) throw new Error(`${j} is shared`)
    served[j] = served[j]! + share
    load[i] = load[i]! + share * (problem.demand?.[j] ?? 1)
    cost += share * problem.cost[i * problem.customers + j]!
  })
  if (served.some((sum) => Math.abs(sum - 1) > 1e-6)) throw new Error(`served ${served}`)
  load.forEach((sum, i) => {
    const most = problem.capacity?.[i] ?? Infinity
    if (sum > most * (1 + 1e-6)) throw new Error(`site ${i} holds ${most}, serves ${sum}`)
  })
  const off = Math.abs(cost - plan.value)
  if (off > 1e-6 * (1 + cost)) throw new Error(`costs ${cost}, says ${plan.value}`)
}
