import { createRandom } from '../../src/core/random/random.ts'
import { BlockWriter, FINEST_STEPS } from '../../src/core/routes/block-writer.ts'
import { createDepartureBook, type DepartureBook } from '../../src/core/routes/departure-book.ts'
import type { RouteSet } from '../../src/core/routes/route-set.ts'

/** 2026-03-02 00:00 UTC in epoch minutes. */
export const BASE = 29_540_160
const SPAN = 10_080

export interface FullSize {
  readonly sites: number
  readonly areas: number
  readonly entries: number
  readonly departures: number
}

/** The departures that full sets take: room for 7,000 parcels of ten litres on each. */
export function fullBook({ departures }: FullSize): DepartureBook {
  const book = createDepartureBook(departures)
  book.slotsOf({
    laneIds: Array.from({ length: 4000 }, (_, lane) => `lane-${lane}`),
    lane: Int32Array.from({ length: departures }, (_, i) => i % 4000),
    minute: Int32Array.from({ length: departures }, (_, i) => BASE + Math.floor(i / 14)),
    capacity: new Int32Array(departures).fill(700_000),
  })
  return book
}

/**
 * A set with as many routes in every pair as stated, of the shape of a built one: order-bys over a
 * week, arrivals half a day to five days later and the cheaper the later, three departures each. All
 * fixed costs are even or odd as `parity` says: a look-up shows by its cost which set answered.
 */
export function fullSet(
  seed: number,
  size: FullSize,
  book: DepartureBook,
  parity: 0 | 1,
): RouteSet {
  const random = createRandom(seed)
  const { sites, areas, entries } = size
  const writer = new BlockWriter(sites * areas)
  const orders = new Int32Array(entries)
  for (let pair = 0; pair < sites * areas; pair++) {
    for (let i = 0; i < entries; i++) orders[i] = random.int(SPAN)
    orders.sort()
    writer.open(pair, entries)
    for (let i = 0; i < entries; i++) {
      const hours = 12 + random.int(108)
      const fixed = 2 * (2000 + Math.floor(60_000 / hours) + random.int(500)) + parity
      writer.setRoute(i, orders[i]!, orders[i]! + 60 * hours, fixed, 50 + random.int(100))
      for (let leg = 0; leg < 3; leg++) writer.setLeg(i, leg, random.int(size.departures))
    }
  }
  return {
    ...{ version: `set-${parity}`, baseMinute: BASE, spanMinutes: SPAN, costSteps: FINEST_STEPS },
    siteIds: Array.from({ length: sites }, (_, site) => `site-${site}`),
    areaIds: Array.from({ length: areas }, (_, area) => `area-${area}`),
    ...{ laneIds: book.laneIds, departures: book.table() },
    ...writer.finish(),
    ...{ overlay: new Int32Array(new SharedArrayBuffer(0)), overlayOf: undefined },
  }
}
