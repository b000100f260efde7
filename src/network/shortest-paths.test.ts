import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allShortestPaths, type Graph } from './shortest-paths.ts'

/** Floyd (1962) and Warshall, plain. */
function plainPaths({ nodes, from, to, length }: Graph): number[] {
  const d = Array.from({ length: nodes * nodes }, () => Infinity)
  from.forEach((a, e) => {
    const b = to[e]!
    d[a * nodes + b] = d[b * nodes + a] = length[e]!
  })
  for (let v = 0; v < nodes; v++) d[v * nodes + v] = 0
  for (let k = 0; k < nodes; k++) {
    for (let i = 0; i < nodes; i++) {
      for (let j = 0; j < nodes; j++) {
        d[i * nodes + j] = Math.min(d[i * nodes + j]!, d[i * nodes + k]! + d[k * nodes + j]!)
      }
    }
  }
  return d
}

const graphs = fc.integer({ min: 1, max: 9 }).chain((nodes) => {
  const node = fc.integer({ min: 0, max: nodes - 1 })
  return fc.array(fc.tuple(node, node, fc.integer({ min: 0, max: 20 })), { maxLength: 25 }).map(
    (edges): Graph => ({
      nodes,
      from: Int32Array.from(edges, ([a]) => a),
      to: Int32Array.from(edges, ([, b]) => b),
      length: Float64Array.from(edges, ([, , l]) => l),
    }),
  )
})

describe('allShortestPaths', () => {
  it('equals Floyd and Warshall, the last of two like edges counting', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect([...allShortestPaths(graph)]).toEqual(plainPaths(graph))
      }),
    )
  })

  it('refuses negative lengths and unknown nodes', () => {
    const edge = (to: number, length: number): Graph => ({
      nodes: 2,
      from: Int32Array.of(0),
      to: Int32Array.of(to),
      length: Float64Array.of(length),
    })
    expect(() => allShortestPaths(edge(1, -1))).toThrow('edge 0: length -1 is not a number from 0')
    expect(() => allShortestPaths(edge(2, 1))).toThrow('edge 0: 0 to 2; nodes are 0 to 1')
  })
})
