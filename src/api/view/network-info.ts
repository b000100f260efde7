import type { Row } from '../../core/sql/database.ts'
import {
  lastStanding,
  type NetworkStatus,
  type Noted,
  type RegionsNote,
  type RouteSwitch,
} from '../../loop/index.ts'
import type {
  CurvePoint,
  LanesSummary,
  NetworkInfo,
  RegionMeasures,
  RegionsVersion,
  RouteStatus,
} from '../schemas/network.ts'
import type { NetworkPicture, PlannedLanes } from './network-picture.ts'
import { plural } from './words.ts'

/** Where the routes stand: what `networkStatus` tells of them. */
export type RoutesNow = Pick<
  NetworkStatus,
  'routeSets' | 'serving' | 'areas' | 'switches' | 'revision'
>

/** The reply of GET /api/network. */
export function networkInfo(
  picture: NetworkPicture,
  routes: RoutesNow,
  commands: NetworkInfo['commands'],
): NetworkInfo {
  const { versions, current, shown } = picture
  const newest = versions[0]!
  const total = totalOf(picture)
  return {
    sentence: sentenceOf(picture, total),
    shown: versionRow(shown, current),
    proposal: newest.version > (current ?? 0) ? versionRow(newest, current) : null,
    versions: versions.map((one) => versionRow(one, current)),
    total,
    regions: picture.measures.map((row) => ({
      ...measuresOf(row),
      regionId: String(row['region_id']),
    })),
    curve: picture.curve.map(curvePoint),
    lanes: picture.lanes === undefined ? null : lanesSummary(picture.lanes),
    routes: routeStatus(routes),
    commands,
  }
}

function versionRow(
  { version, createdAt, note }: Noted<RegionsNote>,
  current: number | undefined,
): RegionsVersion {
  return {
    version,
    madeAt: iso(createdAt),
    current: version === current,
    regions: note.regions,
    wholeShare: note.wholeShare,
    movedAreas: note.movedAreas,
    unitsToMove: note.unitsToMove,
  }
}

const iso = (at: number) => new Date(at).toISOString()

/** A row of region_measures or region_curve. */
function measuresOf(row: Row): RegionMeasures {
  const number = (name: string) => Number(row[name] ?? 0)
  return {
    ordersADay: number('orders_a_day'),
    areas: number('areas'),
    sites: number('sites'),
    capacityM3: number('capacity_m3'),
    breadth: number('breadth'),
    wholeShare: number('whole_share'),
    lineShare: number('line_share'),
    miles: number('miles'),
    costCents: number('cost_cents'),
    promisedShare: number('promised_share'),
    lanes: number('lanes'),
    outsideLines: number('outside_lines'),
    objectiveCents: number('objective_cents'),
  }
}

function curvePoint(row: Row): CurvePoint {
  return {
    regions: Number(row['regions']),
    feasible: row['feasible'] === 1,
    chosen: row['chosen'] === 1,
    why: String(row['why']),
    movedAreas: row['moved_areas'] === null ? null : Number(row['moved_areas']),
    measures: row['whole_share'] === null ? null : measuresOf(row),
  }
}

/** Over all regions: the point of the curve that was chosen is the plan itself. */
function totalOf({ curve, measures }: NetworkPicture): RegionMeasures {
  const chosen = curve.find((row) => row['chosen'] === 1)
  if (chosen !== undefined && chosen['whole_share'] !== null) return measuresOf(chosen)
  const rows = measures.map(measuresOf)
  const orders = rows.reduce((sum, row) => sum + row.ordersADay, 0)
  const sum = (of: (row: RegionMeasures) => number) => rows.reduce((all, row) => all + of(row), 0)
  const mean = (of: (row: RegionMeasures) => number) =>
    orders > 0 ? sum((row) => row.ordersADay * of(row)) / orders : 0
  return {
    ordersADay: orders,
    areas: sum((row) => row.areas),
    sites: sum((row) => row.sites),
    capacityM3: sum((row) => row.capacityM3),
    breadth: mean((row) => row.breadth),
    wholeShare: mean((row) => row.wholeShare),
    lineShare: mean((row) => row.lineShare),
    miles: mean((row) => row.miles),
    costCents: mean((row) => row.costCents),
    promisedShare: mean((row) => row.promisedShare),
    lanes: sum((row) => row.lanes),
    outsideLines: sum((row) => row.outsideLines),
    objectiveCents: mean((row) => row.objectiveCents),
  }
}

