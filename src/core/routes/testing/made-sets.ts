import { createRandom } from '../../random/random.ts'
import { BlockWriter, FINEST_STEPS, writeRoutes } from '../block-writer.ts'
import { createDepartureBook, type DepartureBook } from '../departure-book.ts'
import { MOST_LEGS, type Route, type RouteSet, UNLIMITED_UNITS } from '../route-set.ts'

/** How large a made set is. */
export interface MadeSize {
  readonly sites: number
  readonly areas: number
  readonly routes: number
  readonly departures: number
  readonly version?: string
}

/** 2026-03-02 00:00 UTC in epoch minutes. */
export const MADE_BASE = 29_540_160

/**
 * A set of random routes and the book of its departures, for tests and for measuring look-ups: no
 * timetable, but the shapes and sizes of one. Same seed, same set.
 */
export function makeRouteSet(
  seed: number,
  size: MadeSize,
): { readonly set: RouteSet; readonly book: DepartureBook } {
  const random = createRandom(seed)
  const book = createDepartureBook(size.departures + 10)
  const count = size.departures
  const lane = Int32Array.from({ length: count }, (_, i) => i % 50)
  const minute = Int32Array.from({ length: count }, (_, i) => MADE_BASE + i)
  const capacity = Int32Array.from({ length: count }, () =>
    random.next() < 0.1 ? UNLIMITED_UNITS : random.int(800_000),
  )
  const laneIds = Array.from({ length: 50 }, (_, i) => `lane-${i}`)
  book.slotsOf({ laneIds, lane, minute, capacity })
  const writer = new BlockWriter(size.sites * size.areas)
  for (let pair = 0; pair < size.sites * size.areas; pair++) {
    const routes = Array.from({ length: random.int(size.routes + 1) }, () => makeRoute())
    writeRoutes(writer, pair, routes)
  }
  const set: RouteSet = {
    version: size.version ?? `made-${seed}`,
    baseMinute: MADE_BASE,
    spanMinutes: 10_080,
    siteIds: Array.from({ length: size.sites }, (_, i) => `site-${i}`),
    areaIds: Array.from({ length: size.areas }, (_, i) => `area-${i}`),
    laneIds: book.laneIds,
    departures: book.table(),
    costSteps: FINEST_STEPS,
    ...writer.finish(),
    overlay: new Int32Array(new SharedArrayBuffer(0)),
    overlayOf: undefined,
  }
  return { set, book }

  function makeRoute(): Route {
    const orderBy = random.int(10_080)
    return {
      orderBy,
      arriveBy: orderBy + 60 + random.int(6 * 1440),
      // Few levels of cost, so that ties come up.
      fixedMills: 1000 + 500 * random.int(20),
      perKgMills: 100 * random.int(10),
      legs: [
        ...new Set(Array.from({ length: 1 + random.int(MOST_LEGS) }, () => random.int(count))),
      ],
    }
  }
}
