import {
  createDepartureBook,
  type DepartureBook,
  type RouteSet,
  rebaseRouteSet,
} from '../../core/routes/door.ts'
import { createWorkerPool, moduleBeside, type WorkerPool } from '../../core/workers.ts'
import { readNetwork } from '../network/read-network.ts'
import {
  openStoreRoutes,
  plannedDepartures,
  type RouteJob,
  type RoutesNote,
  routeJob,
} from '../network/route-sets.ts'
import type { Settings } from '../store/settings.ts'
import { withDatabase } from '../store/store.ts'
import { listVersions } from '../versions.ts'

const DAY_MINUTES = 1440
/** Departures that all versions of two months may name; twenty bytes each. */
const BOOK_SLOTS = 1_000_000

/** Gives route sets by number, for a day, all against one book of departures. */
export interface RouteSource {
  readonly book: DepartureBook
  /**
   * Set `version` of the store, or today's timetable where undefined, that serves orders of the
   * day number `day`: the store's file where it covers the day, else the same plan built for the days from then
   * on. Throws ERR_ROUTES_…, ERR_TIMETABLE, ERR_STORE_EMPTY.
   */
  open(version: number | undefined, day: number): Promise<RouteSet>
  close(): Promise<void>
}

/** The route sets of a store folder; sets are built in a thread of their own. */
export function createRouteSource(folder: string, settings: Settings): RouteSource {
  const book = createDepartureBook(BOOK_SLOTS)
  let pool: WorkerPool | undefined
  const build = async (version: number | undefined, day: number) => {
    const job = await readJob(folder, settings, version, day)
    pool ??= createWorkerPool(1)
    const module = moduleBeside(import.meta.url, './build-set-entry')
    return pool.run<RouteJob, RouteSet>(module, 'buildSet', job)
  }
  return {
    book,
    async open(version, day) {
      const kept = version === undefined ? undefined : openStoreRoutes(folder, version)
      const set = kept !== undefined && covers(kept, day) ? kept : await build(version, day)
      return rebaseRouteSet(set, book)
    },
    close: async () => pool?.close(),
  }
}

/** True where orders of all of that day, and of the next, find their routes in the set. */
function covers({ baseMinute, spanMinutes }: RouteSet, day: number): boolean {
  const from = day * DAY_MINUTES
  return baseMinute <= from && from + 2 * DAY_MINUTES <= baseMinute + spanMinutes
}

async function readJob(
  folder: string,
  { knobs }: Settings,
  version: number | undefined,
  day: number,
): Promise<RouteJob> {
  return withDatabase(folder, 'read', async (db) => {
    const kept = await listVersions(db, 'routes')
    const found = kept.find((one) => one.version === version)
    const note = found && (JSON.parse(found.note) as RoutesNote)
    const lanes = note?.lanesVersion == null ? undefined : { version: note.lanesVersion }
    const stated = await readNetwork(db)
    const network = { ...stated, departures: await plannedDepartures(db, stated, lanes) }
    const name = `${version ?? 'timetable'}@${dayName(day)}`
    return routeJob(db, network, knobs, {
      version: name,
      firstDay: day,
      outage: note?.outage ?? undefined,
    })
  })
}

function dayName(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
