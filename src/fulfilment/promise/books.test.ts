import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNLIMITED_UNITS, unitsLeft } from '../../core/routes/door.ts'
import type { ExpectedReceipt } from '../stock/types.ts'
import { createHandlingBook, giveHandling, handledFrom, takeHandling } from './handling-book.ts'
import { promiseSettings } from './knobs.ts'
import { promiseRecord } from './promise-record.ts'
import { createPromiser } from './promiser.ts'
import { createReceiptBook } from './receipt-book.ts'
import { receiptMinute } from './receipt-times.ts'
import { givePromise, takePromise } from './take-promise.ts'
import { makeWorld } from './testing/made-world.ts'

const HOUR_MS = 3_600_000

function receipt(change: Partial<ExpectedReceipt> = {}): ExpectedReceipt {
  const arrivesBy = [10, 20, 30, 50].map(
    (h) => h * HOUR_MS,
  ) as unknown as ExpectedReceipt['arrivesBy']
  return { receiptId: 'R1', siteId: 'S', productId: 'P', quantity: 10, arrivesBy, ...change }
}

describe('the handling book', () => {
  // 08 to 10 o'clock of two days, four units an hour.
  const make = () =>
    createHandlingBook({ startMinute: 0, hours: 48, sites: 1, countedIn: 'units' }, (_, hour) =>
      hour % 24 === 8 || hour % 24 === 9 ? 4 : 0,
    )

  it('starts in the hour in which the room comes to what is needed, closed hours left out', () => {
    const book = make()
    expect(handledFrom(book, 0, 0, 1)).toBe(8 * 60)
    expect(handledFrom(book, 0, 8 * 60 + 17, 4)).toBe(8 * 60 + 17)
    expect(handledFrom(book, 0, 8 * 60 + 17, 5)).toBe(9 * 60)
    expect(handledFrom(book, 0, 9 * 60 + 1, 5)).toBe(32 * 60)
    expect(handledFrom(book, 0, 0, 17)).toBe(Infinity)
  })

  it('takes whole needs before the order-by or nothing, and gives them back', () => {
    const book = make()
    expect(takeHandling(book, 0, 0, 7 * 60, 1)).toBeUndefined()
    expect(takeHandling(book, 0, 0, 8 * 60, 5)).toBeUndefined()
    expect(book.left[8]).toBe(4)
    const taken = takeHandling(book, 0, 0, 9 * 60, 5)!
    expect([book.left[8], book.left[9]]).toEqual([0, 3])
    expect(handledFrom(book, 0, 0, 1)).toBe(9 * 60)
    giveHandling(book, taken)
    expect([book.left[8], book.left[9]]).toEqual([4, 4])
  })
})

describe('the receipt book', () => {
  it('promises no unit twice, whatever is claimed and released', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            order: fc.nat(6),
            units: fc.integer({ min: 1, max: 6 }),
            give: fc.boolean(),
          }),
        ),
        (steps) => {
          const book = createReceiptBook(() => [receipt()])
          const held = new Map<number, number>()
          for (const { order, units, give } of steps) {
            if (give) {
              book.release(`${order}`)
              held.delete(order)
            } else {
              const used = [...held.values()].reduce((a, b) => a + b, 0)
              const claim = { receiptId: 'R1', siteId: 'S', productId: 'P', quantity: units }
              const fits = held.has(order) || used + units <= 10
              expect(book.claim(`${order}`, [claim])).toBe(fits)
              if (fits && !held.has(order)) held.set(order, units)
            }
            const used = [...held.values()].reduce((a, b) => a + b, 0)
            expect(book.free('S', 'P')[0]?.quantity ?? 0).toBe(10 - used)
          }
        },
      ),
    )
  })

  it('claims all or nothing, and says who waits for a receipt', () => {
    const book = createReceiptBook(() => [receipt()])
    const claim = (quantity: number) => ({ receiptId: 'R1', siteId: 'S', productId: 'P', quantity })
    expect(book.claim('a', [claim(6), claim(6)])).toBe(false)
    expect(book.free('S', 'P')[0]!.quantity).toBe(10)
    expect(book.claim('b', [claim(10)])).toBe(true)
    expect(book.free('S', 'P')).toEqual([])
    expect(book.claim('c', [{ ...claim(1), receiptId: 'R9' }])).toBe(false)
    expect(book.waitingFor('R1')).toEqual(['b'])
  })

  it('reads arrivals between the stated chances, and nothing beyond them', () => {
    const hours = (chance: number) => receiptMinute(receipt(), chance) / 60
    expect([hours(0.1), hours(0.5), hours(0.9), hours(0.99)]).toEqual([10, 20, 30, 50])
    expect(hours(0.75)).toBeGreaterThan(25)
    expect(hours(0.75)).toBeLessThan(26)
    expect(hours(0.995)).toBe(Infinity)
  })
})

