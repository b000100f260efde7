import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { solveFlow } from './network-simplex.ts'
import type { FlowProblem } from './problem.ts'

/** Sources that hold at most `supply`, sinks that want `demand`, and what a unit costs between them. */
export interface TransportationProblem {
  readonly supply: Float64Array
  readonly demand: Float64Array
  /** At [source · sinks + sink]; Infinity where there is no way. */
  readonly cost: Float64Array
  readonly sourceIds?: readonly string[]
  readonly sinkIds?: readonly string[]
}

export interface Transportation {
  /** Units at [source · sinks + sink]. */
  readonly flow: Float64Array
  readonly cost: number
  /** What one more unit at each source would save (0 or more), and one more wanted at each sink would cost. */
  readonly sourcePrice: Float64Array
  readonly sinkPrice: Float64Array
}

/**
 * The transportation problem (Hitchcock 1941): demand met exactly, supply as far as needed, at
 * least cost. Throws as `solveFlow`; what blocks is named by sources and sinks.
 */
export function solveTransportation(problem: TransportationProblem): Transportation {
  const { supply, demand, cost } = problem
  const [m, n] = [supply.length, demand.length]
  requireArgument(
    cost.length === m * n,
    `cost has ${cost.length} entries where ${m * n} are expected`,
  )
  refuseShortage(supply, demand)
  const pairs = Int32Array.from(cost.keys()).filter((k) => cost[k]! < Infinity)
  const solved = solveFlow(network(problem, pairs))
  const flow = new Float64Array(m * n)
  pairs.forEach((pair, a) => {
    flow[pair] = solved.flow[a]!
  })
  // The node of unused supply is worth nothing more: its price is the zero of all prices.
  const zero = solved.price[m + n]!
  return {
    flow,
    cost: solved.cost,
    sourcePrice: solved.price.slice(0, m).map((price) => price - zero),
    sinkPrice: solved.price.slice(m, m + n).map((price) => price - zero),
  }
}

function refuseShortage(supply: Float64Array, demand: Float64Array): void {
  for (const [name, values] of [
    ['supply', supply],
    ['demand', demand],
  ] as const) {
    const at = values.findIndex((value) => !(value >= 0 && value < Infinity))
    if (at >= 0) throw new StorewrightError('ERR_NOT_FINITE', `${name}[${at}] is ${values[at]}`)
  }
  const [held, wanted] = [supply, demand].map((all) => all.reduce((sum, one) => sum + one, 0))
  if (held! >= wanted! * (1 - 1e-12)) return
  const message = `Demand of ${wanted} is above all supply together, ${held}.`
  throw new StorewrightError('ERR_INFEASIBLE', message, {
    next: `Add ${wanted! - held!} of supply.`,
  })
}

/** Sources, sinks, and a last node that takes the supply nobody wants. */
function network(problem: TransportationProblem, pairs: Int32Array): FlowProblem {
  const { supply, demand, cost } = problem
  const [m, n] = [supply.length, demand.length]
  const unused = Array.from({ length: m }, (_, i) => i)
  const spare =
    supply.reduce((sum, one) => sum + one, 0) - demand.reduce((sum, one) => sum + one, 0)
  return {
    nodes: m + n + 1,
    from: Int32Array.from([...Array.from(pairs, (k) => Math.floor(k / n)), ...unused]),
    to: Int32Array.from([...Array.from(pairs, (k) => m + (k % n)), ...unused.map(() => m + n)]),
    cost: Float64Array.from([...Array.from(pairs, (k) => cost[k]!), ...unused.map(() => 0)]),
    supply: Float64Array.from([...supply, ...demand.map((d) => -d), -spare]),
    nodeIds: [
      ...unused.map((i) => problem.sourceIds?.[i] ?? `source ${i}`),
      ...Array.from({ length: n }, (_, j) => problem.sinkIds?.[j] ?? `sink ${j}`),
      'unused supply',
    ],
  }
}
