import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/random.ts'
import { createBlockSearch } from './block-search.ts'
import { BlockWriter, writeRoutes } from './block-writer.ts'
import { createDepartureBook, reserve, unitsLeft } from './departure-book.ts'
import { createFronts, NOT_KNOWN } from './fronts.ts'
import { lookUpSettings } from './knobs.ts'
import { createBatch, createLookUp } from './look-up.ts'
import { cheapestOf, priceRoutes } from './plain-look-up.ts'
import { type Route, readRoute, readRoutes, routeCount } from './route-set.ts'
import { MADE_BASE, makeRouteSet } from './testing/made-sets.ts'

const SIZE = { sites: 3, areas: 4, routes: 30, departures: 60 }

describe('the look-up', () => {
  it('finds what the plain reference finds, at the same price', () => {
    let found = 0
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        // Some pairs with many more routes than others.
        const routes = seed % 3 === 0 ? 200 : SIZE.routes
        const { set, book } = makeRouteSet(seed, { ...SIZE, routes })
        const random = createRandom(seed + 1)
        const settings = lookUpSettings({ 'network.route-fill-knee': random.next() * 0.99 })
        const lookUp = createLookUp(set, book, settings)
        const [batch, single] = [createBatch(40), new Int32Array(40)]
        for (let i = 0; i < 40; i++) {
          const parcel = {
            now: MADE_BASE - 100 + random.int(11_000),
            promisedBy: MADE_BASE + random.int(20_000),
            units: 1 + random.int(random.next() < 0.5 ? 100 : 400_000),
            chargeableKg: random.next() * 20,
          }
          const pair = random.int(12)
          const { now, promisedBy, units, chargeableKg } = parcel
          const at = lookUp.find(pair, now, promisedBy, units, chargeableKg)
          batch.pair[i] = pair
          batch.now[i] = now
          batch.promisedBy[i] = promisedBy
          batch.units[i] = units
          batch.kg[i] = chargeableKg
          single[i] = at
          const plain = cheapestOf(priceRoutes(set, book, settings, pair, parcel))
          expect(at).toBe(plain?.at ?? -1)
          if (plain === undefined) continue
          found++
          expect(lookUp.mills[0]).toBeCloseTo(plain.mills + plain.fillMills, 4)
          const slots = new Int32Array(4)
          const legs = lookUp.legsOf(pair, at, slots)
          expect([...slots.subarray(0, legs)]).toEqual(plain.route.legs)
        }
        lookUp.findMany(batch, 40)
        expect(batch.route).toEqual(single)
      }),
      { numRuns: 60 },
    )
    expect(found).toBeGreaterThan(200)
  })

  it('finds the same with the fronts of its pairs, as the clock goes on and as departures fill', () => {
    let [known, calls] = [0, 0]
    const [quickSlots, plainSlots] = [new Int32Array(4), new Int32Array(4)]
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const routes = seed % 3 === 0 ? 200 : SIZE.routes
        const { set, book } = makeRouteSet(seed, { ...SIZE, routes })
        const random = createRandom(seed + 1)
        const settings = lookUpSettings({ 'network.route-fill-knee': random.next() * 0.99 })
        const plain = createLookUp(set, book, settings, Infinity)
        const quick = createLookUp(set, book, settings, 0)
        const search = createBlockSearch(set, book, settings)
        const fronts = createFronts(set, book, settings, search)!
        const [one, many] = [createBatch(40), createBatch(40)]
        let clock = -200
        for (let round = 0; round < 30; round++) {
          clock += random.int(seed % 2 === 0 ? 20 : 600)
          for (let i = 0; i < 40; i++) {
            // Most ask now, some for a time before or after.
            const now = MADE_BASE + clock + (random.next() < 0.1 ? random.int(3000) - 1500 : 0)
            const promisedBy = now + random.int(random.next() < 0.2 ? 12_000 : 3000)
            const units = 1 + random.int(random.next() < 0.5 ? 100 : 400_000)
            const kg = random.next() < 0.2 ? 0 : random.next() * 20
            const pair = 3 * (seed % 4) + random.int(3)
            many.pair[i] = pair
            many.now[i] = now
            many.promisedBy[i] = promisedBy
            many.units[i] = units
            many.kg[i] = kg
            one.route[i] = plain.find(pair, now, promisedBy, units, kg)
            one.mills[i] = plain.mills[0]!
            expect(quick.find(pair, now, promisedBy, units, kg)).toBe(one.route[i])
            if (one.route[i]! >= 0) {
              expect(quick.mills[0]).toBe(one.mills[i])
              const legs = quick.legsOf(pair, one.route[i]!, quickSlots)
              expect(legs).toBe(plain.legsOf(pair, one.route[i]!, plainSlots))
              expect(quickSlots.subarray(0, legs)).toEqual(plainSlots.subarray(0, legs))
            }
            const from = Math.max(0, now - MADE_BASE)
            if (fronts.find(pair, from, promisedBy - MADE_BASE, kg) !== NOT_KNOWN) known++
            else fronts.missed(pair, from)
            calls++
          }
          quick.findMany(many, 40)
          expect(many.route).toEqual(one.route)
          for (let i = 0; i < 40; i++)
            if (one.route[i]! >= 0) expect(many.mills[i]).toBe(one.mills[i])
          const slot = random.int(SIZE.departures)
          Atomics.store(book.state, 2 * slot, random.int(1 + unitsLeft(book, slot)))
        }
      }),
      { numRuns: 40 },
    )
    expect(known / calls).toBeGreaterThan(0.3)
  })

  it('does not mix up pairs whose fronts share a place', () => {
    const { set, book } = makeRouteSet(5, { sites: 6, areas: 5, routes: 12, departures: 60 })
    const settings = lookUpSettings()
    const plain = createLookUp(set, book, settings, Infinity)
    const search = createBlockSearch(set, book, settings)
    const fronts = createFronts(set, book, settings, search, 4)!
    const random = createRandom('shared')
    let known = 0
    for (let i = 0; i < 30_000; i++) {
      // Few of the thirty pairs at a time, so that their fronts are made before others take the place.
      const pair = (Math.floor(i / 1000) * 3 + random.int(4)) % 30
      const from = Math.floor(i / 20)
      const place = fronts.find(pair, from, from + 4000, 2)
      if (place === NOT_KNOWN) fronts.missed(pair, from)
      else {
        known++
        // No parcel is so small that a departure with no unit left takes it: the block knows.
        if (place >= 0 && fronts.priceAt(place, 0) !== 0) continue
        const found = plain.find(pair, MADE_BASE + from, MADE_BASE + from + 4000, 0, 2)
        expect(place < 0 ? place : fronts.routeAt(place)).toBe(found)
      }
    }
    expect(known).toBeGreaterThan(10_000)
  })

  it('spills to the next route as a departure fills, before it is full', () => {
    const { set, book } = twoRoutes()
    const lookUp = createLookUp(set, book, lookUpSettings())
    const slots = new Int32Array(4)
    const taken = [0, 0]
    for (let i = 0; i < 100; i++) {
      const at = lookUp.find(0, MADE_BASE, MADE_BASE + 5000, 100, 1)
      lookUp.legsOf(0, at, slots)
      expect(reserve(book, slots, 1, 100)).toBe(true)
      taken[at]!++
    }
    // Room for 100 parcels on each; the knee is at 70, the second costs 20 cents more.
    expect(taken[0]).toBeGreaterThan(70)
    expect(taken[0]).toBeLessThan(100)
    expect(taken[0]! + taken[1]!).toBe(100)
    expect(unitsLeft(book, 0)).toBe(10_000 - 100 * taken[0]!)
  })
})

