import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { greatCircleKm } from '../../core/great-circle.ts'
import { usGeography } from './geography.ts'
import { countyPopulations } from './population.ts'
import { STATES } from './us-facts.ts'

const data = process.env['STOREWRIGHT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
const file = join(data, 'geo/us-counties.csv')

interface CountyRow {
  readonly fips: string
  readonly state: string
  readonly population: number
  readonly lat: number
  readonly lon: number
}

function readCounties(): CountyRow[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  return lines.map((line) => {
    const [fips = '', , state = '', population, lat, lon] = line.split(',')
    return { fips, state, population: Number(population), lat: Number(lat), lon: Number(lon) }
  })
}

/** Pearson correlation. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const mx = mean(x)
  const my = mean(y)
  const cross = mean(x.map((value, i) => (value - mx) * (y[i]! - my)))
  const spread = (values: readonly number[], m: number) =>
    Math.sqrt(mean(values.map((value) => (value - m) ** 2)))
  return cross / spread(x, mx) / spread(y, my)
}

const known = existsSync(file)

test.skipIf(!known)(
  'state populations are the sums of the counties (skips without data/geo)',
  () => {
    const sums = new Map<string, number>()
    for (const { state, population } of readCounties()) {
      sums.set(state, (sums.get(state) ?? 0) + population)
    }
    for (const { name, population } of STATES) expect(sums.get(name)).toBe(population)
  },
)

test.skipIf(!known)('county estimates follow the counties (skips without data/geo)', () => {
  const { regions } = usGeography().counties
  const estimates = countyPopulations(regions)
  const rows = new Map(readCounties().map((row) => [row.fips, row]))
  const pairs = regions.flatMap((region, i) => {
    const row = rows.get(region.fips)
    return row === undefined ? [] : [{ region, row, estimate: estimates[i]! }]
  })
  expect(pairs.length).toBeGreaterThan(3200)
  const logs = (values: readonly number[]) => values.map(Math.log)
  const estimated = pairs.map(({ estimate }) => estimate)
  const real = pairs.map(({ row }) => row.population)
  expect(correlation(logs(estimated), logs(real))).toBeGreaterThan(0.65)
  expect(correlation(estimated, real)).toBeGreaterThan(0.85)
  const far = pairs.filter(
    ({ region, row }) => greatCircleKm(region.lat, region.lon, row.lat, row.lon) > 100,
  )
  expect(far.length).toBeLessThan(15)
})
