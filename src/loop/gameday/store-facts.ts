import type { LoadHistory } from '../../load/index.ts'
import type { GamedayShop, ServiceServers } from '../../world/index.ts'
import { withLedger } from '../decisions.ts'
import { eventsInForce, readCalendar } from '../load/calendar.ts'
import { readCalendarRecord } from '../load/calendar-events.ts'
import { withDatabase } from '../store/store.ts'
import { findEvent } from './event-curves.ts'
import { readGamedayShop } from './shop.ts'
import {
  type NamedEvent,
  readLoadEnd,
  readLoadHistories,
  readObjectives,
  readRunningServers,
} from './store-load.ts'

/** What a store knows for a game day. */
export interface GamedayFacts {
  readonly event: NamedEvent
  readonly events: readonly NamedEvent[]
  readonly histories: readonly LoadHistory[]
  readonly shop: GamedayShop
  readonly objectivesMs: ReadonlyMap<string, number>
  readonly running: readonly ServiceServers[]
}

/** Where load comes from files, the store is asked for the shop alone. */
export interface FactsRequest {
  readonly event: string
  readonly region?: string
  /** Epoch ms; of events of one name the next one is meant, after now or the end of the load. */
  readonly nowMs: number
  /** Events from a file instead of the store's. */
  readonly events?: readonly NamedEvent[]
  /** The load comes from elsewhere. */
  readonly isLoadGiven?: boolean
}

/**
 * Reads the event, load, shop and servers of a store. Throws ERR_ARGUMENT on an unknown event and
 * ERR_STORE_EMPTY where there is nothing to forecast or to want.
 */
export function readGamedayFacts(folder: string, request: FactsRequest): Promise<GamedayFacts> {
  const { region, isLoadGiven = false } = request
  return withDatabase(folder, 'read', async (db) => {
    const events =
      request.events ??
      eventsInForce(await readCalendar(db, await withLedger(folder, readCalendarRecord)))
    const nowMs = Math.min(request.nowMs, (await readLoadEnd(db)) ?? Infinity)
    const event = findEvent(events, request.event, nowMs)
    const past = events.filter((one) => one.kind === event.kind && one.endMs <= nowMs)
    const spans = past.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }))
    return {
      event,
      events,
      histories: isLoadGiven ? [] : await readLoadHistories(db, region),
      shop: await readGamedayShop(db, spans),
      objectivesMs: await readObjectives(db),
      running: await readRunningServers(db, region),
    }
  })
}
