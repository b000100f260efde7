import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairOf, type Route, type RouteSet, readRoutes } from '../../core/routes/route-set.ts'
import { type BuildOptions, buildRouteSet } from './build.ts'
import { expandTimetable } from './connections.ts'
import { routeSettings } from './knobs.ts'
import { plainRoutes } from './testing/plain-routes.ts'
import { randomTimetable, type TinyWorld, tinyTimetable } from './testing/tiny-timetable.ts'
import type { Timetable } from './timetable.ts'

/** Monday 2026-03-02 00:00 UTC; clocks go forward in New York on 8 March. */
const BASE = 29_540_160
const options: BuildOptions = { version: 'v1', baseMinute: BASE }
const EXACT = { 'network.route-entries': 512, 'network.route-transit-quantile': 0.5 }

const byOrder = (a: { orderBy: number; arriveBy: number; mills: number }, b: typeof a) =>
  a.orderBy - b.orderBy || a.arriveBy - b.arriveBy || a.mills - b.mills

/** Lanes of a route's legs, as numbered in the network (a fresh book numbers them as they come). */
function lanesOf(set: RouteSet, timetable: Timetable, route: Route): number[] {
  return route.legs.map((slot) =>
    timetable.network.lanes.ids.indexOf(set.laneIds[set.departures.lane[slot]!]!),
  )
}

describe('building', () => {
  it('finds exactly the routes that trying every chain of departures finds', () => {
    let compared = 0
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const timetable = randomTimetable(seed)
        const { set } = buildRouteSet(timetable, { ...options, unreached: 'report', knobs: EXACT })
        const settings = routeSettings(EXACT)
        const connections = expandTimetable(timetable, settings, BASE)
        const { laneFixedMills: fixed, lanePerKgMills: perKg } = connections
        const mills = (lane: number) =>
          fixed[lane]! + Math.round(perKg[lane]! * settings.referenceKg)
        for (const site of [0, 1]) {
          for (const area of [0, 1, 2]) {
            const routes = readRoutes(set, pairOf(set, site, area))
            const found = routes.map((route) => {
              const lanes = lanesOf(set, timetable, route)
              expect(route.fixedMills).toBe(lanes.reduce((sum, l) => sum + fixed[l]!, 0))
              expect(route.perKgMills).toBe(lanes.reduce((sum, l) => sum + perKg[l]!, 0))
              const { orderBy, arriveBy } = route
              const total = lanes.reduce((sum, lane) => sum + mills(lane), 0)
              return { orderBy, arriveBy, mills: total, lanes: lanes.length }
            })
            const { spanMinutes } = settings
            const { network } = timetable
            const plain = plainRoutes(network, connections, site, area, spanMinutes, mills)
            expect(found.toSorted(byOrder)).toEqual(plain.toSorted(byOrder))
            compared += plain.length
          }
        }
      }),
      { numRuns: 40 },
    )
    expect(compared).toBeGreaterThan(200)
  })

  it('gives legs that can be made, one after the other', () => {
    for (let seed = 0; seed < 20; seed++) {
      const timetable = randomTimetable(seed)
      const { set } = buildRouteSet(timetable, { ...options, unreached: 'report' })
      const { lanes } = timetable.network
      for (let pair = 0; pair < set.index.length / 2; pair++) {
        for (const route of readRoutes(set, pair)) {
          const used = lanesOf(set, timetable, route)
          used.slice(1).forEach((lane, i) => {
            expect(lanes.fromSite[lane]).toBe(lanes.toSite[used[i]!])
            const [before, next] = [route.legs[i]!, route.legs[i + 1]!]
            const gap = set.departures.minute[next]! - set.departures.minute[before]!
            expect(gap).toBeGreaterThanOrEqual(lanes.transitMinutes[used[i]!]!)
          })
          expect(set.siteIds[pair % 2]).toBe(timetable.network.sites.ids[lanes.fromSite[used[0]!]!])
        }
      }
    }
  })

  it('keeps the routes that would be missed most under a cap', () => {
    const timetable = randomTimetable(3)
    const all = buildRouteSet(timetable, { ...options, unreached: 'report', knobs: EXACT }).set
    const knobs = { ...EXACT, 'network.route-entries': 4 }
    const built = buildRouteSet(timetable, { ...options, unreached: 'report', knobs })
    let thinned = 0
    for (let pair = 0; pair < all.index.length / 2; pair++) {
      const [every, kept] = [readRoutes(all, pair), readRoutes(built.set, pair)]
      expect(kept.length).toBe(Math.min(4, every.length))
      if (every.length > 4) thinned++
      // Whoever orders last still finds a way.
      expect(kept.at(-1)?.orderBy).toBe(every.at(-1)?.orderBy)
      for (const route of kept) {
        expect(
          every.some((one) => one.orderBy === route.orderBy && one.arriveBy === route.arriveBy),
        ).toBe(true)
      }
    }
    expect(thinned).toBeGreaterThan(0)
    expect(built.thinnedPairs).toBe(thinned)
  })
})

