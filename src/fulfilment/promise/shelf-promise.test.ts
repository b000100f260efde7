import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../core/random/random.ts'
import { release, reserve, unitsLeft } from '../../core/routes/door.ts'
import { takeHandling } from './handling-book.ts'
import { promiseSettings } from './knobs.ts'
import { promisePlainly } from './plain-promise.ts'
import { createPromiseBatch, OFFERED } from './promise-batch.ts'
import { createPromiser } from './promiser.ts'
import { partsOf } from './supplies.ts'
import { type MadeWorld, makeWorld } from './testing/made-world.ts'

const SIZE = { sites: 8, areas: 3, products: 40, routes: 60, departures: 90, spread: 8 }
const LENGTH = 40

describe('promises from shelves', () => {
  it('are those of the plain reference while the clock moves and departures fill and empty', () => {
    const seen = { offers: 0, none: 0, full: 0, dearer: 0 }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const world = makeWorld(seed, SIZE)
        const settings = promiseSettings({ 'fulfilment.promise-cheapest-days': 1 + (seed % 7) })
        const promiser = createPromiser(world, settings)
        const random = createRandom(seed)
        const batch = createPromiseBatch(LENGTH)
        let now = world.set.baseMinute + random.int(2000)
        for (let step = 0; step < 8; step++) {
          changeRoom(world, random)
          // The clock stands, moves on, jumps, and goes back now and then.
          now += random.next() < 0.1 ? -random.int(50) : random.int(random.next() < 0.2 ? 900 : 9)
          now = Math.max(world.set.baseMinute, now)
          fillBatch(batch, random, now)
          promiser.promiseMany(batch, LENGTH)
          for (let i = 0; i < LENGTH; i++) compare(world, settings, batch, i, seen)
        }
      }),
      { numRuns: 25 },
    )
    expect(Math.min(seen.offers, seen.none, seen.full, seen.dearer)).toBeGreaterThan(100)
  })

  it('tells what it cannot answer to be asked one by one, and answers all others', () => {
    const world = makeWorld(5, SIZE)
    const promiser = createPromiser(world, promiseSettings())
    const batch = createPromiseBatch(5)
    const now = world.set.baseMinute
    batch.quantity.fill(1)
    batch.now.set([now, now, now - 1, now, now])
    batch.product.set([0, 400, 0, 0, 0])
    batch.area.set([0, 0, 0, 9, 0])
    promiser.promiseMany(batch, 5)
    expect(batch.code[1]).toBe(1)
    expect(batch.code[2]).toBe(1)
    expect(batch.code[3]).toBe(1)
    expect(batch.code[4]).toBe(batch.code[0])
    expect(batch.earliestArriveBy[4]).toBe(batch.earliestArriveBy[0])
  })
})

type Batch = ReturnType<typeof createPromiseBatch>
type Seen = { offers: number; none: number; full: number; dearer: number }

function compare(
  world: MadeWorld,
  settings: ReturnType<typeof promiseSettings>,
  batch: Batch,
  i: number,
  seen: Seen,
): void {
  const { set, stock } = world
  const [product, quantity] = [batch.product[i]!, batch.quantity[i]!]
  const [area, now] = [batch.area[i]!, batch.now[i]!]
  const setSites = Int32Array.from(stock.siteIds, (id) => set.siteIds.indexOf(id))
  const query = { now, chance: 0.5, receivingMinutes: 0, setSites }
  const parts = partsOf(world, 0, product, quantity, query)
  const request = {
    ...{ lines: [{ product, quantity }], area, now },
    ...({ kind: 'guaranteed', delivery: 'whole' } as const),
  }
  const stated = (pair: number, at: number) =>
    set.baseMinute + (set.words[set.index[2 * pair]! + 2 * at]! >>> 16)
  const isCut = parts.length !== 1
  const plain = isCut ? undefined : promisePlainly(world, settings, set, parts, request, stated)
  if (plain === undefined) {
    expect(batch.code[i]).not.toBe(OFFERED)
    seen.none++
    return
  }
  expect(batch.code[i]).toBe(OFFERED)
  const [early, cheap] = [plain.earliest[0]!, plain.cheapest[0]!]
  expect([batch.earliestSite[i], batch.earliestRoute[i]]).toEqual([early.site, early.route])
  expect([batch.cheapestSite[i], batch.cheapestRoute[i]]).toEqual([cheap.site, cheap.route])
  expect([batch.earliestArriveBy[i], batch.cheapestArriveBy[i]]).toEqual([
    early.arriveBy,
    cheap.arriveBy,
  ])
  expect(batch.earliestMills[i]! / 10).toBeCloseTo(early.cents, 4)
  expect(batch.cheapestMills[i]! / 10).toBeCloseTo(cheap.cents, 4)
  seen.offers++
  if (batch.earliestMills[i]! % 1 !== 0) seen.full++
  if (cheap.arriveBy > early.arriveBy) seen.dearer++
}

function fillBatch(batch: Batch, random: Random, now: number): void {
  for (let i = 0; i < LENGTH; i++) {
    batch.product[i] = random.int(SIZE.products)
    batch.quantity[i] = 1 + random.int(random.next() < 0.2 ? 8 : 2)
    batch.area[i] = random.int(SIZE.areas)
    batch.now[i] = now + random.int(2)
  }
}

/** Others take room and give it back; some departures fill to the last unit. */
function changeRoom({ room, handling, set }: MadeWorld, random: Random): void {
  for (let i = 0; i < 8; i++) {
    const slot = [random.int(room.size)]
    const units = random.int(100_000)
    if (random.next() < 0.5) reserve(room, slot, 1, Math.min(units, unitsLeft(room, slot[0]!)))
    else if (unitsLeft(room, slot[0]!) < 400_000) release(room, slot, 1, units)
    const minute = set.baseMinute + random.int(4000)
    takeHandling(handling, random.int(SIZE.sites), minute, minute + 600, 1 + random.int(9))
  }
}
