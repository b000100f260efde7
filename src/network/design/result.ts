import type { Design } from './problem.ts'
import { FLOW_TOLERANCE } from './routes.ts'
import type { Search } from './search.ts'

/** How commodities flow: `amount[i]` units of `commodity[i]` on `arc[i]`, by commodity, then arc. */
export interface DesignFlows {
  readonly commodity: Int32Array
  readonly arc: Int32Array
  readonly amount: Float64Array
}

/** A design with its proof. */
export interface DesignResult {
  /** 1 for each arc that is open. */
  readonly open: Uint8Array
  readonly flows: DesignFlows
  /** Money: fixed costs of open arcs + costs of flow. */
  readonly value: number
  /** No design costs less. */
  readonly bound: number
  /** (value − bound) / value; 0 where both are 0. */
  readonly gap: number
  /** Whether value and bound agree to a millionth. */
  readonly proven: boolean
  /** Windows searched. */
  readonly windows: number
}

/** The best design of a search, its value summed anew from what is open and flows. */
export function resultOf(design: Design, search: Search): DesignResult {
  const flows = flowsOf(design, search)
  const open = new Uint8Array(design.arcs)
  for (const a of flows.arc) open[a] = 1
  let value = 0
  for (let a = 0; a < design.arcs; a++) if (open[a] === 1) value += design.fixedCost[a]!
  flows.amount.forEach((amount, i) => {
    const a = flows.arc[i]!
    const k = flows.commodity[i]!
    value += amount * (design.costPerCommodity?.[k * design.arcs + a] ?? design.costPerUnit[a]!)
  })
  const bound = Math.min(search.bound(), value)
  const gap = value > 0 ? (value - bound) / value : 0
  const windows = search.state().iterations
  return { open, flows, value, bound, gap, proven: search.proven(), windows }
}

function flowsOf(design: Design, search: Search): DesignFlows {
  const commodity: number[] = []
  const arc: number[] = []
  const amount: number[] = []
  search.best().routes.forEach((routes, k) => {
    const flow = new Map<number, number>()
    for (const route of routes) {
      for (const a of route.arcs) flow.set(a, (flow.get(a) ?? 0) + route.amount)
    }
    for (const [a, units] of [...flow].sort(([i], [j]) => i - j)) {
      if (units <= FLOW_TOLERANCE * design.totalDemand) continue
      commodity.push(k)
      arc.push(a)
      amount.push(units)
    }
  })
  return {
    commodity: Int32Array.from(commodity),
    arc: Int32Array.from(arc),
    amount: Float64Array.from(amount),
  }
}
