import { StorewrightError } from '../../core/errors.ts'
import type { Row } from '../../core/sql/database.ts'
import type { Network } from '../../network/index.ts'
import type { Severity } from '../schemas/common.ts'
import type { LanePurpose } from '../schemas/network.ts'
import type {
  LaneDetail,
  LanePage,
  LaneRow,
  LaneSort,
  LanesQuery,
} from '../schemas/network-lanes.ts'
import type { NetworkPicture, PlannedLanes } from './network-picture.ts'
import { plural } from './words.ts'

const DAY_MINUTES = 1440
const KM_PER_MILE = 1.609344

/** How empty trucks may go before it is worth a look: nearly half, and a quarter. */
const POOR_FILL = 0.55
const FAIR_FILL = 0.75

/** A half-empty truck is bad, one three quarters full is fine; what is closed costs nothing. */
export function severityOf(fill: number, status: LaneRow['status']): Severity {
  if (status === 'closed' || fill >= FAIR_FILL) return 'ok'
  return fill < POOR_FILL ? 'bad' : 'warn'
}

/** Rows of `lane_plan` with the places at both ends. */
export function laneRows(
  network: Network,
  siteNames: readonly string[],
  planned: readonly Row[],
): LaneRow[] {
  const { lanes } = network
  const laneOf = new Map(lanes.ids.map((id, lane) => [id, lane]))
  return planned.flatMap((row) => {
    const lane = laneOf.get(String(row['lane_id']))
    // A lane that the feed no longer has cannot run.
    if (lane === undefined) return []
    const number = (name: string) => Number(row[name] ?? 0)
    // Sums of tiny volumes may end a hair outside.
    const fill = Math.min(1, Math.max(0, number('fill')))
    const status = row['status'] === 'closed' ? ('closed' as const) : ('runs' as const)
    const room = lanes.capacityM3[lane]!
    return [
      {
        laneId: lanes.ids[lane]!,
        from: siteNames[lanes.fromSite[lane]!]!,
        to: nameOfEnd(network, siteNames, lane),
        mode: lanes.modes[lane]!,
        status,
        purpose: String(row['purpose']) as LanePurpose,
        severity: severityOf(fill, status),
        departuresAWeek: number('departures_a_week'),
        departuresBefore: number('departures_before'),
        extraDepartures: number('extra_departures'),
        meanM3: Math.max(0, number('mean_m3')),
        mostM3: Math.max(0, number('most_m3')),
        roomM3: Number.isFinite(room) ? room : null,
        fill,
        costCents: number('cost_cents'),
        emptyCents: Math.round(number('cost_cents') * (1 - fill)),
        worthCents: row['worth_cents'] === null ? null : number('worth_cents'),
        pairs: number('pairs'),
        reason: String(row['reason']),
      },
    ]
  })
}

/** What the end of a lane is called: a site or an area. */
export function nameOfEnd(
  { lanes, areas }: Network,
  siteNames: readonly string[],
  lane: number,
): string {
  const site = lanes.toSite[lane]!
  if (site >= 0) return siteNames[site]!
  const area = lanes.toArea[lane]!
  return area >= 0 ? `${areas.names[area]}, ${areas.states[area]}` : lanes.ids[lane]!
}

const VALUES: Readonly<Record<LaneSort, (row: LaneRow) => number | string>> = {
  empty: (row) => row.emptyCents,
  fill: (row) => (row.status === 'runs' ? row.fill : 2),
  cost: (row) => row.costCents,
  departures: (row) => row.departuresAWeek,
  volume: (row) => row.meanM3,
  worth: (row) => row.worthCents ?? Number.POSITIVE_INFINITY,
  lane: (row) => `${row.from} ${row.to}`,
}

