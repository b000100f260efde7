import { requireArgument, StorewrightError } from '../../core/errors.ts'

/**
 * Sending goods through a network at least cost:
 *
 *     min Σ_a c_a x_a,   Σ_{a out of v} x_a − Σ_{a into v} x_a = b_v,   l_a ≤ x_a ≤ u_a
 */
export interface FlowProblem {
  readonly nodes: number
  /** Ends of each arc. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** c: cost of a unit on each arc; may be negative. */
  readonly cost: Float64Array
  /** u; Infinity where unlimited. Absent: all are. */
  readonly upper?: Float64Array
  /** l, finite. Absent: 0. */
  readonly lower?: Float64Array
  /** b: what each node sends (above 0) or wants (below 0); sums to 0. */
  readonly supply: Float64Array
  /** Names for reasons; absent: numbers. */
  readonly nodeIds?: readonly string[]
}

/** A least-cost flow and the prices that prove it. */
export interface Flow {
  /** x, one an arc. */
  readonly flow: Float64Array
  readonly cost: number
  /**
   * What one more unit at each node would cost, up to a constant. For every arc, c + price[from] −
   * price[to] is 0 where its flow lies between its bounds, not below 0 at its lower and not above 0
   * at its upper bound.
   */
  readonly price: Float64Array
  /** Pivots of the simplex. */
  readonly pivots: number
}

/**
 * Throws ERR_ARGUMENT on arrays that do not fit and ends that are no nodes, ERR_NOT_FINITE on NaN
 * and infinite costs, supplies and lower bounds, ERR_INFEASIBLE on a lower bound above its upper
 * bound and on supplies that do not sum to 0.
 */
export function checkFlowProblem(problem: FlowProblem): void {
  const { nodes, from, to, cost, supply, upper, lower } = problem
  const arcs = cost.length
  for (const [name, array, length] of [
    ['from', from, arcs],
    ['to', to, arcs],
    ['upper', upper, arcs],
    ['lower', lower, arcs],
    ['supply', supply, nodes],
  ] as const) {
    const found = array?.length ?? length
    requireArgument(found === length, `${name} has ${found} entries where ${length} are expected`)
  }
  for (let a = 0; a < arcs; a++) {
    const [u, v] = [from[a]!, to[a]!]
    requireArgument(u >= 0 && u < nodes, `arc ${a} begins at ${u}, which is no node`)
    requireArgument(v >= 0 && v < nodes, `arc ${a} ends at ${v}, which is no node`)
  }
  refuseNumbers(problem)
  const sum = supply.reduce((total, one) => total + one, 0)
  const scale = supply.reduce((total, one) => total + Math.abs(one), 0)
  if (Math.abs(sum) <= 1e-9 * scale) return
  throw new StorewrightError(
    'ERR_INFEASIBLE',
    `Supply and demand differ: ${sum > 0 ? `${sum} has nowhere to go` : `${-sum} comes from nowhere`}.`,
    { next: 'Add a node that takes the difference, at the cost it has.' },
  )
}

function refuseNumbers(problem: FlowProblem): void {
  const { cost, supply, upper, lower } = problem
  const finite = [
    ['cost of arc', cost],
    ['lower bound of arc', lower],
    ['supply of node', supply],
  ] as const
  for (const [name, values] of finite) {
    const at = values?.findIndex((value) => !Number.isFinite(value)) ?? -1
    if (at >= 0) throw new StorewrightError('ERR_NOT_FINITE', `${name} ${at} is ${values?.[at]}`)
  }
  for (let a = 0; a < cost.length; a++) {
    const low = lower?.[a] ?? 0
    const high = upper?.[a] ?? Infinity
    if (Number.isNaN(high)) {
      throw new StorewrightError('ERR_NOT_FINITE', `upper bound of arc ${a} is not a number`)
    }
    if (low > high) {
      throw new StorewrightError(
        'ERR_INFEASIBLE',
        `Arc ${a} (${nodeName(problem, problem.from[a]!)} to ${nodeName(problem, problem.to[a]!)}) must carry ${low} and may carry ${high}.`,
        { next: 'Lower its lower bound, or raise its capacity.' },
      )
    }
  }
}

/** The name of a node in a sentence. */
export function nodeName(problem: FlowProblem, node: number): string {
  return problem.nodeIds?.[node] ?? `node ${node}`
}
