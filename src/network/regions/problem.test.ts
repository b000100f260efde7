import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { Network } from '../network.ts'
import { partsOf } from './choose.ts'
import { readPrices } from './knobs.ts'
import { denseLimits } from './limits.ts'
import { regionProblemOf } from './problem.ts'
import { repairPartition } from './repair.ts'
import { isContiguous } from './search.ts'
import { gridProblem, someOrders } from './testing/problems.ts'

/** Two areas, three sites (the last a sort centre), one lane. */
const network: Network = {
  areas: {
    ids: ['west', 'east'],
    names: ['West', 'East'],
    states: ['CA', 'NY'],
    lat: Float64Array.of(40, 40),
    lon: Float64Array.of(-120, -75),
    population: Float64Array.of(1, 1),
  },
  adjacency: {
    starts: Int32Array.of(0, 1, 2),
    neighbors: Int32Array.of(1, 0),
    bridge: Uint8Array.of(0, 0),
  },
  sites: {
    ids: ['A', 'B', 'S'],
    kinds: ['fulfilment_centre', 'fulfilment_centre', 'sort_centre'],
    lat: Float64Array.of(40, 40, 40),
    lon: Float64Array.of(-119, -76, -100),
    area: Int32Array.of(0, -1, -1),
    capacityM3: Float64Array.of(100, Infinity, 500),
    timeZones: ['UTC', 'UTC', 'UTC'],
  },
  lanes: {
    ids: ['fast', 'slow'],
    carriers: ['x', 'x'],
    modes: ['air', 'truck'],
    fromSite: Int32Array.of(0, 0),
    toSite: Int32Array.of(-1, -1),
    toArea: Int32Array.of(1, 1),
    distanceKm: Float64Array.of(3000, 4023.36),
    transitMinutes: Float64Array.of(1000, 4000),
    transitSdMinutes: Float64Array.of(0, 0),
    costPerParcelCents: Float64Array.of(900, 300),
    costPerKgCents: Float64Array.of(0, 0),
    costPerTruckCents: Float64Array.of(Number.NaN, Number.NaN),
    capacityM3: Float64Array.of(Infinity, Infinity),
  },
  departures: {
    lane: new Int32Array(0),
    minuteOfWeek: new Int32Array(0),
    cutoffMinutes: new Int32Array(0),
  },
}

describe('regionProblemOf', () => {
  const problem = regionProblemOf(network, Float64Array.of(10, 20), someOrders(1))

  it('finds where sites lie and what they hold', () => {
    expect([...problem.siteArea]).toEqual([0, 1, 0])
    expect([...problem.capacityM3]).toEqual([100, 100, 0])
  })

  it('takes way and time of the cheapest direct lane, else of the road', () => {
    expect(problem.miles[1]).toBeCloseTo(2500, 3)
    expect(problem.days[1]).toBe(3)
    expect(problem.miles[0]).toBeGreaterThan(50)
    expect(problem.miles[0]).toBeLessThan(80)
    expect(problem.days[0]).toBe(1)
  })

  it('asks for the room of at least one site', () => {
    const sites = { ...network.sites, capacityM3: new Float64Array(3).fill(Infinity) }
    const bare = { ...network, sites }
    expect(() => regionProblemOf(bare, Float64Array.of(1, 1), someOrders(1))).toThrow(
      expect.objectContaining({ code: 'ERR_NETWORK', next: expect.stringMatching('capacity_m3') }),
    )
  })
})

describe('repairPartition', () => {
  it('makes scattered areas hang together and meets the bands; its parts add up', () => {
    const problem = gridProblem(7, 7, 12, 8)
    const prices = readPrices()
    const limits = denseLimits(problem, 3, { demandTolerance: 0.2, capacityTolerance: 1 })
    const random = createRandom(2)
    const scattered = Int32Array.from(problem.demand, () => random.int(3))
    const repaired = repairPartition(problem, scattered, limits, prices, random)
    expect(isContiguous(problem, repaired.plan.areaRegion, 3)).toBe(true)
    expect(repaired.violation).toBe(0)
    const { miles, lanes, split, slow, moves } = partsOf(repaired, prices)
    const { demand } = repaired.measures.total
    expect(miles + lanes + split + slow + moves).toBeCloseTo(repaired.costCents / demand, 6)
    expect(Math.min(miles, lanes, split, slow)).toBeGreaterThanOrEqual(0)
  })
})
