import { StorewrightError } from '../../core/errors.ts'
import { greatCircleKm } from '../../core/great-circle.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../../core/table.ts'
import type {
  Adjacency,
  Areas,
  Departures,
  HourlyTransit,
  LaneMode,
  Lanes,
  Network,
  SiteKind,
  Sites,
} from '../../network/index.ts'
import { indexColumn, indexOf } from '../inputs/receipts.ts'

/** Roads are longer than the great circle, by about a fifth (Boscoe, Henry & Zdeb 2012: 1.4 in towns, less far away). */
const ROAD_FACTOR = 1.2
const MINUTES_A_DAY = 1440
const WEEK_HOURS = 168
/** Weekday of rows of lane_transit that hold on all days. */
const EVERY_DAY = 7

/**
 * The network of a store: its areas, borders, sites, lanes, departures and times by hour, by dense number in the
 * order of their ids. A site without coordinates lies at the centre of its area. Throws
 * ERR_STORE_EMPTY where there are no areas or no sites, ERR_NETWORK where a site lies nowhere.
 */
export async function readNetwork(db: Database): Promise<Network> {
  const areas = await readAreas(db)
  const sites = await readSites(db, areas)
  const adjacency = await readAdjacency(db, areas.ids)
  const lanes = await readLanes(db, areas, sites)
  const departures = await readDepartures(db, lanes.ids)
  const hourlyTransit = await readHourlyTransit(db, lanes.ids)
  return {
    areas,
    adjacency,
    sites,
    lanes,
    departures,
    ...(hourlyTransit === undefined ? {} : { hourlyTransit }),
  }
}

/** Areas that the network is planned by: of several kinds (states, counties) the finest, which has most rows. */
const PLANNED_AREAS = `FROM areas
  WHERE kind = (SELECT kind FROM areas GROUP BY kind ORDER BY count(*) DESC, kind LIMIT 1)
  ORDER BY area_id`

/** Ids of the areas that the network is planned by, in its order; none in a store without areas. */
export async function plannedAreaIds(db: Database): Promise<string[]> {
  return textList(await db.table(`SELECT area_id ${PLANNED_AREAS}`), 'area_id')
}

async function readAreas(db: Database): Promise<Areas> {
  const table = await db.table(`SELECT area_id, name, state, population, lat, lon ${PLANNED_AREAS}`)
  if (table.rowCount === 0) throw nothing('areas')
  return {
    ids: textList(table, 'area_id'),
    names: textList(table, 'name'),
    states: textList(table, 'state'),
    lat: numbersOf(table, 'lat'),
    lon: numbersOf(table, 'lon'),
    population: numbersOf(table, 'population').map((people) => (Number.isNaN(people) ? 0 : people)),
  }
}

async function readSites(db: Database, areas: Areas): Promise<Sites> {
  const table = await db.table(
    `SELECT s.site_id, s.kind, s.area_id, s.time_zone, s.capacity_m3,
       coalesce(s.lat, a.lat) AS lat, coalesce(s.lon, a.lon) AS lon
     FROM sites s LEFT JOIN areas a USING (area_id) ORDER BY s.site_id`,
  )
  if (table.rowCount === 0) throw nothing('sites')
  const ids = textList(table, 'site_id')
  const lat = numbersOf(table, 'lat')
  const lon = numbersOf(table, 'lon')
  const lost = ids.filter((_, s) => !Number.isFinite(lat[s]! + lon[s]!))
  if (lost.length > 0) {
    throw new StorewrightError('ERR_NETWORK', `${named(lost)}: no coordinates and no area`, {
      file: 'sites',
      column: 'lat, lon, area_id',
      next: 'Give these sites lat and lon, or an area_id, and import again.',
    })
  }
  return {
    ids,
    kinds: textList(table, 'kind') as SiteKind[],
    lat,
    lon,
    area: indexColumn(textsOf(table, 'area_id'), indexOf(areas.ids)),
    capacityM3: orInfinity(numbersOf(table, 'capacity_m3')),
    timeZones: textList(table, 'time_zone'),
  }
}

/** Borders both ways, whichever way they are told; none to an area that is not planned by. */
async function readAdjacency(db: Database, areaIds: readonly string[]): Promise<Adjacency> {
  const table = await db.table(
    `SELECT a, b, max(bridge) AS bridge FROM (
       SELECT area_id AS a, neighbor_id AS b, CAST(kind = 'bridge' AS INTEGER) AS bridge FROM adjacency
       UNION ALL SELECT neighbor_id, area_id, CAST(kind = 'bridge' AS INTEGER) FROM adjacency
     ) WHERE a <> b GROUP BY a, b ORDER BY a, b`,
  )
  const areaOf = indexOf(areaIds)
  const from = indexColumn(textsOf(table, 'a'), areaOf)
  const to = indexColumn(textsOf(table, 'b'), areaOf)
  const bridge = numbersOf(table, 'bridge')
  const rows = [...from.keys()].filter((row) => from[row]! >= 0 && to[row]! >= 0)
  const starts = new Int32Array(areaIds.length + 1)
  for (const row of rows) starts[from[row]! + 1]!++
  for (let a = 0; a < areaIds.length; a++) starts[a + 1]! += starts[a]!
  return {
    starts,
    // Rows stand by id, and so do areas: each area's neighbors come one after the other.
    neighbors: Int32Array.from(rows, (row) => to[row]!),
    bridge: Uint8Array.from(rows, (row) => bridge[row]!),
  }
}

