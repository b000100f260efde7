import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../core/random/random.ts'
import { reserve, unitsLeft } from '../../core/routes/door.ts'
import { takeHandling } from './handling-book.ts'
import { promiseSettings } from './knobs.ts'
import { type PlainParcel, promisePlainly } from './plain-promise.ts'
import { createPromiser } from './promiser.ts'
import { partsOf } from './supplies.ts'
import { type MadeWorld, makeWorld } from './testing/made-world.ts'
import type { PromiseOffer, PromiseRequest } from './types.ts'

const SIZE = { sites: 5, areas: 3, products: 12, routes: 12, departures: 40, spread: 4 }

describe('promises', () => {
  it('are those of the plain reference, for products and carts, while rooms fill', () => {
    const seen = { offers: 0, blocked: 0, carts: 0, late: 0 }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const world = makeWorld(seed, SIZE)
        const settings = promiseSettings({ 'fulfilment.promise-cheapest-days': 1 + (seed % 6) })
        const promiser = createPromiser(world, settings)
        const random = createRandom(seed)
        for (let i = 0; i < 12; i++) {
          fillSome(world, random)
          const request = drawRequest(world, random)
          const answer = promiser.promise(request)
          const plain = plainly(world, settings, request)
          if (plain === undefined) {
            expect(answer.blockedBy).toBeDefined()
            expect(answer.earliest).toBeUndefined()
            seen.blocked++
            continue
          }
          expect(answer.blockedBy).toBeUndefined()
          expectSame(answer.earliest!, plain.earliest)
          expectSame(answer.cheapest!, plain.cheapest)
          if (request.delivery === 'split') {
            expect(answer.earliest!.parcels.length).toBe(plain.earliest.length)
          }
          seen.offers++
          if (plain.cheapest.length > 1) seen.carts++
          if (answer.cheapest!.arriveBy > answer.earliest!.arriveBy) seen.late++
        }
      }),
      { numRuns: 150 },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20)
  })

  it('name what stands in the way', () => {
    const world = makeWorld(3, SIZE)
    const promiser = createPromiser(world, promiseSettings())
    const request = {
      area: 0,
      now: world.set.baseMinute,
      kind: 'guaranteed',
      delivery: 'whole',
    } as const
    const ask = (change: Partial<PromiseRequest>) =>
      promiser.promise({ ...request, lines: [{ product: 0, quantity: 1 }], ...change }).blockedBy
    expect(ask({ lines: [{ product: 99, quantity: 1 }] })).toEqual({
      block: 'unknown-product',
      line: 0,
    })
    expect(ask({ area: 7 })?.block).toBe('unknown-area')
    expect(ask({ area: -1 })?.block).toBe('unknown-area')
    expect(ask({ now: request.now - 1 })?.block).toBe('outside-route-set')
    expect(ask({ now: request.now + 10_081 })?.block).toBe('outside-route-set')
    expect(ask({ lines: [{ product: 0, quantity: 5000 }] })).toEqual({ block: 'no-stock', line: 0 })
    world.handling.left.fill(0)
    expect(ask({})).toEqual({ block: 'no-capacity', line: 0 })
    for (const quantity of [0, -1, 0.5, Number.NaN]) {
      expect(() => ask({ lines: [{ product: 0, quantity }] })).toThrow(/whole units/)
    }
    expect(() => ask({ lines: [] })).toThrow(/without lines/)
    expect(() => ask({ now: Number.NaN })).toThrow(/minute/)
  })
})

function plainly(
  world: MadeWorld,
  settings: ReturnType<typeof promiseSettings>,
  request: PromiseRequest,
) {
  const { set } = world
  const setSites = Int32Array.from(world.stock.siteIds, (id) => set.siteIds.indexOf(id))
  const { receivingMinutes } = settings
  const query = { now: request.now, chance: 0.95, receivingMinutes, setSites }
  const parts = request.lines.map((line, i) =>
    partsOf(world, i, line.product, line.quantity, query),
  )
  if (parts.some((some) => some.length === 0)) return undefined
  const stated = (pair: number, at: number) =>
    set.baseMinute + (set.words[set.index[2 * pair]! + 2 * at]! >>> 16)
  return promisePlainly(world, settings, set, parts.flat(), request, stated)
}

function drawRequest({ set }: MadeWorld, random: Random): PromiseRequest {
  const products = new Set(
    Array.from({ length: 1 + random.int(3) }, () => random.int(SIZE.products)),
  )
  return {
    lines: [...products].map((product) => ({ product, quantity: 1 + random.int(6) })),
    area: random.int(SIZE.areas),
    now: set.baseMinute + random.int(set.spanMinutes),
    kind: random.next() < 0.5 ? 'guaranteed' : 'approximate',
    delivery: random.next() < 0.5 ? 'whole' : 'split',
  }
}

/** Others take room on departures and in buildings meanwhile. */
function fillSome({ room, handling, set }: MadeWorld, random: Random): void {
  for (let i = 0; i < 4; i++) {
    const slot = random.int(room.size)
    reserve(room, [slot], 1, Math.floor(unitsLeft(room, slot) * random.next()))
    const minute = set.baseMinute + random.int(10_000)
    takeHandling(handling, random.int(SIZE.sites), minute, minute + 600, 1 + random.int(9))
  }
}

function expectSame(offer: PromiseOffer, plain: readonly PlainParcel[]): void {
  const cents = plain.reduce((sum, parcel) => sum + parcel.cents, 0)
  expect(offer.costCents).toBeCloseTo(cents, 4)
  // Two partings may cost the same.
  if (plain.length > 1 || offer.parcels.length > 1) return
  const [parcel] = offer.parcels
  expect([parcel!.site, parcel!.route]).toEqual([plain[0]!.site, plain[0]!.route])
  expect(offer.arriveBy).toBe(plain[0]!.arriveBy)
}