function twoRoutes() {
  const book = createDepartureBook(2)
  const capacity = Int32Array.of(10_000, 10_000)
  const minute = Int32Array.of(MADE_BASE + 60, MADE_BASE + 60)
  book.slotsOf({ laneIds: ['slow', 'fast'], lane: Int32Array.of(0, 1), minute, capacity })
  const { set } = makeRouteSet(1, { sites: 1, areas: 1, routes: 0, departures: 1 })
  const writer = new BlockWriter(1)
  const base = { orderBy: 50, perKgMills: 0 }
  writeRoutes(writer, 0, [
    { ...base, arriveBy: 900, fixedMills: 5000, legs: [0] },
    { ...base, arriveBy: 950, fixedMills: 5200, legs: [1] },
  ])
  return { book, set: { ...set, ...writer.finish(), departures: book.table() } }
}

describe('packing', () => {
  it('gives back what was written, in the order of order-by', () => {
    const { set } = makeRouteSet(7, SIZE)
    for (let pair = 0; pair < 12; pair++) {
      const routes = readRoutes(set, pair)
      const sorted = routes.toSorted((a, b) => a.orderBy - b.orderBy || a.arriveBy - b.arriveBy)
      expect(routes).toEqual(sorted)
      const writer = new BlockWriter(1)
      writeRoutes(writer, 0, routes)
      expect(readRoutes({ ...set, ...writer.finish() }, 0)).toEqual(routes)
      expect(() => readRoute(set, pair, routeCount(set, pair))).toThrow(/routes, not one at/)
    }
  })

  it('refuses what does not fit', () => {
    const route: Route = { orderBy: 1, arriveBy: 2, fixedMills: 3, perKgMills: 4, legs: [0] }
    const write = (change: Partial<Route>) => () =>
      writeRoutes(new BlockWriter(1), 0, [{ ...route, ...change }])
    expect(write({ arriveBy: 70_000 })).toThrow(/minutes/)
    expect(write({ orderBy: -1 })).toThrow(/minutes/)
    expect(write({ arriveBy: 0 })).toThrow(/arrives by 0/)
    expect(write({ fixedMills: -1 })).toThrow(/cost of -1/)
    expect(write({ perKgMills: 20_000 })).toThrow(/larger/)
    expect(write({ legs: [1, 2, 3, 4, 5] })).toThrow(/lanes/)
  })
})