const WORLD: TinyWorld = {
  kinds: ['fulfilment_centre', 'delivery_station'],
  areas: 1,
  zones: ['America/New_York', 'America/New_York'],
  lanes: [
    // Sundays at 02:30, a local time that 8 March does not have.
    { id: 'truck', from: 0, toSite: 1, minutes: 120, leaves: [[6 * 1440 + 150, 0]] },
    { id: 'van', from: 1, toArea: 0, minutes: 60, leaves: [[6 * 1440 + 480, 0]] },
  ],
}

describe('the timetable', () => {
  it('leaves after a gap of the clock as far as the time says, and tells so', () => {
    const built = buildRouteSet(tinyTimetable(WORLD), options)
    const [route] = readRoutes(built.set, 0)
    // Base is Sunday 19:00 in New York; a week later less the hour that is skipped.
    expect(built.set.departures.minute[route!.legs[0]!]).toBe(Date.UTC(2026, 2, 8, 7, 30) / 60_000)
    expect(built.set.departures.minute[route!.legs[1]!]).toBe(Date.UTC(2026, 2, 8, 12) / 60_000)
    expect(built.clockChanges).toMatchObject([{ laneId: 'truck', change: 'skipped' }])
  })

  it('leaves once where a local time comes twice, the first time, and tells so', () => {
    const lanes = WORLD.lanes.map((lane) => ({ ...lane, leaves: [[6 * 1440 + 90, 0]] as const }))
    const baseMinute = Date.UTC(2026, 9, 26) / 60_000
    const built = buildRouteSet(
      tinyTimetable({
        ...WORLD,
        lanes: [lanes[0]!, { ...lanes[1]!, leaves: [[6 * 1440 + 480, 0]] }],
      }),
      {
        ...options,
        baseMinute,
      },
    )
    const leaves = built.set.departures.minute[readRoutes(built.set, 0)[0]!.legs[0]!]
    expect(leaves).toBe(Date.UTC(2026, 10, 1, 5, 30) / 60_000)
    expect(built.clockChanges).toMatchObject([{ laneId: 'truck', change: 'repeated' }])
  })

  it('keeps carriers’ days off', () => {
    const day = Date.UTC(2026, 2, 8) / 86_400_000
    const closure = { carrier: 'Own', day, picksUp: false, delivers: true }
    const timetable = { ...tinyTimetable(WORLD), closures: [closure] }
    expect(() => buildRouteSet(timetable, options)).toThrow(/no departure|no chain/)
    const late = { ...closure, picksUp: true, delivers: false }
    const [moved] = readRoutes(buildRouteSet({ ...timetable, closures: [late] }, options).set, 0)
    const [plain] = readRoutes(buildRouteSet(tinyTimetable(WORLD), options).set, 0)
    expect(moved!.arriveBy - plain!.arriveBy).toBe(1440)
  })

  it('loads nothing on days on which a site is closed', () => {
    const day = Date.UTC(2026, 2, 8) / 86_400_000
    const closedAt = (site: number) => ({
      ...tinyTimetable(WORLD),
      siteClosures: [{ site, day }],
    })
    expect(() => buildRouteSet(closedAt(0), options)).toThrow(/no departure|no chain|no lane/)
    // The van of the week after takes what the closed station holds.
    const [held] = readRoutes(buildRouteSet(closedAt(1), options).set, 0)
    const [plain] = readRoutes(buildRouteSet(tinyTimetable(WORLD), options).set, 0)
    expect(held!.arriveBy - plain!.arriveBy).toBe(7 * 1440)
    const built = buildRouteSet(
      { ...closedAt(0), siteClosures: [{ site: 0, day: day + 1 }] },
      options,
    )
    expect(built.routes).toBe(buildRouteSet(tinyTimetable(WORLD), options).routes)
  })

  it('counts on the quantile of the time on the way, by the hour where that is stated', () => {
    const lanes = WORLD.lanes.map((lane) => ({ ...lane, sd: 30 }))
    const timetable = tinyTimetable({ ...WORLD, lanes })
    const arrival = (t: Timetable, quantile: number) =>
      readRoutes(
        buildRouteSet(t, { ...options, knobs: { 'network.route-transit-quantile': quantile } }).set,
        0,
      )[0]!.arriveBy
    expect(arrival(timetable, 0.9) - arrival(timetable, 0.5)).toBe(39)
    const nothing = () => new Float64Array(168).fill(Number.NaN)
    // The van leaves at 8 each day; on the day it is needed it takes 200 minutes instead of 60.
    const hourly = (meanMinutes: Float64Array, sdMinutes = nothing()): Timetable => ({
      ...timetable,
      network: {
        ...timetable.network,
        hourlyTransit: { rowOf: Int32Array.of(-1, 0), meanMinutes, sdMinutes },
      },
    })
    const atEight = nothing().map((_, hour) => (hour % 24 === 8 ? 200 : Number.NaN))
    expect(arrival(hourly(atEight), 0.5) - arrival(timetable, 0.5)).toBe(140)
    expect(
      arrival(
        hourly(
          atEight,
          atEight.map((m) => m / 200),
        ),
        0.9,
      ),
    ).toBeLessThan(arrival(hourly(atEight), 0.9))
    expect(arrival(hourly(nothing()), 0.5)).toBe(arrival(timetable, 0.5))
    expect(() => arrival(hourly(atEight.map((m) => -m)), 0.5)).toThrow(/negative transit time/)
  })

  it('names the area that no site reaches and what is missing', () => {
    const build = (world: Partial<TinyWorld>) => () =>
      buildRouteSet(tinyTimetable({ ...WORLD, ...world }), options)
    expect(build({ areas: 2 })).toThrow(/1 of the areas. A1: no lane ends in it/)
    const [truck, van] = WORLD.lanes
    expect(build({ lanes: [van!] })).toThrow(
      /A0: no lane that runs leads from a site with stock to S1/,
    )
    expect(build({ lanes: [truck!, { ...van!, leaves: [] }] })).toThrow(/van\) have no departure/)
    expect(build({ lanes: [{ ...truck!, minutes: 15_000 }, van!] })).toThrow(/A0: no/)
    const chain = Array.from({ length: 4 }, (_, i) => ({
      ...truck!,
      id: `t${i}`,
      from: i,
      toSite: i + 1,
    }))
    const kinds = ['fulfilment_centre', ...Array(4).fill('sort_centre')] as TinyWorld['kinds']
    const far = { kinds, zones: kinds.map(() => 'UTC'), lanes: [...chain, { ...van!, from: 4 }] }
    expect(build(far)).toThrow(/S4 is 4 lanes from any site/)
  })

  it('refuses values that no timetable can have', () => {
    const build =
      (change: object, world: Partial<TinyWorld> = {}) =>
      () =>
        buildRouteSet(
          tinyTimetable({
            ...WORLD,
            lanes: [{ ...WORLD.lanes[0]!, ...change }, WORLD.lanes[1]!],
            ...world,
          }),
          options,
        )
    expect(build({ minutes: -1 })).toThrow(/Lane truck has a transit time of -1/)
    expect(build({ cents: -5 })).toThrow(/cost per parcel of -5/)
    expect(build({ centsPerKg: Number.NaN })).toThrow(/cost per kg of NaN/)
    expect(build({ truckCents: 100 })).toThrow(/no capacity to split/)
    expect(build({ m3: -1 })).toThrow(/capacity of -1/)
    expect(build({ leaves: [[10_080, 0]] })).toThrow(/minute 10080; a week has/)
    expect(build({ leaves: [[5, -1]] })).toThrow(/cut-off -1/)
    expect(build({ toSite: 0 })).toThrow(/ends at the site it starts from/)
    expect(build({ toSite: 7 })).toThrow(/must end at one site or in one area/)
    expect(build({}, { zones: ['Mars/North', 'UTC'] })).toThrow(/no time zone Mars\/North/)
    expect(build({}, { handling: [-1, 0] })).toThrow(/S0 takes -1 minutes/)
  })
})
