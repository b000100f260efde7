import { expect, test } from 'vitest'
import { greatCircleKm } from '../../core/great-circle.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { contains, type RegionGraph, usGeography } from './geography.ts'
import { geographyTables } from './geography-tables.ts'
import { SITES } from './sites.ts'
import { CITIES, COUNTY_BRIDGES, NEW_YORK_BOROUGHS, STATE_BRIDGES, STATES } from './us-facts.ts'

/** Number of connected parts when only borders of these kinds count. */
function parts({ regions, borders }: RegionGraph, kinds: readonly string[]): number {
  const parent = regions.map((_, i) => i)
  const root = (i: number): number => {
    let top = i
    while (parent[top] !== top) top = parent[top]!
    parent[i] = top
    return top
  }
  for (const { from, to, kind } of borders) {
    if (kinds.includes(kind)) parent[root(from)] = root(to)
  }
  return regions.filter((_, i) => root(i) === i).length
}

test('states and counties are each one connected graph, by the bridges alone', () => {
  const { states, counties } = usGeography()
  expect(states.regions).toHaveLength(52)
  expect(counties.regions).toHaveLength(3220)
  for (const graph of [states, counties]) {
    expect(parts(graph, ['land', 'bridge'])).toBe(1)
    expect(parts(graph, ['land'])).toBeGreaterThan(3)
  }
})

test('every declared bridge stands in the graph and names known regions', () => {
  const { states, counties } = usGeography()
  for (const [graph, bridges] of [
    [counties, COUNTY_BRIDGES],
    [states, STATE_BRIDGES],
  ] as const) {
    const known = new Set(graph.regions.map(({ fips }) => fips))
    expect(bridges.flat().every((fips) => known.has(fips))).toBe(true)
    expect(new Set(graph.borders.map(({ from, to }) => `${from}-${to}`)).size).toBe(
      graph.borders.length,
    )
  }
})

test('known neighbours border each other and others do not', () => {
  const { regions, borders } = usGeography().states
  const bordering = (a: string, b: string) =>
    borders.some(({ from, to, kind }) => {
      const pair = [regions[from]!.fips, regions[to]!.fips]
      return kind === 'land' && pair.includes(a) && pair.includes(b)
    })
  expect(bordering('36', '34')).toBe(true) // New York, New Jersey
  expect(bordering('06', '32')).toBe(true) // California, Nevada
  expect(bordering('12', '48')).toBe(false) // Florida, Texas
})

test('centres lie about where the states are and areas are about right', () => {
  const byFips = new Map(usGeography().states.regions.map((region) => [region.fips, region]))
  const kansas = byFips.get('20')!
  expect(greatCircleKm(kansas.lat, kansas.lon, 38.5, -98.4)).toBeLessThan(30)
  expect(kansas.areaKm2).toBeGreaterThan(208_000)
  expect(kansas.areaKm2).toBeLessThan(218_000)
  const alaska = byFips.get('02')!
  expect(greatCircleKm(alaska.lat, alaska.lon, 64.2, -152.5)).toBeLessThan(150)
})

test('the census adds up: 50 states and DC to 331,449,281; the boroughs to New York City', () => {
  const mainland = STATES.filter(({ code }) => code !== 'PR')
  expect(mainland.reduce((sum, { population }) => sum + population, 0)).toBe(331_449_281)
  expect(CITIES).toHaveLength(100)
  expect(NEW_YORK_BOROUGHS.reduce((sum, [, people]) => sum + people, 0)).toBe(
    CITIES.find(({ name }) => name === 'New York')!.population,
  )
  expect(CITIES.map(({ population }) => population)).toEqual(
    CITIES.map(({ population }) => population).sort((a, b) => b - a),
  )
})

test('every city lies in its state and every site in its county', () => {
  const { states, counties } = usGeography()
  const codeOf = new Map(STATES.map(({ fips, code }) => [fips, code]))
  for (const { state, lat, lon, name } of CITIES) {
    const home = states.regions.find((region) => contains(region, lat, lon))
    expect(`${name} ${codeOf.get(home?.fips ?? '')}`).toBe(`${name} ${state}`)
  }
  for (const { areaId, lat, lon, id } of SITES) {
    const home = counties.regions.find((region) => contains(region, lat, lon))
    expect(`${id} ${home?.fips}`).toBe(`${id} ${areaId}`)
  }
})

test('county people add up to the census count of each state, and none is without', () => {
  const { areas } = geographyTables()
  const kind = textsOf(areas, 'kind')
  const state = textsOf(areas, 'state')
  const people = numbersOf(areas, 'population')
  const sums = new Map<string, number>()
  for (let row = 0; row < areas.rowCount; row++) {
    expect(people[row]).toBeGreaterThan(0)
    if (textAt(kind, row) !== 'county') continue
    const code = textAt(state, row)!
    sums.set(code, (sums.get(code) ?? 0) + people[row]!)
  }
  for (const { code, population } of STATES) expect(sums.get(code)).toBe(population)
})

test('adjacency is symmetric', () => {
  const { adjacency } = geographyTables()
  const from = textsOf(adjacency, 'area_id')
  const to = textsOf(adjacency, 'neighbor_id')
  const pairs = new Set<string>()
  for (let row = 0; row < adjacency.rowCount; row++) {
    pairs.add(`${textAt(from, row)} ${textAt(to, row)}`)
  }
  expect(pairs.size).toBe(adjacency.rowCount)
  for (const pair of pairs) expect(pairs.has(pair.split(' ').reverse().join(' '))).toBe(true)
})
