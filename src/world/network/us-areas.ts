import { requireArgument } from '../../core/errors.ts'
import type { Adjacency, Areas } from '../../network/index.ts'
import { type Geography, usGeography } from '../demo/geography.ts'
import { countyPopulations } from '../demo/population.ts'
import { STATES } from '../demo/us-facts.ts'

/** Areas of the United States and what the generator of sites asks about them. */
export interface UsAreas {
  readonly areas: Areas
  readonly adjacency: Adjacency
  /** Area of each county, in the order of the counties of usGeography. */
  readonly areaOfCounty: Int32Array
  /** By area: hours behind UTC in winter. */
  readonly hoursBehindUtc: Float64Array
  /** By area: 1 where trucks reach it from the rest of the mainland. */
  readonly mainland: Uint8Array
}

/** States that trucks do not reach. */
const OVERSEAS: ReadonlySet<string> = new Set(['AK', 'HI', 'PR'])

const made = new Map<number, UsAreas>()

/** Counties in the United States and Puerto Rico, the finest areas there are. */
export function countyCount(): number {
  return usGeography().counties.regions.length
}

/**
 * The country in `count` areas: counties joined, always the one with the fewest people to its
 * neighbour of the same state with the fewest, until so many are left. Every area is contiguous
 * (by land or a declared bridge) and named after its most populous county. Throws ERR_ARGUMENT on
 * a count below 60 or above the counties.
 */
export function usAreas(count: number): UsAreas {
  const counties = countyCount()
  requireArgument(
    Number.isInteger(count) && count >= 60 && count <= counties,
    `${count} areas asked for; give a whole number from 60 to ${counties}`,
  )
  const known = made.get(count)
  if (known !== undefined) return known
  const geography = usGeography()
  const people = countyPopulations(geography.counties.regions)
  const areaOfCounty = joinCounties(geography, people, count)
  const areas = areasOf(geography, people, areaOfCounty)
  const result: UsAreas = {
    areas,
    adjacency: adjacencyOf(geography, areaOfCounty, areas.ids.length),
    areaOfCounty,
    hoursBehindUtc: Float64Array.from(areas.states, hoursOf),
    mainland: Uint8Array.from(areas.states, (code) => (OVERSEAS.has(code) ? 0 : 1)),
  }
  made.set(count, result)
  return result
}

/** The area that holds a county, by its FIPS code; throws ERR_ARGUMENT where there is no such county. */
export function areaOfCounty(us: UsAreas, fips: string): number {
  const index = usGeography().counties.regions.findIndex((county) => county.fips === fips)
  requireArgument(index >= 0, `there is no county ${fips}`)
  return us.areaOfCounty[index]!
}

function hoursOf(code: string): number {
  return STATES.find((state) => state.code === code)!.hoursBehindUtc
}

/** Area of each county after joining; areas are numbered by their first county. */
function joinCounties({ counties }: Geography, people: Float64Array, count: number): Int32Array {
  const n = counties.regions.length
  const beside = counties.regions.map(() => new Set<number>())
  for (const { from, to } of counties.borders) {
    if (counties.regions[from]!.fips.slice(0, 2) !== counties.regions[to]!.fips.slice(0, 2))
      continue
    beside[from]!.add(to)
    beside[to]!.add(from)
  }
  const total = Float64Array.from(people)
  const into = Int32Array.from({ length: n }, (_, i) => i)
  for (let left = n; left > count; left--) {
    const least = fewestPeople(total, into, beside)
    if (least < 0) break
    joinTwo(least, smallestOf(beside[least]!, total), total, into, beside)
  }
  return numbered(into)
}

/** The joined county with the fewest people that still has a neighbour in its state, or −1. */
function fewestPeople(
  total: Float64Array,
  into: Int32Array,
  beside: readonly ReadonlySet<number>[],
): number {
  let best = -1
  for (let i = 0; i < into.length; i++) {
    if (into[i] !== i || beside[i]!.size === 0) continue
    if (best < 0 || total[i]! < total[best]!) best = i
  }
  return best
}

function smallestOf(members: ReadonlySet<number>, total: Float64Array): number {
  let best = -1
  for (const i of members) {
    const isLess = best < 0 || total[i]! < total[best]! || (total[i] === total[best] && i < best)
    if (isLess) best = i
  }
  return best
}

function joinTwo(
  gone: number,
  kept: number,
  total: Float64Array,
  into: Int32Array,
  beside: readonly Set<number>[],
): void {
  into[gone] = kept
  total[kept]! += total[gone]!
  for (const other of beside[gone]!) {
    beside[other]!.delete(gone)
    if (other === kept) continue
    beside[other]!.add(kept)
    beside[kept]!.add(other)
  }
  beside[gone]!.clear()
}

function numbered(into: Int32Array): Int32Array {
  const areaOf = new Int32Array(into.length).fill(-1)
  const numberOf = new Int32Array(into.length).fill(-1)
  let next = 0
  for (let i = 0; i < into.length; i++) {
    let root = i
    while (into[root] !== root) root = into[root]!
    if (numberOf[root]! < 0) numberOf[root] = next++
    areaOf[i] = numberOf[root]!
  }
  return areaOf
}

/** Centres weighted by people, names and ids of the most populous county. */
function areasOf({ counties }: Geography, people: Float64Array, areaOfCounty: Int32Array): Areas {
  const count = areaOfCounty.reduce((top, area) => Math.max(top, area + 1), 0)
  const largest = new Int32Array(count).fill(-1)
  const population = new Float64Array(count)
  const lat = new Float64Array(count)
  const lon = new Float64Array(count)
  counties.regions.forEach((county, i) => {
    const area = areaOfCounty[i]!
    population[area]! += people[i]!
    lat[area]! += people[i]! * county.lat
    lon[area]! += people[i]! * county.lon
    if (largest[area]! < 0 || people[i]! > people[largest[area]!]!) largest[area] = i
  })
  const mains = Array.from(largest, (i) => counties.regions[i]!)
  const codeOf = new Map(STATES.map(({ fips, code }) => [fips, code]))
  return {
    ids: mains.map(({ fips }) => fips),
    names: mains.map(({ name }) => name),
    states: mains.map(({ fips }) => codeOf.get(fips.slice(0, 2))!),
    lat: lat.map((sum, area) => sum / population[area]!),
    lon: lon.map((sum, area) => sum / population[area]!),
    population,
  }
}

/** Borders between areas: land wherever any of their counties touch by land. */
function adjacencyOf({ counties }: Geography, areaOfCounty: Int32Array, count: number): Adjacency {
  const beside = Array.from({ length: count }, () => new Map<number, number>())
  for (const { from, to, kind } of counties.borders) {
    const a = areaOfCounty[from]!
    const b = areaOfCounty[to]!
    if (a === b) continue
    const bridge = kind === 'bridge' ? 1 : 0
    beside[a]!.set(b, Math.min(bridge, beside[a]!.get(b) ?? 1))
    beside[b]!.set(a, Math.min(bridge, beside[b]!.get(a) ?? 1))
  }
  const starts = new Int32Array(count + 1)
  const neighbors: number[] = []
  const bridge: number[] = []
  beside.forEach((others, area) => {
    for (const other of [...others.keys()].sort((x, y) => x - y)) {
      neighbors.push(other)
      bridge.push(others.get(other)!)
    }
    starts[area + 1] = neighbors.length
  })
  return { starts, neighbors: Int32Array.from(neighbors), bridge: Uint8Array.from(bridge) }
}
