import { greatCircleKm } from '../../core/great-circle.ts'
import { contains, type Region } from './geography.ts'
import { CITIES, type CityFact, NEW_YORK_BOROUGHS, STATES } from './us-facts.ts'

/** How a state's people outside the large cities are spread over its counties. */
const AREA_POWER = 0.4
const SMALLEST_KM2 = 5
const SUBURB_KM = 40
const SUBURB_WEIGHT = 10

/**
 * Residents of every county, an estimate that adds up to the census count of each state. The large
 * cities' people live in the county that contains the city; the rest of the state is spread by
 * weight area^0.4 (1 + 10 Σ_c √(pop_c / 100,000) exp(−distance_c / 40 km)) over cities c of any
 * state: larger counties hold more people, suburbs many more. Not census figures for counties.
 */
export function countyPopulations(counties: readonly Region[]): Float64Array {
  const population = new Float64Array(counties.length)
  const indexOf = new Map(counties.map((county, index) => [county.fips, index]))
  for (const state of STATES) {
    const members: number[] = []
    counties.forEach((county, index) => {
      if (county.fips.startsWith(state.fips)) members.push(index)
    })
    let rest = state.population
    for (const city of CITIES) {
      if (city.state !== state.code) continue
      for (const [fips, people] of countiesOfCity(city, counties, members)) {
        population[indexOf.get(fips)!]! += people
        rest -= people
      }
    }
    const weights = members.map((index) => suburbWeight(counties[index]!))
    apportion(rest, weights).forEach((people, i) => {
      population[members[i]!]! += people
    })
  }
  return population
}

/** The county (for New York: counties) that a city's people live in. */
function countiesOfCity(
  city: CityFact,
  counties: readonly Region[],
  members: readonly number[],
): readonly (readonly [fips: string, people: number])[] {
  if (city.name === 'New York') return NEW_YORK_BOROUGHS
  const home = members.find((index) => contains(counties[index]!, city.lat, city.lon))
  const distance = (index: number) =>
    greatCircleKm(counties[index]!.lat, counties[index]!.lon, city.lat, city.lon)
  const nearest = members.reduce((best, index) => (distance(index) < distance(best) ? index : best))
  return [[counties[home ?? nearest]!.fips, city.population]]
}

function suburbWeight(county: Region): number {
  let pull = 0
  for (const city of CITIES) {
    const distance = greatCircleKm(county.lat, county.lon, city.lat, city.lon)
    if (distance < 10 * SUBURB_KM)
      pull += Math.sqrt(city.population / 100_000) * Math.exp(-distance / SUBURB_KM)
  }
  return Math.max(county.areaKm2, SMALLEST_KM2) ** AREA_POWER * (1 + SUBURB_WEIGHT * pull)
}

/** Whole numbers proportional to `weights` that add up to `total` (largest remainders). */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  const exact = weights.map((weight) => (sum > 0 ? (total * weight) / sum : 0))
  const shares = exact.map(Math.floor)
  const left = total - shares.reduce((a, b) => a + b, 0)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, Math.round(left))) shares[index]! += 1
  return shares
}