function lanesSummary({ version, createdAt, note, rows }: PlannedLanes): LanesSummary {
  return {
    version,
    madeAt: iso(createdAt),
    regionsVersion: note.regionsVersion,
    lanes: note.lanes,
    lanesBefore: note.lanesBefore,
    departuresAWeek: note.departuresAWeek,
    departuresBefore: note.departuresBefore,
    fill: toShare(note.fill),
    directFill: toShare(note.directFill),
    costCents: note.costCents,
    emptyCents: rows.reduce((sum, row) => sum + row.emptyCents, 0),
    meanHours: note.meanHours,
    latePairs: note.latePairs ?? 0,
  }
}

const toShare = (value: number) => Math.min(1, Math.max(0, value))

function routeStatus({ routeSets, serving, areas, switches, revision }: RoutesNow): RouteStatus {
  const served = new Map(serving.map((one) => [one.version, one.areas]))
  const last = lastStanding(switches)
  return {
    sets: routeSets.map(({ version, createdAt, note }) => ({
      version,
      name: note.name,
      madeAt: iso(createdAt),
      from: iso(60_000 * note.baseMinute),
      to: iso(60_000 * (note.baseMinute + note.spanMinutes)),
      lanes: note.lanes,
      routes: note.routes,
      unreached: note.unreached.length,
      closed: [
        ...(note.outage?.sites ?? []),
        ...(note.outage?.lanes ?? []),
        ...(note.outage?.areas ?? []),
      ],
      areas: served.get(version) ?? 0,
    })),
    areas,
    unserved: areas - serving.reduce((sum, one) => sum + one.areas, 0),
    switches: switches.map(switchRow).reverse(),
    revision,
    undoes:
      last === undefined
        ? null
        : { number: last.number, versions: versionsOf(last), where: last.where },
  }
}

const versionsOf = ({ orders }: RouteSwitch) => [...new Set(orders.map(({ version }) => version))]

function switchRow(one: RouteSwitch): RouteStatus['switches'][number] {
  const { number, orderedAt, at, where, by, reason, rolledBack } = one
  return {
    number,
    orderedAt: iso(orderedAt),
    at: iso(at),
    where,
    versions: versionsOf(one),
    by,
    reason,
    rolledBack: rolledBack === undefined ? null : { ...rolledBack, at: iso(rolledBack.at) },
  }
}

function sentenceOf({ shown, current, lanes }: NetworkPicture, total: RegionMeasures): string {
  const inForce = shown.version === current
  const share = `${Math.round(100 * total.wholeShare)} %`
  const count = plural(shown.note.regions, 'region')
  const regions = inForce
    ? `${count} ${shown.note.regions === 1 ? 'fills' : 'fill'} ${share} of orders wholly inside them`
    : `${count} would fill ${share} of orders wholly inside them`
  const running = lanes === undefined ? '' : lanesWords(lanes, shown.version)
  if (!inForce) return `${regions}; nobody has applied them yet.`
  return running === ''
    ? `${regions}. No lanes are planned for them yet.`
    : `${regions}; ${running}`
}

function lanesWords({ note }: PlannedLanes, regionsVersion: number): string {
  if (note.regionsVersion !== regionsVersion)
    return `their lanes are still those planned for regions ${note.regionsVersion}.`
  const fewer = note.lanesBefore - note.lanes
  const change =
    fewer === 0 ? 'as many as' : `${Math.abs(fewer)} ${fewer > 0 ? 'fewer' : 'more'} than`
  return `${plural(note.lanes, 'lane')} ${note.lanes === 1 ? 'runs' : 'run'}, ${change} today.`
}