/** Rows of the grid of lanes; without an order the worst come first. */
export function lanePage(rows: readonly LaneRow[], query: LanesQuery): LanePage {
  const { sort, status, purpose, q = '', offset, limit } = query
  const kept = rows.filter(
    (row) =>
      (status === undefined || row.status === status) &&
      (purpose === undefined || row.purpose === purpose) &&
      hasWords(row, q),
  )
  const value = VALUES[sort]
  const rising =
    query.order ?? (sort === 'lane' || sort === 'fill' || sort === 'worth' ? 'asc' : 'desc')
  const sign = rising === 'asc' ? 1 : -1
  const sorted = [...kept].sort(
    (a, b) => sign * compare(value(a), value(b)) || compare(a.laneId, b.laneId),
  )
  return { total: kept.length, rows: sorted.slice(offset, offset + limit) }
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether lane or places contain all words. */
export function hasWords(
  { laneId, from, to }: Pick<LaneRow, 'laneId' | 'from' | 'to'>,
  q: string,
): boolean {
  const text = `${laneId} ${from} ${to}`.toLowerCase()
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** One lane: why it runs as it does, when, and what else could be done. */
export function laneDetail(
  { network }: Pick<NetworkPicture, 'network'>,
  planned: PlannedLanes,
  laneId: string,
  money: (cents: number) => string,
): LaneDetail {
  const row = planned.rows.find((one) => one.laneId === laneId)
  if (row === undefined)
    throw new StorewrightError('ERR_NOT_FOUND', `the plan has no lane ${laneId}`)
  const lane = network.lanes.ids.indexOf(laneId)
  const minutes = [...planned.departures.lane.keys()]
    .filter((at) => planned.departures.lane[at] === lane)
    .map((at) => planned.departures.minuteOfWeek[at]!)
    .sort((a, b) => a - b)
  const km = network.lanes.distanceKm[lane]!
  return {
    row,
    sentence: sentenceOf(row, money),
    carrier: network.lanes.carriers[lane]!,
    miles: Number.isFinite(km) ? km / KM_PER_MILE : null,
    hours: network.lanes.transitMinutes[lane]! / 60,
    departures: minutes.map((minute) => ({
      weekday: Math.floor(minute / DAY_MINUTES),
      minute: minute % DAY_MINUTES,
    })),
    alternatives: alternativesOf(row, money),
  }
}

const PURPOSES: Readonly<Record<LanePurpose, string>> = {
  direct: 'takes parcels from stock straight to a station',
  feeder: 'takes parcels from stock to a sort centre',
  trunk: 'joins two sort centres',
  bridge: 'joins two regions',
  spoke: 'takes sorted parcels to a station',
}

function sentenceOf(row: LaneRow, money: (cents: number) => string): string {
  const what = `It ${PURPOSES[row.purpose]}`
  if (row.status === 'closed') {
    return `${what}. It is closed: what its ${plural(row.departuresBefore, 'departure')} a week carried goes other ways for less.`
  }
  const empty = row.emptyCents > 0 ? `; ${money(row.emptyCents)} a week pays for empty room` : ''
  return `${what}. ${plural(row.departuresAWeek, 'departure')} a week, ${percent(row.fill)} full${empty}.`
}

const percent = (share: number) => `${Math.round(100 * share)} %`

function alternativesOf(
  row: LaneRow,
  money: (cents: number) => string,
): LaneDetail['alternatives'] {
  if (row.status === 'closed') {
    return [
      {
        action: `Keep its ${plural(row.departuresBefore, 'departure')}`,
        consequence: 'what it carried is sent twice over: other lanes would run emptier',
      },
    ]
  }
  const close = {
    action: 'Close it',
    consequence:
      row.worthCents === null
        ? 'not possible: nothing else gets there in time'
        : row.worthCents >= 0
          ? `${money(row.worthCents)} a week more: what it carries goes other ways`
          : `${money(-row.worthCents)} a week less, but a promise would be missed`,
  }
  const fewer = oneFewer(row, money)
  return fewer === undefined ? [close] : [fewer, close]
}

/** What the same volume would do to one departure fewer. */
function oneFewer(row: LaneRow, money: (cents: number) => string) {
  const count = row.departuresAWeek - 1
  if (count < 1 || row.roomM3 === null) return undefined
  const room = count * row.roomM3
  const fill = row.meanM3 / room
  const saved = money(row.costCents / row.departuresAWeek)
  const late = row.mostM3 - room
  const consequence =
    fill > 1
      ? `${percent(fill)} of their room would be needed: it does not fit`
      : late > 0
        ? `${percent(fill)} full and ${saved} less, but the fullest week leaves ${plural(late, 'm³')} behind`.replace(
            'm³s',
            'm³',
          )
        : `${percent(fill)} full and ${saved} less; parcels wait longer for the next one`
  return { action: `Run ${plural(count, 'departure')}`, consequence }
}
