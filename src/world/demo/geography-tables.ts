import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { round } from './catalog.ts'
import { STORE_HOURS_BEHIND_UTC } from './clock.ts'
import { table } from './columns.ts'
import { type RegionGraph, usGeography } from './geography.ts'
import { countyPopulations } from './population.ts'
import { CITIES, STATES } from './us-facts.ts'

/** The country as the store sees it: tables, and the counties that customers live in. */
export interface GeographyTables {
  readonly areas: Table
  readonly adjacency: Table
  readonly countyIds: readonly string[]
  /** By county: people, degrees north, hours behind the store's clock, index of the state in STATES. */
  readonly countyPeople: Float64Array
  readonly countyLat: Float64Array
  readonly countyHours: Float64Array
  readonly countyState: Int32Array
}

/**
 * areas: states (id = FIPS code of 2 digits), counties (5 digits) and the hundred largest cities
 * (`city-…`); each kind covers people on its own, so never add across kinds. adjacency: borders
 * within a kind, in both directions.
 */
export function geographyTables(): GeographyTables {
  const { states, counties } = usGeography()
  const people = countyPopulations(counties.regions)
  const stateOf = new Map(STATES.map((state, index) => [state.fips, index]))
  const countyState = Int32Array.from(
    counties.regions,
    ({ fips }) => stateOf.get(fips.slice(0, 2))!,
  )
  return {
    areas: areasTable(people),
    adjacency: adjacencyTable([states, counties]),
    countyIds: counties.regions.map(({ fips }) => fips),
    countyPeople: people,
    countyLat: Float64Array.from(counties.regions, ({ lat }) => lat),
    countyHours: Float64Array.from(
      countyState,
      (state) => STATES[state]!.hoursBehindUtc - STORE_HOURS_BEHIND_UTC,
    ),
    countyState,
  }
}

function areasTable(countyPeople: Float64Array): Table {
  const { states, counties } = usGeography()
  const byFips = new Map(STATES.map((state) => [state.fips, state]))
  const rows = [
    ...states.regions.map(({ fips, lat, lon }) => {
      const { name, code, population } = byFips.get(fips)!
      return { id: fips, name, kind: 'state', state: code, population, lat, lon }
    }),
    ...counties.regions.map(({ fips, name, lat, lon }, i) => {
      const { code } = byFips.get(fips.slice(0, 2))!
      return { id: fips, name, kind: 'county', state: code, population: countyPeople[i]!, lat, lon }
    }),
    ...CITIES.map((city) => ({ ...city, kind: 'city' })),
  ]
  return table({
    area_id: textColumn(rows.map(({ id }) => id)),
    name: textColumn(rows.map(({ name }) => name)),
    kind: textColumn(rows.map(({ kind }) => kind)),
    state: textColumn(rows.map(({ state }) => state)),
    population: numberColumn(rows.map(({ population }) => population)),
    lat: numberColumn(rows.map(({ lat }) => round(lat, 5))),
    lon: numberColumn(rows.map(({ lon }) => round(lon, 5))),
  })
}

function adjacencyTable(graphs: readonly RegionGraph[]): Table {
  const rows = graphs.flatMap(({ regions, borders }) =>
    borders.flatMap(({ from, to, kind }) => {
      const a = regions[from]!.fips
      const b = regions[to]!.fips
      return [
        { a, b, kind },
        { a: b, b: a, kind },
      ]
    }),
  )
  rows.sort((x, y) => compare(x.a, y.a) || compare(x.b, y.b))
  return table({
    area_id: textColumn(rows.map(({ a }) => a)),
    neighbor_id: textColumn(rows.map(({ b }) => b)),
    kind: textColumn(rows.map(({ kind }) => kind)),
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
