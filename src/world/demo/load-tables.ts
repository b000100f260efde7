import type { Random } from '../../core/random/random.ts'
import type { Table } from '../../core/table.ts'
import type { Customers } from '../customers/customers.ts'
import type { GeographyTables } from './geography-tables.ts'
import { type DemoLoadEvent, loadEventsTable } from './load-events.ts'
import { loadTable } from './load-table.ts'
import type { OrderBook } from './orders.ts'
import type { FullDemoParams } from './params.ts'
import { loadTestsTable, serverTypesTable, servicesTable } from './systems.ts'

/** What the load of a store follows from. */
export interface LoadShop {
  readonly customers: Customers
  readonly geography: GeographyTables
  /** Epoch ms at which each day of history begins, and the end of the last. */
  readonly starts: Float64Array
  readonly loadEvents: readonly DemoLoadEvent[]
}

/** services, server_types, load_tests, server_bookings, load_events and load of the last days; nothing where none are asked for. */
export function loadTables(
  { days, loadDays }: FullDemoParams,
  { customers, geography, starts, loadEvents }: LoadShop,
  book: OrderBook,
  random: Random,
): Readonly<Record<string, Table>> {
  if (loadDays === 0) return {}
  const shown = Array.from({ length: loadDays }, (_, i) => days - loadDays + i)
  const maker = {
    days: shown.map((t) => ({ startsAt: starts[t]!, endsAt: starts[t + 1]! })),
    orders: ordersByDay(book, starts).subarray(days - loadDays),
    activityByHours: activityByHours(customers, geography.countyHours),
    events: loadEvents,
  }
  const { load, bookings } = loadTable(maker, random)
  return {
    services: servicesTable(),
    server_types: serverTypesTable(),
    load_events: loadEventsTable(loadEvents),
    load_tests: loadTestsTable(starts.at(-1)!),
    server_bookings: bookings,
    load,
  }
}

function ordersByDay(book: OrderBook, starts: Float64Array): Float64Array {
  const counts = new Float64Array(starts.length - 1)
  let day = 0
  for (let order = 0; order < book.orderedAt.length; order++) {
    while (book.orderedAt.at(order) >= starts[day + 1]!) day++
    counts[day]! += 1
  }
  return counts
}

function activityByHours(
  { areaOf, activity }: Customers,
  countyHours: Float64Array,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>()
  areaOf.forEach((area, customer) => {
    const hours = countyHours[area]!
    sums.set(hours, (sums.get(hours) ?? 0) + activity[customer]!)
  })
  return sums
}
