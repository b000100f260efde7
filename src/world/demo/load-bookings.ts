import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { table } from './columns.ts'
import type { DemoLoadEvent } from './load-events.ts'
import { type DemoRegion, type DemoService, SERVER_TYPES } from './systems.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS
/** Sales are booked for this long before them, from two hours before to an hour after. */
const BOOKED_AHEAD_MS = 30 * DAY_MS
const BEFORE_MS = 120 * MINUTE_MS
const AFTER_MS = 60 * MINUTE_MS
/** Utilisation that the height of the last sales would bring the booked fleet to: room for a zone and for more. */
const BOOKED_UTILISATION = 0.27

/** Servers that the store's operators have booked for a sale to come. */
export interface Booking {
  readonly service: string
  readonly region: string
  readonly startsAt: number
  readonly endsAt: number
  readonly servers: number
}

/** What a service in a region has seen. */
export interface BookedPart {
  readonly events: readonly DemoLoadEvent[]
  readonly region: DemoRegion
  readonly service: DemoService
  /** [minutes] epoch ms, and requests as they would be without dates in result lists. */
  readonly clock: Float64Array
  readonly requests: Float64Array
  /** Servers of a usual day. */
  readonly usual: number
}

/**
 * What operators have booked for the sales of the next month: as many servers as the height of past sales
 * needs, more where planners expect more. They go by what they knew before result lists showed delivery
 * dates: promises are booked too low since.
 */
export function bookingsOf(part: BookedPart): readonly Booking[] {
  const { events, service, region, clock, requests, usual } = part
  const endsAt = (clock.at(-1) ?? 0) + MINUTE_MS
  const sales = events.filter(({ kind }) => kind === 'sale')
  const coming = sales.filter(
    (sale) => sale.startsAt >= endsAt && sale.startsAt < endsAt + BOOKED_AHEAD_MS,
  )
  const past = sales.filter((sale) => sale.endsAt <= endsAt)
  if (coming.length === 0 || past.length === 0) return []
  const at = (ms: number) => Math.max(0, Math.round((ms - (clock[0] ?? 0)) / MINUTE_MS))
  const height = past.reduce(
    (top, sale) =>
      requests
        .subarray(at(sale.startsAt), at(sale.endsAt))
        .reduce((high, value) => Math.max(high, value), top),
    0,
  )
  const { cores } = SERVER_TYPES[0]!
  const busy = ((height / 60) * service.cpuMs) / 1000
  return coming.flatMap((sale) => {
    const fleet = Math.ceil(((sale.expected ?? 1) * busy) / (cores * BOOKED_UTILISATION))
    if (fleet <= usual) return []
    return [
      {
        ...{ service: service.id, region: region.id, servers: fleet - usual },
        ...{ startsAt: sale.startsAt - BEFORE_MS, endsAt: sale.endsAt + AFTER_MS },
      },
    ]
  })
}

/** server_bookings. */
export function bookingsTable(bookings: readonly Booking[]): Table {
  return table({
    service_id: textColumn(bookings.map(({ service }) => service)),
    region: textColumn(bookings.map(({ region }) => region)),
    server_type_id: textColumn(bookings.map(() => SERVER_TYPES[0]!.id)),
    starts_at: numberColumn(bookings.map(({ startsAt }) => startsAt)),
    ends_at: numberColumn(bookings.map(({ endsAt }) => endsAt)),
    servers: numberColumn(bookings.map(({ servers }) => servers)),
  })
}
