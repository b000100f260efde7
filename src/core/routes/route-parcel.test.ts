import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/random.ts'
import { unitsLeft } from './departure-book.ts'
import { explainParcel } from './explain.ts'
import { lookUpSettings } from './knobs.ts'
import { createParcelRouter } from './route-parcel.ts'
import { MADE_BASE, makeRouteSet } from './testing/made-sets.ts'
import { createThrottle, throttleLeft } from './throttle.ts'

const SIZE = { sites: 4, areas: 3, routes: 20, departures: 40 }

function made(seed: number, budget: number) {
  const { set, book } = makeRouteSet(seed, SIZE)
  const throttle = createThrottle({
    ...{ regions: 2, days: 8, firstMinute: MADE_BASE },
    ...{ siteRegion: [0, 0, 1, -1], areaRegion: [0, 1, -1] },
    unitsPerDay: () => budget,
  })
  const settings = lookUpSettings()
  return {
    set,
    book,
    throttle,
    settings,
    router: createParcelRouter(set, book, settings, throttle),
  }
}

function request(random: ReturnType<typeof createRandom>) {
  const now = MADE_BASE + random.int(8000)
  return {
    ...{ now, promisedBy: now + random.int(8000), area: random.int(3), sites: [0, 1, 2, 3] },
    ...{ m3: random.next() * 20, kg: random.next() * 20 },
  }
}

describe('routing a parcel', () => {
  it('takes what the explanation says it would take, and gives all back', () => {
    let [routed, out] = [0, 0]
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const { set, book, throttle, settings, router } = made(seed, 500_000)
        const random = createRandom(seed)
        const before = [book.state.slice(), throttle.left.slice()]
        const routes = []
        for (let i = 0; i < 30; i++) {
          const asked = request(random)
          const why = explainParcel(set, book, settings, asked, throttle, 1000)
          const route = router.route(asked)
          expect(route === undefined).toBe(why.chosen === undefined)
          if (route === undefined) {
            expect(why.blockedBy).toMatch(/./)
            continue
          }
          routes.push(route)
          routed++
          if (route.outOfRegion) out++
          const { chosen } = why
          expect(chosen?.siteId).toBe(set.siteIds[route.site])
          const cents = chosen!.routeCents + chosen!.fillCents + chosen!.outOfRegionCents
          expect(route.costCents).toBeCloseTo(cents, 3)
          for (const other of why.alternatives.filter((a) => a.verdict === 'dearer')) {
            const dearer = other.routeCents + other.fillCents + other.outOfRegionCents
            if (!route.outOfRegion) expect(dearer).toBeGreaterThanOrEqual(cents - 1e-6)
          }
          expect(route.slots.every((slot) => unitsLeft(book, slot) >= 0)).toBe(true)
        }
        for (const route of routes) router.release(route)
        expect([book.state, throttle.left]).toEqual(before)
      }),
      { numRuns: 40 },
    )
    expect(routed).toBeGreaterThan(300)
    expect(out).toBeGreaterThan(10)
  })

  it('leaves the region last, and only while the day has budget', () => {
    const { set, router, throttle, settings, book } = made(11, 30)
    const asked = { area: 0, sites: [2], now: MADE_BASE, promisedBy: MADE_BASE + 20_000 }
    const small = { ...asked, m3: 0.001, kg: 1 }
    const taken = Array.from({ length: 5 }, () => router.route(small))
    expect(taken.map((route) => route?.outOfRegion)).toEqual([
      true,
      true,
      true,
      undefined,
      undefined,
    ])
    expect(throttleLeft(throttle, 2, 0, MADE_BASE)).toBe(0)
    const why = explainParcel(set, book, settings, small, throttle)
    expect(why.blockedBy).toMatch(/budget between regions/)
    expect(router.route({ ...small, now: MADE_BASE + 1440 })?.outOfRegion).toBe(true)
    expect(router.route({ ...small, sites: [0, 2] })?.site).toBe(0)
    expect(router.route({ ...small, sites: [3] })?.outOfRegion).toBe(false)
  })

  it('says what blocks', () => {
    const { set, book, settings, router } = made(5, 0)
    const asked = { area: 0, sites: [0], now: MADE_BASE, promisedBy: MADE_BASE, m3: 0.01, kg: 1 }
    const blockedBy = (change: object) =>
      explainParcel(set, book, settings, { ...asked, ...change }).blockedBy
    expect(blockedBy({})).toMatch(/the earliest arrives by 2026-/)
    expect(blockedBy({ now: MADE_BASE + 60_000 })).toMatch(/order-bys have passed/)
    for (let slot = 0; slot < 40; slot++) book.state[2 * slot] = 0
    expect(blockedBy({ promisedBy: MADE_BASE + 50_000 })).toMatch(/full departure/)
    expect(() => router.route({ ...asked, now: Number.NaN })).toThrow(/no times/)
    expect(() => router.route({ ...asked, m3: -1 })).toThrow(/no size/)
    expect(() => router.route({ ...asked, sites: [] })).toThrow(/must have a site/)
    expect(() => router.route({ ...asked, sites: [9] })).toThrow(/no site 9/)
  })
})