describe('incoming stock', () => {
  it('is promised at its quantile where no shelf has the units, and names what it waits for', () => {
    const world = makeWorld(11, {
      sites: 1,
      areas: 1,
      products: 1,
      routes: 200,
      departures: 40,
      spread: 1,
    })
    world.stock.cells.set([0, 2, 0, 50])
    world.handling.left.fill(1000)
    world.room.state.forEach((_, at) => {
      if (at % 2 === 0) world.room.state[at] = 2 ** 30
    })
    const base = world.set.baseMinute
    const arrives = [10, 20, 30, 50].map((h) => base * 60_000 + h * HOUR_MS)
    const one = receipt({
      arrivesBy: arrives as unknown as ExpectedReceipt['arrivesBy'],
      quantity: 5,
      ...{ siteId: 'site-0', productId: 'product-0' },
    })
    const book = createReceiptBook(() => [one])
    const promiser = createPromiser({ ...world, expected: book.free }, promiseSettings())
    const ask = (quantity: number, kind: 'guaranteed' | 'approximate') =>
      promiser.promise({
        lines: [{ product: 0, quantity }],
        area: 0,
        now: base,
        kind,
        delivery: 'whole',
      })
    expect(ask(2, 'guaranteed').earliest!.parcels[0]!.fromIncoming).toBe(false)
    const [sure, likely] = [ask(6, 'guaranteed').earliest!, ask(6, 'approximate').earliest!]
    expect(sure.parcels[0]).toMatchObject({ fromIncoming: true, claims: [{ quantity: 4 }] })
    // Twenty hours at the median, over thirty at the quantile of a guarantee; four to the shelf.
    expect(likely.parcels[0]!.orderBy).toBeGreaterThanOrEqual(base + 24 * 60)
    expect(sure.parcels[0]!.orderBy).toBeGreaterThan(base + 34 * 60)
    expect(likely.arriveBy).toBeLessThanOrEqual(sure.arriveBy)
    book.claim('order', sure.parcels[0]!.claims)
    expect(ask(4, 'guaranteed').blockedBy).toEqual({ block: 'no-stock', line: 0 })
    expect(ask(3, 'guaranteed').earliest!.parcels[0]!.claims[0]!.quantity).toBe(1)
  })
})

describe('taking a promise', () => {
  it('takes the room of all parcels or none', () => {
    const world = makeWorld(4, {
      sites: 4,
      areas: 2,
      products: 9,
      routes: 40,
      departures: 40,
      spread: 4,
    })
    const promiser = createPromiser(world, promiseSettings())
    const now = world.set.baseMinute + 600
    const before = [world.room.state.slice(), world.handling.left.slice()]
    let taken = 0
    for (let product = 0; product < 9; product++) {
      const lines = [
        { product, quantity: 1 },
        { product: (product + 1) % 9, quantity: 2 },
      ]
      const answer = promiser.promise({
        lines,
        area: 1,
        now,
        kind: 'guaranteed',
        delivery: 'whole',
      })
      if (answer.earliest === undefined) continue
      const held = takePromise(world, world.set, 1, answer.earliest, now)
      if ('lacks' in held) continue
      taken++
      const [{ slots, units }] = held.parcels as [(typeof held.parcels)[number]]
      const [left, first] = [unitsLeft(world.room, slots[0]!), before[0]![2 * slots[0]!]!]
      expect(left === UNLIMITED_UNITS || left <= first - units).toBe(true)
      givePromise(world, held)
      expect([world.room.state, world.handling.left]).toEqual(before)
      const full = world.room.state.slice()
      for (const slot of held.parcels.at(-1)!.slots) world.room.state[2 * slot] = 0
      expect(takePromise(world, world.set, 1, answer.earliest, now)).toMatchObject({
        lacks: 'departure',
      })
      world.room.state.set(full)
      expect(world.handling.left).toEqual(before[1])
    }
    expect(taken).toBeGreaterThan(2)
  })
})

describe('the record of promises', () => {
  it('counts kept and broken by kind and cause; what the customer changed is no fault', () => {
    const kept = {
      kind: 'guaranteed',
      arriveBy: 0,
      outcome: { kept: true, deliveredAt: 0 },
    } as const
    const broken = (because: 'short-pick' | 'changed-by-customer', deliveredAt?: number) =>
      ({ kind: 'guaranteed', arriveBy: 0, outcome: { kept: false, because, deliveredAt } }) as const
    const open = { kind: 'approximate', arriveBy: 0, outcome: undefined } as const
    const record = promiseRecord([
      ...[kept, kept, kept, open],
      ...[broken('short-pick', 2 * HOUR_MS), broken('changed-by-customer')],
    ])
    expect(record.guaranteed).toEqual({
      ...{ made: 5, kept: 3, broken: 2, open: 0, keptShare: 0.75, meanHoursLate: 2 },
      because: { 'short-pick': 1, 'changed-by-customer': 1 },
    })
    expect(record.approximate).toMatchObject({ made: 1, open: 1, keptShare: Number.NaN })
  })
})
