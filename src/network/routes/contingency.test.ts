import { describe, expect, it } from 'vitest'
import { greatCircleKm } from '../../core/great-circle.ts'
import { createRouteHolder } from '../../core/routes/holder.ts'
import {
  pairOf,
  type Route,
  type RouteSet,
  readRoutes,
  routeSetBytes,
} from '../../core/routes/route-set.ts'
import { type BuildOptions, buildRouteSet } from './build.ts'
import { compareRouteSets, type RecordedOrder } from './compare.ts'
import { buildContingency, closedBy } from './contingency.ts'
import { randomTimetable } from './testing/tiny-timetable.ts'

const BASE = 29_540_160
const build: BuildOptions = {
  ...{ version: 'plain', baseMinute: BASE, unreached: 'report' },
  knobs: { 'network.route-entries': 512 },
}

const named = (set: RouteSet, routes: readonly Route[]) =>
  routes.map((route) => ({
    ...route,
    legs: route.legs.map((slot) => [
      set.laneIds[set.departures.lane[slot]!],
      set.departures.minute[slot],
    ]),
  }))

describe('contingency sets', () => {
  it('equal a set built without what is closed, and share the memory of the rest', () => {
    let [shared, rebuilt] = [0, 0]
    for (let seed = 0; seed < 25; seed++) {
      const timetable = randomTimetable(seed)
      const { set, book } = buildRouteSet(timetable, build)
      const outage =
        seed % 3 === 0
          ? { sites: [`S${2 + (seed % 4)}`] }
          : seed % 3 === 1
            ? { lanes: ['L3', 'L15'] }
            : { areas: ['A1'], sites: ['S0'] }
      // The slots of the base hold whether its book is given or not.
      const options = { ...build, version: 'storm', ...(seed % 2 === 0 ? { book } : {}) }
      const storm = buildContingency(timetable, set, outage, options)
      const closed = closedBy(timetable.network, outage)
      const plain = buildRouteSet(timetable, { ...options, closed }).set
      expect(storm.set.words).toBe(set.words)
      for (let pair = 0; pair < set.index.length / 2; pair++) {
        const tuple = (s: RouteSet) =>
          named(s, readRoutes(s, pair)).map(({ legs: _, ...rest }) => rest)
        expect(tuple(storm.set)).toEqual(tuple(plain))
        if (storm.set.index[2 * pair]! < 0) rebuilt++
        else {
          shared++
          expect(named(storm.set, readRoutes(storm.set, pair))).toEqual(
            named(set, readRoutes(set, pair)),
          )
        }
        const used = named(storm.set, readRoutes(storm.set, pair)).flatMap(({ legs }) => legs)
        for (const [lane] of used) expect(outage.lanes ?? []).not.toContain(lane)
      }
      expect(routeSetBytes(storm.set)).toBeLessThanOrEqual(
        routeSetBytes(set) + set.words.byteLength,
      )
    }
    expect(shared).toBeGreaterThan(20)
    expect(rebuilt).toBeGreaterThan(20)
  })

  it('are switched in at once and back', () => {
    const timetable = randomTimetable(1)
    const { set, book } = buildRouteSet(timetable, build)
    const storm = buildContingency(
      timetable,
      set,
      { sites: ['S0'] },
      { ...build, version: 'storm', book },
    )
    const holder = createRouteHolder(3)
    holder.publish(set)
    holder.publish(storm.set)
    const before = holder.switchTo([{ version: 'plain' }], 0)
    const during = holder.switchTo([{ version: 'storm' }], before)
    expect(readRoutes(holder.take(0).set, pairOf(set, 0, 0))).toEqual([])
    holder.rollBack(during)
    expect(holder.take(0).set).toBe(set)
  })

  it('close what lies in a storm', () => {
    const { network } = randomTimetable(1)
    const storm = [
      [-95, 39.5],
      [-85, 39.5],
      [-85, 41.5],
      [-95, 41.5],
    ] as const
    const closed = closedBy(network, { storm })
    expect([[...closed.areas], [...closed.sites]]).toEqual([[0, 1], []])
    expect(() => closedBy(network, { sites: ['S9'] })).toThrow(/no site S9/)
    const { lat, lon } = network.areas
    const apart = greatCircleKm(lat[0]!, lon[0]!, lat[1]!, lon[1]!)
    const around = (km: number) =>
      [...closedBy(network, { storms: [{ lat: lat[0]!, lon: lon[0]!, km }] }).areas].sort()
    expect(around(1)).toContain(0)
    expect(around(apart - 1)).not.toContain(1)
    expect(around(apart + 1)).toContain(1)
    expect(() => around(0)).toThrow(/no storm/)
    expect(() => closedBy(network, { storm: storm.slice(0, 2) })).toThrow(/three corners/)
  })

  it('refuse a base of other days', () => {
    const timetable = randomTimetable(1)
    const { set } = buildRouteSet(timetable, build)
    const other = { ...build, baseMinute: BASE + 1440 }
    expect(() => buildContingency(timetable, set, {}, other)).toThrow(/other days/)
  })
})

describe('comparing', () => {
  it('counts what changes between two sets', () => {
    const timetable = randomTimetable(1)
    const { set, book } = buildRouteSet(timetable, build)
    const orders: RecordedOrder[] = []
    for (const siteId of set.siteIds) {
      for (const areaId of set.areaIds) {
        for (let day = 0; day < 5; day++) {
          const minute = BASE + 1440 * day
          orders.push({ siteId, areaId, minute, promisedBy: minute + 8000, m3: 0.01, kg: 1 })
        }
      }
    }
    const same = compareRouteSets(set, set, orders, timetable.network)
    expect(same.changed + same.lost.length + same.gained.length).toBe(0)
    expect(same.after).toEqual(same.before)
    expect(same.both + same.before.unrouted).toBe(orders.length)
    expect(same.before.meanKm).toBeCloseTo(100 * same.before.lanesPerOrder, 9)
    const closed = buildContingency(
      timetable,
      set,
      { sites: ['S0'] },
      { ...build, version: 'x', book },
    )
    const less = compareRouteSets(set, closed.set, orders, timetable.network)
    expect(less.lost.length).toBeGreaterThan(0)
    expect(less.gained).toEqual([])
    expect(less.after.meanCostCents).toBeGreaterThanOrEqual(less.before.meanCostCents)
    const far = { ...orders[0]!, areaId: 'Z' }
    expect(() => compareRouteSets(set, set, [far], timetable.network)).toThrow(/no area Z/)
  })
})
