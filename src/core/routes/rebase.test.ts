import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDepartureBook } from './departure-book.ts'
import { rebaseRouteSet } from './rebase.ts'
import { departureOf } from './route-parcel.ts'
import { type RouteSet, readRoutes } from './route-set.ts'
import { RUN_SCORES } from './run-times.ts'
import { makeRouteSet } from './testing/made-sets.ts'

/** Every route of every pair, its departures by lane and minute. */
function routesOf(set: RouteSet) {
  return Array.from({ length: set.index.length / 2 }, (_, pair) =>
    readRoutes(set, pair).map((route) => ({
      ...route,
      legs: route.legs.map((slot) => ({ ...departureOf(set, slot), ...runOf(set, slot) })),
    })),
  )
}

/** What is known of the run behind a departure. */
function runOf({ runs }: RouteSet, slot: number) {
  const levels = RUN_SCORES.length
  const arrive = runs?.arrive.subarray(levels * slot, levels * (slot + 1))
  return { deadline: runs?.deadline[slot], arrive: arrive && [...arrive] }
}

/** The set with times of its runs that no two departures share. */
function withRuns(set: RouteSet): RouteSet {
  const count = set.departures.lane.length
  const deadline = Int32Array.from({ length: count }, (_, slot) => 1 + slot)
  const arrive = Int32Array.from({ length: count * RUN_SCORES.length }, (_, i) => 1000 + i)
  return { ...set, runs: { deadline, arrive } }
}

it('leaves every route as it was, in the slots of one book', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (a, b) => {
      const size = { sites: 3, areas: 4, routes: 9, departures: 12 }
      const sets = [a, b].map((seed, i) =>
        withRuns(makeRouteSet(seed, { ...size, version: `v${i}` }).set),
      )
      const book = createDepartureBook(100)
      // Slots that neither set has, so that no slot stays where it was.
      book.slotsOf({
        laneIds: ['other'],
        lane: Int32Array.of(0),
        minute: Int32Array.of(5),
        capacity: Int32Array.of(9),
      })
      for (const set of sets) {
        const before = routesOf(set)
        const moved = rebaseRouteSet(set, book)
        expect(routesOf(moved)).toEqual(before)
        expect(moved.version).toBe(set.version)
        expect(routesOf(set)).toEqual(before)
      }
    }),
    { numRuns: 30 },
  )
})

it('shares what does not have to move', () => {
  const { set } = makeRouteSet(4, { sites: 2, areas: 2, routes: 5, departures: 6, version: 'v' })
  expect(rebaseRouteSet(set, createDepartureBook(20)).words).toBe(set.words)
})
