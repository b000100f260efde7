import { expect, it } from 'vitest'
import type { Network } from '../network.ts'
import { laneDemandOf, stationsOf } from './demand.ts'

/** Two sites with stock (0, 1), two stations (2, 3), three areas; vans from stations to areas. */
const NETWORK = {
  areas: { ids: ['A', 'B', 'C'] },
  sites: { ids: ['F0', 'F1', 'S2', 'S3'] },
  lanes: {
    fromSite: Int32Array.of(2, 3, 2, 3),
    toSite: new Int32Array(4).fill(-1),
    toArea: Int32Array.of(0, 1, 1, 2),
    costPerParcelCents: Float64Array.of(300, 250, 280, 300),
    transitMinutes: Float64Array.of(200, 240, 100, 300),
  },
} as unknown as Network

const ORDERS = {
  area: Int32Array.of(0, 0, 1),
  week: Int32Array.of(0, 1, 1),
  m3: Float64Array.of(1, 2, 4),
  weeks: 2,
}
const OPTIONS = {
  areaRegion: Int32Array.of(0, 1, 1),
  siteRegion: Int32Array.of(0, 1, 0, 1),
  sourceShare: Float64Array.of(0.75, 0.25, 0, 0, 0, 1, 0, 0),
  promiseDays: 2,
  farPromiseDays: 4,
  packingMinutes: 100,
}

it('hangs each area on the station with the cheapest van', () => {
  expect([...stationsOf(NETWORK, new Set([0, 1])).station]).toEqual([2, 3, 3])
  const bare = { ...NETWORK, lanes: { ...NETWORK.lanes, toArea: Int32Array.of(0, 1, 1, 1) } }
  expect(() => stationsOf(bare, new Set([2]))).toThrow('no lane reaches C')
})

it('splits what each week was ordered over the sites that supply its region', () => {
  const demand = laneDemandOf(NETWORK, ORDERS, OPTIONS)
  expect([...demand.from]).toEqual([0, 1, 1])
  expect([...demand.to]).toEqual([2, 2, 3])
  expect([...demand.m3]).toEqual([0.75, 0.25, 0, 1.5, 0.5, 4])
  expect([...demand.probability]).toEqual([0.5, 0.5])
  // From its own region within two days, from the other within four; packing and van come off.
  expect([...demand.windowMinutes]).toEqual([2880 - 300, 5760 - 300, 2880 - 340])
  expect(laneDemandOf(NETWORK, ORDERS, { ...OPTIONS, growth: 2 }).m3[0]).toBe(1.5)
})