async function readLanes(db: Database, areas: Areas, sites: Sites): Promise<Lanes> {
  const table = await db.table('SELECT * FROM lanes ORDER BY lane_id')
  const siteOf = indexOf(sites.ids)
  const fromSite = indexColumn(textsOf(table, 'from_site_id'), siteOf)
  const toSite = indexColumn(textsOf(table, 'to_site_id'), siteOf)
  const toArea = indexColumn(textsOf(table, 'to_area_id'), indexOf(areas.ids))
  const stated = numbersOf(table, 'distance_km')
  const inMinutes = (name: string) =>
    numbersOf(table, name).map((days) => (Number.isNaN(days) ? 0 : days * MINUTES_A_DAY))
  return {
    ids: textList(table, 'lane_id'),
    carriers: textList(table, 'carrier'),
    modes: textList(table, 'mode') as LaneMode[],
    fromSite,
    toSite,
    toArea,
    distanceKm: stated.map((km, lane) => {
      if (!Number.isNaN(km)) return km
      const from = { lat: sites.lat[fromSite[lane]!]!, lon: sites.lon[fromSite[lane]!]! }
      const at = toSite[lane]! >= 0 ? sites : areas
      const end = toSite[lane]! >= 0 ? toSite[lane]! : toArea[lane]!
      return end < 0
        ? Number.NaN
        : ROAD_FACTOR * greatCircleKm(from.lat, from.lon, at.lat[end]!, at.lon[end]!)
    }),
    transitMinutes: inMinutes('transit_days'),
    transitSdMinutes: inMinutes('transit_sd_days'),
    costPerParcelCents: numbersOf(table, 'cost_per_parcel_cents'),
    costPerKgCents: numbersOf(table, 'cost_per_kg_cents'),
    costPerTruckCents: numbersOf(table, 'cost_per_truck_cents'),
    capacityM3: orInfinity(numbersOf(table, 'capacity_m3')),
  }
}

async function readDepartures(db: Database, laneIds: readonly string[]): Promise<Departures> {
  const table = await db.table(
    `SELECT lane_id, weekday * ${MINUTES_A_DAY} + departs_minute AS minute_of_week, cutoff_minutes
     FROM departures ORDER BY lane_id, minute_of_week`,
  )
  return {
    lane: indexColumn(textsOf(table, 'lane_id'), indexOf(laneIds)),
    minuteOfWeek: Int32Array.from(numbersOf(table, 'minute_of_week')),
    cutoffMinutes: Int32Array.from(numbersOf(table, 'cutoff_minutes')),
  }
}

/** Times on the way by hour of the week; undefined where none are stated. */
async function readHourlyTransit(
  db: Database,
  laneIds: readonly string[],
): Promise<HourlyTransit | undefined> {
  // Rows for every day come first, so that those for a weekday overwrite them.
  const table = await db.table('SELECT * FROM lane_transit ORDER BY weekday DESC')
  const lane = indexColumn(textsOf(table, 'lane_id'), indexOf(laneIds))
  const stated = [...new Set(lane)].filter((l) => l >= 0)
  if (stated.length === 0) return undefined
  const rowOf = new Int32Array(laneIds.length).fill(-1)
  stated.forEach((l, row) => {
    rowOf[l] = row
  })
  const meanMinutes = new Float64Array(stated.length * WEEK_HOURS).fill(Number.NaN)
  const sdMinutes = meanMinutes.slice()
  const [weekday, hour] = [numbersOf(table, 'weekday'), numbersOf(table, 'hour')]
  const [mean, sd] = [numbersOf(table, 'transit_days'), numbersOf(table, 'transit_sd_days')]
  lane.forEach((l, row) => {
    if (l < 0) return
    const days = weekday[row] === EVERY_DAY ? [0, 1, 2, 3, 4, 5, 6] : [weekday[row]!]
    for (const day of days) {
      const cell = rowOf[l]! * WEEK_HOURS + 24 * day + hour[row]!
      meanMinutes[cell] = mean[row]! * MINUTES_A_DAY
      sdMinutes[cell] = sd[row]! * MINUTES_A_DAY
    }
  })
  return { rowOf, meanMinutes, sdMinutes }
}

function textList(table: Table, name: string): string[] {
  const column = textsOf(table, name)
  return Array.from({ length: table.rowCount }, (_, row) => textAt(column, row) ?? '')
}

function orInfinity(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value))
}

/** The first few of a list of ids, and how many more there are. */
function named(ids: readonly string[]): string {
  const rest = ids.length > 5 ? ` and ${ids.length - 5} more` : ''
  return `${ids.slice(0, 5).join(', ')}${rest}`
}

function nothing(table: string): StorewrightError {
  return new StorewrightError('ERR_STORE_EMPTY', `the store has no ${table}`, {
    next: `Import a feed with ${table}.csv (see docs/feed.md): storewright import FEED --store DIR`,
  })
}
