import type { Database } from '../../../core/sql/database.ts'
import { explain } from '../../../load/index.ts'
import {
  approveOrders,
  type CapacityNote,
  type CapacityOrderRow,
  currentVersion,
  openLiveFeed,
  overrideOrder,
  readCalendarRecord,
  readCapacityOrders,
  readOrderDecisions,
  readOutlook,
  requireVersion,
  storeSettings,
  undoOrders,
  withDatabase,
  withLedger,
} from '../../../loop/index.ts'
import type { LoadView } from '../../load-view.ts'
import { keepReads } from '../kept-reads.ts'
import { createCalendarView } from './calendar.ts'
import { readCurve } from './curve.ts'
import { readErrors } from './errors.ts'
import { eventInfo, type LoadFacts, nextEventOf, readLoadFacts } from './facts.ts'
import { gamedayReport } from './gameday.ts'
import { liveEvent } from './live.ts'
import { serverOrder, serverOrders } from './orders.ts'
import { readProfiles } from './profiles.ts'
import { readSummary } from './summary.ts'

/** What is asked about the load of a store folder; curves are kept until the database changes. */
export function createLoadView(folder: string, clock: () => number): LoadView {
  const kept = keepReads(folder)
  const facts = async () => {
    const record = await withLedger(folder, readCalendarRecord)
    return kept(`facts ${record.sequence}`, (db) => readLoadFacts(db, record))
  }
  /** Kept for as long as neither tables nor the calendar change. */
  const keptWith = <T>(known: LoadFacts, key: string, make: (db: Database) => Promise<T>) =>
    kept(`${key} ${known.record.sequence}`, make)
  const decisions = () => withLedger(folder, readOrderDecisions)
  const command = `storewright run --store ${folder}`
  const changed = async (rows: readonly CapacityOrderRow[]) => {
    const { note } = await facts()
    return { orders: rows.map((row) => serverOrder(row, note.knownUntilMs)) }
  }
  const { time_zone: timeZone } = storeSettings(folder).store
  const read = <T>(work: (db: Database) => Promise<T>) => withDatabase(folder, 'read', work)
  const feed = openLiveFeed(folder, clock)
  const live = async () => liveEvent(await facts(), await feed.read(), timeZone)
  return {
    calendar: createCalendarView({ folder, timeZone, facts, read }),
    async summary() {
      const known = await facts()
      const decided = await decisions()
      return withDatabase(folder, 'read', async (db) => {
        const hasOrders = (await currentVersion(db, 'capacity')) !== undefined
        const orders = hasOrders ? await readCapacityOrders(db, decided) : undefined
        return readSummary(db, known, orders, storeSettings(folder), command)
      })
    },
    async curve(query) {
      const known = await facts()
      return keptWith(known, `curve ${JSON.stringify(query)}`, (db) => readCurve(db, known, query))
    },
    async profiles(query) {
      const known = await facts()
      return keptWith(known, `profiles ${JSON.stringify(query)}`, (db) =>
        readProfiles(db, known, query),
      )
    },
    async events() {
      const { events, note } = await facts()
      return { events: events.map((event) => eventInfo(event, note.knownUntilMs)) }
    },
    async errors(query) {
      const known = await facts()
      const { service, region } = query
      const isKnown = known.note.series.some(
        (one) =>
          (service === 'all' || one.service === service) &&
          (region === 'all' || one.region === region),
      )
      if (!isKnown) return undefined
      return keptWith(known, `errors ${service} ${region}`, (db) => readErrors(db, known, query))
    },
    async outlookCsv() {
      const known = await facts()
      const { knobs } = storeSettings(folder)
      return keptWith(known, 'outlook', async (db) => {
        const note = JSON.parse((await requireVersion(db, 'capacity')).note) as CapacityNote
        return explain.outlookCsv(await readOutlook(db, known.version.version, note, knobs))
      })
    },
    async orders() {
      const { note } = await facts()
      const decided = await decisions()
      const { store } = storeSettings(folder)
      const orders = await withDatabase(folder, 'read', (db) => readCapacityOrders(db, decided))
      return serverOrders(orders, note.knownUntilMs, { currency: store.currency, timeZone })
    },
    approve: async ({ orderIds, by }) => changed(await approveOrders(folder, orderIds, { by })),
    override: async (orderId, { servers, reason, by }) =>
      changed(await overrideOrder(folder, orderId, servers, { by, reason })),
    undo: async ({ orderIds, by, reason }) =>
      changed(
        await undoOrders(folder, orderIds, { by, ...(reason === undefined ? {} : { reason }) }),
      ),
    live,
    async replay({ speed }) {
      await facts()
      await feed.replay(speed)
      return live()
    },
    stopReplay() {
      feed.stop()
      return live()
    },
    pushMetrics: async (request) => ({ partialSuccess: {}, samples: await feed.push(request) }),
    async gameday() {
      const event = nextEventOf(await facts())
      const name = event?.name ?? 'NAME'
      return gamedayReport(
        folder,
        `storewright load gameday --event "${name}" --target http://127.0.0.1:4600 --store ${folder} --compress 60`,
      )
    },
  }
}
