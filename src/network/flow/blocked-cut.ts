import { StorewrightError } from '../../core/errors.ts'
import { type FlowProblem, nodeName } from './problem.ts'

/** How many nodes and arcs of a cut are named. */
const NAMED = 4

/**
 * Throws ERR_INFEASIBLE with a cut that no flow passes: the nodes that what is left over can still
 * reach. Every arc out of them is full and every arc into them is at its lower bound (the theorem
 * of Hoffman 1960), so what they must send is above what may leave. `left`: what each node could
 * not send (above 0) or did not get (below 0), with as little left over as possible.
 */
export function refuseBlockedCut(
  problem: FlowProblem,
  flow: Float64Array,
  left: Float64Array,
  tolerance: number,
): never {
  const inside = reachable(problem, flow, left, tolerance)
  const { sends, carries, full } = acrossCut(problem, inside)
  const nodes = [...inside.keys()].filter((v) => inside[v] === 1)
  const names = nodes.slice(0, NAMED).map((v) => nodeName(problem, v))
  const arcs = full
    .slice(0, NAMED)
    .map((a) => `${nodeName(problem, problem.from[a]!)} to ${nodeName(problem, problem.to[a]!)}`)
  const where = full.length === 0 ? 'no arc leaves them' : `full: ${some(arcs, full.length)}`
  throw new StorewrightError(
    'ERR_INFEASIBLE',
    `${some(names, nodes.length)} must send ${sends} and can send ${carries} (${where}).`,
    {
      next: 'Add capacity on these arcs, a way around them, or less supply behind them.',
      value: names.join(', '),
    },
  )
}

/** 1 for nodes that can be reached from what is left over, by arcs with room and back along flow. */
function reachable(
  problem: FlowProblem,
  flow: Float64Array,
  left: Float64Array,
  tolerance: number,
): Uint8Array {
  const inside = Uint8Array.from(left, (amount) => (amount > tolerance ? 1 : 0))
  for (let grew = true; grew; ) {
    grew = false
    for (let a = 0; a < flow.length; a++) {
      const [u, v] = [problem.from[a]!, problem.to[a]!]
      const x = flow[a]!
      const forward = inside[u] === 1 && x < (problem.upper?.[a] ?? Infinity) - tolerance
      const back = inside[v] === 1 && x > (problem.lower?.[a] ?? 0) + tolerance
      if (inside[u] === inside[v] || !(forward || back)) continue
      inside[u] = 1
      inside[v] = 1
      grew = true
    }
  }
  return inside
}

function acrossCut(problem: FlowProblem, inside: Uint8Array) {
  let sends = 0
  let carries = 0
  const full: number[] = []
  inside.forEach((flag, v) => {
    if (flag === 1) sends += problem.supply[v]!
  })
  problem.from.forEach((u, a) => {
    const v = problem.to[a]!
    if (inside[u] === 1 && inside[v] === 0) {
      carries += problem.upper?.[a] ?? Infinity
      full.push(a)
    }
    if (inside[u] === 0 && inside[v] === 1) sends += problem.lower?.[a] ?? 0
  })
  return { sends, carries, full }
}

function some(names: readonly string[], all: number): string {
  return names.length < all
    ? `${names.join(', ')} and ${all - names.length} more`
    : names.join(', ')
}
