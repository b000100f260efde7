import { describe, expect, test } from 'vitest'
import { greatCircleKm } from '../../core/great-circle.ts'
import type { Network } from '../../network/index.ts'
import { countyCount, usAreas } from './us-areas.ts'
import { sitesOfKind } from './us-lanes.ts'
import { createUsNetwork } from './us-network.ts'

const { network } = createUsNetwork({ seed: 3 })

/** Areas reached from `site` along lanes of the network. */
function areasFrom({ sites, areas, lanes }: Network, site: number): number {
  const seen = new Uint8Array(sites.ids.length)
  const reached = new Uint8Array(areas.ids.length)
  const queue = [site]
  seen[site] = 1
  while (queue.length > 0) {
    const from = queue.pop()!
    lanes.fromSite.forEach((start, lane) => {
      if (start !== from) return
      const to = lanes.toSite[lane]!
      if (to < 0) reached[lanes.toArea[lane]!] = 1
      else if (seen[to] === 0) {
        seen[to] = 1
        queue.push(to)
      }
    })
  }
  return reached.reduce((a, b) => a + b, 0)
}

describe('areas', () => {
  test.each([60, 885, countyCount()])('%i areas hold all people and are one graph', (count) => {
    const { areas, adjacency, areaOfCounty } = usAreas(count)
    expect(areas.ids).toHaveLength(count)
    expect(new Set(areas.ids).size).toBe(count)
    expect(areaOfCounty).toHaveLength(countyCount())
    const people = areas.population.reduce((a, b) => a + b, 0)
    expect(people).toBeCloseTo(331_449_281 + 3_285_874, 0)
    const seen = new Set([0])
    for (const area of seen) {
      for (let i = adjacency.starts[area]!; i < adjacency.starts[area + 1]!; i++) {
        seen.add(adjacency.neighbors[i]!)
      }
    }
    expect(seen.size).toBe(count)
  })

  test('joining leaves no area with almost nobody', () => {
    const { areas } = usAreas(885)
    expect(Math.min(...areas.population)).toBeGreaterThan(50_000)
  })

  test.each([59, 10.5, 4000])('%d areas are refused', (count) => {
    expect(() => usAreas(count)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
  })
})

test('the same seed puts the same buildings, another others', () => {
  expect(createUsNetwork({ seed: 3 })).toEqual({ network, siteNames: expect.anything() })
  expect(createUsNetwork({ seed: 4 }).network.sites.ids).not.toEqual(network.sites.ids)
})

test('has the buildings asked for, each with its own id, clock and room', () => {
  const { sites } = createUsNetwork({ centres: 110, sortCentres: 60, stations: 300 }).network
  expect(sitesOfKind(sites, 'fulfilment_centre')).toHaveLength(110)
  expect(sitesOfKind(sites, 'sort_centre').length).toBeGreaterThanOrEqual(60)
  expect(sitesOfKind(sites, 'delivery_station').length).toBeGreaterThanOrEqual(300)
  expect(new Set(sites.ids).size).toBe(sites.ids.length)
  for (const site of sitesOfKind(sites, 'fulfilment_centre')) {
    expect(sites.capacityM3[site]).toBeGreaterThan(0)
  }
  for (const zone of sites.timeZones)
    expect(() => Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow()
})

test('every centre reaches every area, and a dock every centre', () => {
  const centres = sitesOfKind(network.sites, 'fulfilment_centre')
  for (const site of centres.slice(0, 5)) expect(areasFrom(network, site)).toBe(885)
  const { lanes } = network
  for (const dock of sitesOfKind(network.sites, 'cross_dock')) {
    const ends = Array.from(lanes.toSite).filter((_, lane) => lanes.fromSite[lane] === dock)
    expect(ends.sort((a, b) => a - b)).toEqual(centres)
  }
})

test('trucks are priced by the mile and no faster than a truck; only air goes overseas', () => {
  const { lanes, sites, areas } = network
  const { mainland } = usAreas(885)
  lanes.fromSite.forEach((from, lane) => {
    const to = lanes.toSite[lane]!
    const isAir = lanes.modes[lane] === 'air'
    if (to >= 0) {
      const km = greatCircleKm(sites.lat[from]!, sites.lon[from]!, sites.lat[to]!, sites.lon[to]!)
      expect(lanes.distanceKm[lane]!).toBeGreaterThan(km - 0.1)
      const ends = [from, to].map((site) => mainland[sites.area[site]!])
      expect(isAir || ends[0] === ends[1]).toBe(true)
    }
    const hours = lanes.transitMinutes[lane]! / 60
    expect(lanes.distanceKm[lane]! / hours).toBeLessThan(isAir ? 750 : 80)
    const cents = lanes.costPerTruckCents[lane]!
    if (to >= 0 && !isAir) {
      expect(cents).toBeGreaterThanOrEqual(Math.round(lanes.distanceKm[lane]! * 140.4) - 10)
    } else expect(cents).toBeNaN()
    if (to < 0) expect(areas.ids[lanes.toArea[lane]!]).toBeDefined()
  })
})

test('every lane leaves on several days, within the week, after its cut-off', () => {
  const { departures, lanes } = network
  const count = new Int32Array(lanes.ids.length)
  departures.lane.forEach((lane, i) => {
    count[lane]! += 1
    expect(departures.minuteOfWeek[i]!).toBeGreaterThanOrEqual(0)
    expect(departures.minuteOfWeek[i]!).toBeLessThan(7 * 1440)
    expect(departures.cutoffMinutes[i]!).toBeGreaterThan(0)
  })
  expect(Math.min(...count)).toBeGreaterThanOrEqual(3)
})

test.each([
  { centres: 1 },
  { sortCentres: 2.5 },
  { stations: 0 },
  { truckM3: 0 },
  { capacityM3: Number.NaN },
  { areas: 5 },
])('%o is refused', (params) => {
  expect(() => createUsNetwork(params)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
})
