import type { LoadHistory } from '../../load/index.ts'
import type { GamedayShop, ServiceForecast, ServiceServers } from '../../world/index.ts'
import { withLedger } from '../decisions.ts'
import { eventsInForce, readCalendar } from '../load/calendar.ts'
import { readCalendarRecord } from '../load/calendar-events.ts'
import { withDatabase } from '../store/store.ts'
import { findEvent } from './event-curves.ts'
import { readKeptMinutes } from './kept-minutes.ts'
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
  /** Minutes about the event of the forecast in force, by service; of regions and other quantiles none. */
  readonly kept: ReadonlyMap<string, ServiceForecast>
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
  /** mean, or a quantile as q0.9. Default mean. */
  readonly column?: string
  /** Minutes before and after the event that are asked for. Default none. */
  readonly aboutMinutes?: number
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
      kept: isLoadGiven ? new Map() : await readKeptMinutes(db, event, request),
      shop: await readGamedayShop(db, spans),
      objectivesMs: await readObjectives(db),
      running: await readRunningServers(db, region),
    }
  })
}
