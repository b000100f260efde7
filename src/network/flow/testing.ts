import type { FlowProblem } from './problem.ts'

/**
 * The plain reference: successive shortest paths by Bellman–Ford on the residual network, after
 * arcs of negative cost were filled (their capacities must be finite). Undefined where supply is
 * left over. Cost of the flow.
 */
export function plainFlowCost(problem: FlowProblem): number | undefined {
  const { nodes, from, to, cost } = problem
  const excess = problem.supply.slice()
  const flow = Array.from(cost, (c, a) => (c < 0 ? problem.upper![a]! : (problem.lower?.[a] ?? 0)))
  flow.forEach((x, a) => {
    excess[from[a]!] = excess[from[a]!]! - x
    excess[to[a]!] = excess[to[a]!]! + x
  })
  const room = (a: number) => (problem.upper?.[a] ?? Infinity) - flow[a]!
  const back = (a: number) => flow[a]! - (problem.lower?.[a] ?? 0)
  for (;;) {
    const start = excess.findIndex((e) => e > 1e-9)
    if (start < 0) break
    const distance = new Float64Array(nodes).fill(Infinity)
    const via: { arc: number; forward: boolean }[] = []
    distance[start] = 0
    for (let round = 0; round < nodes; round++) {
      for (let a = 0; a < cost.length; a++) {
        const [u, v] = [from[a]!, to[a]!]
        if (room(a) > 1e-9 && distance[u]! + cost[a]! < distance[v]! - 1e-9) {
          distance[v] = distance[u]! + cost[a]!
          via[v] = { arc: a, forward: true }
        }
        if (back(a) > 1e-9 && distance[v]! - cost[a]! < distance[u]! - 1e-9) {
          distance[u] = distance[v]! - cost[a]!
          via[u] = { arc: a, forward: false }
        }
      }
    }
    const ends = [...excess.keys()].filter((v) => excess[v]! < -1e-9 && distance[v]! < Infinity)
    if (ends.length === 0) return undefined
    const end = ends.reduce((best, v) => (distance[v]! < distance[best]! ? v : best))
    const path: { arc: number; forward: boolean }[] = []
    for (let v = end; v !== start; ) {
      const step = via[v]!
      path.push(step)
      v = step.forward ? from[step.arc]! : to[step.arc]!
    }
    let amount = Math.min(excess[start]!, -excess[end]!)
    for (const { arc, forward } of path) amount = Math.min(amount, forward ? room(arc) : back(arc))
    for (const { arc, forward } of path) flow[arc] = flow[arc]! + (forward ? amount : -amount)
    excess[start] = excess[start]! - amount
    excess[end] = excess[end]! + amount
  }
  return flow.reduce((sum, x, a) => sum + x * cost[a]!, 0)
}
