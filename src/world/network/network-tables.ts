import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { table } from '../demo/columns.ts'
import { closedDaysBetween } from '../demo/holidays.ts'
import { laneTransitTable } from './town-traffic.ts'
import type { UsNetwork } from './us-network.ts'

const MINUTES_A_DAY = 1440

/**
 * The feed tables of a network beside areas and adjacency: sites, lanes, departures, lane_transit and, for days
 * `firstDay` … `lastDay` (day numbers), carrier_calendars. Capacities that are infinite stand empty.
 */
export function networkTables(
  { network, siteNames }: UsNetwork,
  firstDay: number,
  lastDay: number,
): Readonly<
  Record<'sites' | 'lanes' | 'departures' | 'lane_transit' | 'carrier_calendars', Table>
> {
  return {
    sites: sitesTable(network, siteNames),
    lanes: lanesTable(network),
    departures: departuresTable(network),
    lane_transit: laneTransitTable(network),
    carrier_calendars: calendarTable(network, firstDay, lastDay),
  }
}

type Network = UsNetwork['network']

function sitesTable({ sites, areas }: Network, names: readonly string[]): Table {
  return table({
    site_id: textColumn(sites.ids),
    name: textColumn(names),
    kind: textColumn(sites.kinds),
    area_id: textColumn(Array.from(sites.area, (area) => areas.ids[area])),
    lat: numberColumn(sites.lat),
    lon: numberColumn(sites.lon),
    time_zone: textColumn(sites.timeZones),
    capacity_m3: finite(sites.capacityM3),
  })
}

function lanesTable({ sites, areas, lanes }: Network): Table {
  const days = (minutes: number) => Math.round((minutes / MINUTES_A_DAY) * 1e5) / 1e5
  return table({
    lane_id: textColumn(lanes.ids),
    from_site_id: textColumn(Array.from(lanes.fromSite, (site) => sites.ids[site])),
    to_site_id: textColumn(Array.from(lanes.toSite, (site) => sites.ids[site])),
    to_area_id: textColumn(Array.from(lanes.toArea, (area) => areas.ids[area])),
    carrier: textColumn(lanes.carriers),
    mode: textColumn(lanes.modes),
    distance_km: numberColumn(lanes.distanceKm),
    transit_days: numberColumn(lanes.transitMinutes.map(days)),
    transit_sd_days: numberColumn(lanes.transitSdMinutes.map(days)),
    cost_per_parcel_cents: numberColumn(lanes.costPerParcelCents),
    cost_per_kg_cents: numberColumn(lanes.costPerKgCents),
    cost_per_truck_cents: numberColumn(lanes.costPerTruckCents),
    capacity_m3: finite(lanes.capacityM3),
  })
}

/** Numbers with those that are infinite left empty: no limit is stated. */
function finite(values: Float64Array) {
  return numberColumn(values.map((value) => (Number.isFinite(value) ? value : Number.NaN)))
}

function departuresTable({ lanes, departures }: Network): Table {
  const { lane, minuteOfWeek, cutoffMinutes } = departures
  return table({
    lane_id: { kind: 'text', codes: lane, dictionary: lanes.ids },
    weekday: numberColumn(Float64Array.from(minuteOfWeek, (at) => Math.floor(at / MINUTES_A_DAY))),
    departs_minute: numberColumn(Float64Array.from(minuteOfWeek, (at) => at % MINUTES_A_DAY)),
    cutoff_minutes: numberColumn(cutoffMinutes),
  })
}

/** Days on which the store is closed are days on which no carrier comes. */
function calendarTable({ lanes }: Network, firstDay: number, lastDay: number): Table {
  const carriers = [...new Set(lanes.carriers)].sort()
  const rows = closedDaysBetween(firstDay, lastDay).flatMap((ds) =>
    carriers.map((carrier) => ({ carrier, ds })),
  )
  return table({
    carrier: textColumn(rows.map(({ carrier }) => carrier)),
    ds: numberColumn(rows.map(({ ds }) => ds)),
    picks_up: numberColumn(rows.map(() => 0)),
    delivers: numberColumn(rows.map(() => 0)),
    note: textColumn(rows.map(() => 'holiday')),
  })
}
