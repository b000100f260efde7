import { requireArgument, StorewrightError } from '../../core/errors.ts'

/** Ways that may be opened: arc `a` leads from node `from[a]` to node `to[a]`. */
export interface DesignArcs {
  readonly from: Int32Array
  readonly to: Int32Array
  /** Units of flow that an open arc carries; Infinity where there is no limit. */
  readonly capacity: Float64Array
  /** Money for opening the arc, ≥ 0. */
  readonly fixedCost: Float64Array
  /** Money for each unit of flow, ≥ 0. */
  readonly costPerUnit: Float64Array
  /** Money for each unit of commodity `k` on arc `a` at [k · arcs + a], where it depends on the commodity. */
  readonly costPerCommodity?: Float64Array
}

/** What is to be moved: `demand[k]` units from node `from[k]` to node `to[k]`, over one way or several. */
export interface DesignCommodities {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly demand: Float64Array
}

/** A fixed-charge capacitated multicommodity network design problem; nodes are 0 … nodes − 1. */
export interface DesignProblem {
  readonly nodes: number
  readonly arcs: DesignArcs
  readonly commodities: DesignCommodities
}

/** The problem as the solvers read it: checked, with the arcs of every node beside each other. */
export interface Design {
  readonly nodes: number
  readonly arcs: number
  readonly commodities: number
  readonly from: Int32Array
  readonly to: Int32Array
  /** Capacity, at most the total demand. */
  readonly capacity: Float64Array
  readonly fixedCost: Float64Array
  readonly costPerUnit: Float64Array
  readonly costPerCommodity: Float64Array | undefined
  readonly origin: Int32Array
  readonly destination: Int32Array
  readonly demand: Float64Array
  readonly totalDemand: number
  /** Arcs that leave node v: outArcs[outStarts[v]] … outArcs[outStarts[v + 1] − 1]. */
  readonly outStarts: Int32Array
  readonly outArcs: Int32Array
}

/**
 * Checks a problem and lays it out for the solvers. Commodities without demand, or whose origin
 * is their destination, need no arc. Throws ERR_ARGUMENT or ERR_NOT_FINITE, naming the arc or
 * commodity at fault.
 */
export function prepareDesign(problem: DesignProblem): Design {
  checkProblem(problem)
  const { arcs, commodities, nodes } = problem
  const totalDemand = commodities.demand.reduce((sum, demand) => sum + demand, 0)
  const outStarts = new Int32Array(nodes + 1)
  for (const node of arcs.from) outStarts[node + 1]! += 1
  for (let v = 0; v < nodes; v++) outStarts[v + 1]! += outStarts[v]!
  const next = outStarts.slice()
  const outArcs = new Int32Array(arcs.from.length)
  for (let a = 0; a < arcs.from.length; a++) {
    const v = arcs.from[a]!
    outArcs[next[v]!] = a
    next[v]! += 1
  }
  return {
    nodes,
    arcs: arcs.from.length,
    commodities: commodities.from.length,
    from: arcs.from,
    to: arcs.to,
    capacity: arcs.capacity.map((capacity) => Math.min(capacity, totalDemand)),
    fixedCost: arcs.fixedCost,
    costPerUnit: arcs.costPerUnit,
    costPerCommodity: arcs.costPerCommodity,
    origin: commodities.from,
    destination: commodities.to,
    demand: commodities.demand,
    totalDemand,
    outStarts,
    outArcs,
  }
}

/** Money for a unit of commodity `k` on arc `a`. */
export function unitCost(design: Design, k: number, a: number): number {
  const { costPerCommodity, costPerUnit, arcs } = design
  return costPerCommodity === undefined ? costPerUnit[a]! : costPerCommodity[k * arcs + a]!
}

/**
 * Money for a unit on each arc that is used to the full: c + f / u, Infinity where nothing fits; one
 * number an arc, or one a commodity and arc where costs depend on the commodity.
 */
export function costsInFull(design: Design): Float64Array {
  const { costPerCommodity, costPerUnit, capacity, fixedCost, arcs } = design
  return (costPerCommodity ?? costPerUnit).map((cost, i) => {
    const a = i % arcs
    return capacity[a]! > 0 ? cost + fixedCost[a]! / capacity[a]! : Infinity
  })
}

/** Whether commodity `k` needs arcs at all: it has demand, and somewhere else to go. */
export function moves({ demand, origin, destination }: Design, k: number): boolean {
  return demand[k]! > 0 && origin[k] !== destination[k]
}

function checkProblem(problem: DesignProblem): void {
  const { arcs, commodities, nodes } = problem
  requireArgument(Number.isInteger(nodes) && nodes > 0, `there are ${nodes} nodes`)
  checkLengths(problem)
  for (let a = 0; a < arcs.from.length; a++) {
    checkNode(arcs.from[a]!, nodes, `arc ${a} starts at`)
    checkNode(arcs.to[a]!, nodes, `arc ${a} ends at`)
    checkAmount(arcs.fixedCost[a]!, `the fixed cost of arc ${a}`)
    checkAmount(arcs.costPerUnit[a]!, `the cost per unit of arc ${a}`)
    const capacity = arcs.capacity[a]!
    if (capacity !== Infinity) checkAmount(capacity, `the capacity of arc ${a}`)
  }
  for (let k = 0; k < commodities.from.length; k++) {
    checkNode(commodities.from[k]!, nodes, `commodity ${k} starts at`)
    checkNode(commodities.to[k]!, nodes, `commodity ${k} ends at`)
    checkAmount(commodities.demand[k]!, `the demand of commodity ${k}`)
  }
  arcs.costPerCommodity?.forEach((cost, i) => {
    checkAmount(cost, `the cost per unit of commodity ${Math.floor(i / arcs.from.length)}`)
  })
}

function checkLengths({ arcs, commodities }: DesignProblem): void {
  const columns = [arcs.to, arcs.capacity, arcs.fixedCost, arcs.costPerUnit]
  const same = columns.every((column) => column.length === arcs.from.length)
  requireArgument(same, 'the columns of the arcs differ in length')
  const count = commodities.from.length
  const equal = commodities.to.length === count && commodities.demand.length === count
  requireArgument(equal, 'the columns of the commodities differ in length')
  const costs = arcs.costPerCommodity
  const whole = costs === undefined || costs.length === count * arcs.from.length
  requireArgument(whole, 'costPerCommodity needs one number for each commodity and arc')
}

function checkNode(node: number, nodes: number, words: string): void {
  requireArgument(node >= 0 && node < nodes, `${words} node ${node}; there are ${nodes} nodes`)
}

function checkAmount(value: number, name: string): void {
  if (!Number.isFinite(value)) {
    throw new StorewrightError('ERR_NOT_FINITE', `${name} is ${value}, not a finite number`)
  }
  requireArgument(value >= 0, `${name} is ${value}; it may not be negative`)
}
