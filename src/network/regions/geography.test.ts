import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adjacencyFromPoints, joinIslands, milesMatrix } from './geography.ts'
import { adjacencyFromBorders, bordersOf, componentsOf } from './graph.ts'

const point = fc.record({
  lat: fc.double({ min: 25, max: 49, noNaN: true }),
  lon: fc.double({ min: -124, max: -67, noNaN: true }),
})

const columns = (points: readonly { lat: number; lon: number }[]) => ({
  lat: Float64Array.from(points, ({ lat }) => lat),
  lon: Float64Array.from(points, ({ lon }) => lon),
})

describe('adjacencyFromPoints', () => {
  it('hangs together, is symmetric, and marks what is longer than the cap', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (list) => {
        const points = columns(list)
        const { adjacency, bridges } = adjacencyFromPoints(points, 300)
        expect(componentsOf(adjacency).sizes).toEqual([list.length])
        const ways = milesMatrix(points, points, 1)
        for (const { from, to, bridge } of bordersOf(adjacency))
          expect(ways[from * list.length + to]! > 300).toBe(bridge)
        expect(bordersOf(adjacency).filter(({ bridge }) => bridge)).toHaveLength(bridges.length)
        expect(adjacency.neighbors).toHaveLength(2 * bordersOf(adjacency).length)
      }),
    )
  })

  it('finds the borders of a lattice', () => {
    const list = Array.from({ length: 20 }, (_, i) => ({
      lat: 40 + Math.floor(i / 5),
      lon: -100 + (i % 5) + 0.01 * Math.floor(i / 5),
    }))
    const { adjacency, bridges } = adjacencyFromPoints(columns(list), 75)
    const edges = new Set(bordersOf(adjacency).map(({ from, to }) => `${from}-${to}`))
    for (let i = 0; i < 20; i++) {
      if (i % 5 < 4) expect(edges).toContain(`${i}-${i + 1}`)
      if (i < 15) expect(edges).toContain(`${i}-${i + 5}`)
    }
    expect(bridges).toEqual([])
  })

  it('keeps points at one place and in a row together, and crosses the date line', () => {
    const same = [1, 1, 2, 3, 4].map((lat) => ({ lat, lon: 10 }))
    expect(componentsOf(adjacencyFromPoints(columns(same), 500).adjacency).sizes).toEqual([5])
    const dateLine = [
      { lat: 52, lon: 179 },
      { lat: 52, lon: -179 },
      { lat: 53, lon: 180 },
    ]
    expect(adjacencyFromPoints(columns(dateLine), 200).bridges).toEqual([])
  })

  it('refuses what is no place', () => {
    const bad = { lat: Float64Array.of(Number.NaN), lon: Float64Array.of(0) }
    expect(() => adjacencyFromPoints(bad, 100)).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_FINITE' }),
    )
  })
})

describe('joinIslands', () => {
  it('names the areas that are cut off', () => {
    const points = columns([
      { lat: 40, lon: -100 },
      { lat: 40, lon: -101 },
      { lat: 21, lon: -157 },
      { lat: 20, lon: -156 },
    ])
    const land = adjacencyFromBorders(4, [
      { from: 0, to: 1, bridge: false },
      { from: 2, to: 3, bridge: false },
    ])
    const { bridges, adjacency } = joinIslands(land, points, 100)
    expect(bridges).toHaveLength(1)
    expect([0, 1]).toContain(bridges[0]!.cutOff[0]! % 2)
    expect(bridges[0]!.cutOff).toHaveLength(2)
    expect(bordersOf(adjacency).filter(({ bridge }) => bridge)).toHaveLength(1)
  })
})

describe('adjacencyFromBorders', () => {
  it('drops doubles, lets land win over bridges, and refuses unknown areas', () => {
    const { neighbors, bridge } = adjacencyFromBorders(3, [
      { from: 1, to: 0, bridge: true },
      { from: 0, to: 1, bridge: false },
      { from: 2, to: 2, bridge: false },
    ])
    expect([...neighbors]).toEqual([1, 0])
    expect([...bridge]).toEqual([0, 0])
    expect(() => adjacencyFromBorders(2, [{ from: 0, to: 2, bridge: false }])).toThrow('none of')
  })
})
