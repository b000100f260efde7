import { describe, expect, it } from 'vitest'
import { createWorkerPool, moduleBeside } from '../workers.ts'
import {
  bookOfSet,
  capacityUnits,
  createDepartureBook,
  freeShareAfter,
  release,
  reserve,
  retake,
  unitsLeft,
  unitsOf,
} from './departure-book.ts'
import { UNLIMITED_UNITS } from './route-set.ts'
import { MADE_BASE, makeRouteSet } from './testing/made-sets.ts'
import type { ReserveTask } from './testing/threads.ts'

const departures = (laneIds: string[], minutes: number[], capacities: number[]) => ({
  laneIds,
  lane: Int32Array.from(laneIds, (_, i) => i),
  minute: Int32Array.from(minutes),
  capacity: Int32Array.from(capacities),
})

describe('the book of departures', () => {
  it('keeps the slot of a departure from version to version, and moves its room with its size', () => {
    const book = createDepartureBook(4)
    const first = book.slotsOf(departures(['a', 'b'], [10, 10], [100, 100]))
    expect(reserve(book, [first[0]!], 1, 30)).toBe(true)
    const second = book.slotsOf(departures(['c', 'a'], [10, 10], [50, 140]))
    expect([...second]).toEqual([2, first[0]])
    expect(unitsLeft(book, first[0]!)).toBe(110)
    expect(freeShareAfter(book, first[0]!, 40)).toBeCloseTo(0.5, 6)
    expect([...book.table().capacity]).toEqual([140, 100, 50])
    expect(book.laneIds).toEqual(['a', 'b', 'c'])
  })

  it('closes departures of a lane for a time, later ones too, and opens them with what is left', () => {
    const book = createDepartureBook(8)
    const request = departures(['a', 'b', 'c'], [10, 10, 10], [100, UNLIMITED_UNITS, 100])
    const [a, b, c] = [...book.slotsOf(request)] as [number, number, number]
    reserve(book, [a, b], 2, 30)
    book.setClosures([{ laneIds: ['a', 'b', 'later'], fromMinute: 5, toMinute: 20 }])
    expect([a, b, c].map((slot) => book.isClosed(slot))).toEqual([true, true, false])
    expect([reserve(book, [a], 1, 1), reserve(book, [b], 1, 1)]).toEqual([false, false])
    expect(reserve(book, [c], 1, 1)).toBe(true)
    expect(Math.max(unitsLeft(book, a), unitsLeft(book, b))).toBeLessThan(0)
    expect(freeShareAfter(book, b, 1)).toBeLessThan(0)
    release(book, [a, b], 2, 30)
    retake(book, [a, b], 2, 10)
    const more = book.slotsOf(departures(['a', 'later', 'a'], [19, 10, 20], [50, 50, 50]))
    expect([...more].map((slot) => book.isClosed(slot))).toEqual([true, true, false])
    // Another size of the truck, and one that is no longer stated.
    book.slotsOf(departures(['a', 'later'], [10, 10], [140, UNLIMITED_UNITS]))
    expect(book.isClosed(a)).toBe(true)
    book.setClosures([])
    expect(unitsLeft(book, a)).toBe(130)
    expect([b, more[1]!].map((slot) => unitsLeft(book, slot))).toEqual([
      UNLIMITED_UNITS,
      UNLIMITED_UNITS,
    ])
    expect(reserve(book, [more[0]!], 1, 50)).toBe(true)
  })

  it('says when it is full', () => {
    const book = createDepartureBook(1)
    expect(() => book.slotsOf(departures(['a', 'b'], [1, 1], [1, 1]))).toThrow(/only 1 slots/)
  })

  it('reserves on all departures or on none', () => {
    const book = createDepartureBook(3)
    book.slotsOf(departures(['a', 'b', 'c'], [1, 1, 1], [100, 10, UNLIMITED_UNITS]))
    expect(reserve(book, [0, 2, 1], 3, 20)).toBe(false)
    expect([0, 1, 2].map((slot) => unitsLeft(book, slot))).toEqual([100, 10, UNLIMITED_UNITS])
    expect(reserve(book, [0, 2, 1], 3, 10)).toBe(true)
    expect([0, 1, 2].map((slot) => unitsLeft(book, slot))).toEqual([90, 0, UNLIMITED_UNITS])
    release(book, [0, 2, 1], 3, 10)
    expect([0, 1, 2].map((slot) => unitsLeft(book, slot))).toEqual([100, 10, UNLIMITED_UNITS])
  })

  it('opens anew with the slots of a set', () => {
    const { set, book } = makeRouteSet(3, { sites: 1, areas: 1, routes: 2, departures: 30 })
    const again = bookOfSet(set)
    expect(again.table()).toEqual(book.table())
    expect(again.state.subarray(0, 60)).toEqual(book.state.subarray(0, 60))
  })

  it('counts any parcel and no room beyond a departure', () => {
    expect([unitsOf(0), unitsOf(0.00001), unitsOf(0.0123)]).toEqual([1, 1, 123])
    expect([capacityUnits(70.00005), capacityUnits(Infinity)]).toEqual([700_000, UNLIMITED_UNITS])
    expect(() => unitsOf(-1)).toThrow(/no volume/)
  })

  it('oversells nothing while threads reserve and release at once', async () => {
    const book = createDepartureBook(6)
    const capacity = [5000, 4000, 3000, 2500, 9000, 700]
    book.slotsOf(
      departures(
        [...'abcdef'],
        [1, 2, 3, 4, 5, 6].map((m) => MADE_BASE + m),
        capacity,
      ),
    )
    const slots = [[0, 1, 2], [1, 3], [4, 2, 1], [5], [0, 4], [3, 5, 0]]
    const task: ReserveTask = { room: { state: book.state }, slots, units: 3, rounds: 3000 }
    const pool = createWorkerPool(4)
    const module = moduleBeside(import.meta.url, './testing/threads')
    const run = () => pool.run<ReserveTask, number[]>(module, 'reserveUntilFull', task)
    const results = await Promise.all([run(), run(), run(), run()])
    await pool.close()
    const used = capacity.map(() => 0)
    for (const taken of results) {
      taken.forEach((count, i) => {
        for (const slot of slots[i]!) used[slot]! += 3 * count
      })
    }
    used.forEach((units, slot) => {
      expect(unitsLeft(book, slot)).toBe(capacity[slot]! - units)
      expect(unitsLeft(book, slot)).toBeGreaterThanOrEqual(0)
    })
    // Nothing more fits anywhere: the threads did fill what there was.
    expect(slots.some((journey) => reserve(book, journey, journey.length, 3))).toBe(false)
  })
})
