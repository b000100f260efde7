import { expect, it } from 'vitest'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { generateDemoStore } from '../../world/index.ts'
import { drawNetwork } from './map.ts'

const { areas: table } = generateDemoStore({
  seed: 1,
  products: 20,
  days: 30,
  ordersPerDay: 5,
}).tables
const kinds = textsOf(table!, 'kind')
const rows = [...kinds.codes.keys()].filter((row) => textAt(kinds, row) === 'county')
const column = (name: string) => Float64Array.from(rows, (row) => numbersOf(table!, name)[row]!)
const texts = (name: string) => rows.map((row) => textAt(textsOf(table!, name), row) ?? '')
const AREAS = {
  ids: texts('area_id'),
  names: texts('name'),
  states: texts('state'),
  lat: column('lat'),
  lon: column('lon'),
  population: column('population'),
}
const RENO = {
  ids: ['RENO'],
  kinds: ['fulfilment_centre' as const],
  lat: Float64Array.of(39.53),
  lon: Float64Array.of(-119.81),
  area: Int32Array.of(-1),
  capacityM3: Float64Array.of(1),
  timeZones: ['America/Los_Angeles'],
}

it('joins counties to the outlines of regions, east and west of the Mississippi', () => {
  const west = AREAS.ids.map((_, a) => (AREAS.lon[a]! < -90 ? 0 : 1))
  const map = drawNetwork({ areas: AREAS, sites: RENO }, west, 2)
  const numbers = (path: string) =>
    [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map((m) => Number(m[1]))
  const middle = (path: string) =>
    numbers(path).reduce((sum, x) => sum + x, 0) / numbers(path).length
  expect(middle(map.regions[0]!)).toBeLessThan(map.width / 2)
  expect(middle(map.regions[1]!)).toBeGreaterThan(map.width / 2)
  expect(map.states.length).toBeGreaterThan(1000)
  // What travels to the page: well under the 100 kB of a first load once compressed.
  expect(map.regions.join('').length + map.states.length).toBeLessThan(250_000)
  // Reno lies where the atlas draws Washoe county.
  const washoe = AREAS.ids.indexOf('32031')
  expect(
    Math.hypot(map.siteX[0]! - map.areaX[washoe]!, map.siteY[0]! - map.areaY[washoe]!),
  ).toBeLessThan(35)
})

it('draws areas of other countries as points that fit the plane', () => {
  const lat = Float64Array.of(51.5, 48.9, 41.4)
  const lon = Float64Array.of(-0.1, 2.4, 2.2)
  const areas = { ...AREAS, ids: ['LON', 'PAR', 'BCN'], lat, lon }
  const map = drawNetwork({ areas, sites: { ...RENO, lat, lon } }, [0, 0, 1], 2)
  expect(map.regions).toEqual(['', ''])
  expect(map.states).toBe('')
  for (const x of map.areaX) expect(x).toBeGreaterThanOrEqual(0)
  for (const y of map.areaY) expect(y).toBeLessThanOrEqual(map.height)
  expect(map.siteY[2]).toBeGreaterThan(map.siteY[0]!)
})
