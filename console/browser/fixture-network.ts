import type { NetworkView } from '../../src/api/network-view.ts'
import type { RouteAlternative } from '../../src/api/schemas/network-route.ts'
import { networkInfo, type RoutesNow } from '../../src/api/view/network-info.ts'
import { laneDetail, lanePage, laneRows } from '../../src/api/view/network-lanes.ts'
import { networkMap, networkPlaces, regionIdOf } from '../../src/api/view/network-map.ts'
import type { Membership, NetworkPicture } from '../../src/api/view/network-picture.ts'
import { sitesPlan } from '../../src/api/view/network-sites.ts'
import { truckPage } from '../../src/api/view/network-trucks.ts'
import { StorewrightError } from '../../src/core/errors.ts'
import type { Row } from '../../src/core/sql/database.ts'
import type { RouteSwitch } from '../../src/loop/index.ts'
import type { Network } from '../../src/network/index.ts'
import { createUsNetwork } from '../../src/world/index.ts'
import { fixtureSites } from './fixture-sites.ts'
import { fixtureWhatIf } from './fixture-what-if.ts'

const REGIONS = 8
const MADE_AT = Date.parse('2011-11-01T06:10:00Z')
const COMMANDS = {
  regions: 'storewright network regions --apply --store gift-store',
  lanes: 'storewright network lanes --store gift-store',
  routes: 'storewright network routes --store gift-store',
  sites: 'storewright network site --store gift-store',
}

/** A number in 0 … 1 that only its key decides. */
function chance(key: number): number {
  const x = Math.sin(key * 127.1 + 311.7) * 43_758.5453
  return x - Math.floor(x)
}

/** Places by the nearest of some centres: regions as a child would draw them. */
function nearestOf({ areas, sites }: Network, centres: readonly number[]): Membership {
  const regionOf = (lat: number, lon: number) => {
    const far = centres.map((s) => Math.hypot(sites.lat[s]! - lat, 0.8 * (sites.lon[s]! - lon)))
    return far.indexOf(Math.min(...far))
  }
  return {
    regions: centres.length,
    area: areas.lat.map((lat, a) => regionOf(lat, areas.lon[a]!)) as never,
    site: sites.lat.map((lat, s) => regionOf(lat, sites.lon[s]!)) as never,
  }
}

/** Centres that lie far apart: each next one farthest from those before it. */
function spreadCentres({ sites }: Network, count: number): number[] {
  const stocked = [...sites.ids.keys()].filter((s) => sites.kinds[s] === 'fulfilment_centre')
  const chosen = [stocked[0]!]
  while (chosen.length < count) {
    const room = (s: number) =>
      Math.min(
        ...chosen.map((c) =>
          Math.hypot(sites.lat[s]! - sites.lat[c]!, sites.lon[s]! - sites.lon[c]!),
        ),
      )
    chosen.push(stocked.reduce((best, s) => (room(s) > room(best) ? s : best)))
  }
  return chosen
}

function measureRow(wholeShare: number, costCents: number, rest: Row): Row {
  return {
    ...{ orders_a_day: 4100, areas: 402, sites: 3, capacity_m3: 112_000, breadth: 71_200 },
    ...{ whole_share: wholeShare, line_share: wholeShare + 0.1, miles: 214, cost_cents: costCents },
    ...{ promised_share: wholeShare - 0.02, lanes: 1206, outside_lines: 980 },
    ...{ objective_cents: costCents + 70, ...rest },
  }
}

function curveOf(): Row[] {
  return [2, 4, 6, 8, 10, 12, 14, 16].map((regions) => {
    const feasible = regions < 16
    const row = measureRow(0.86 - 0.019 * regions, 190 + 2.2 * (regions - 8.5) ** 2, {
      orders_a_day: 32_800,
      areas: 3220,
      sites: 24,
      breadth: 118_000 - 5_800 * regions,
      miles: 480 - 33 * regions,
      outside_lines: 900 * regions,
    })
    const measures = feasible ? row : Object.fromEntries(Object.keys(row).map((key) => [key, null]))
    return {
      ...measures,
      regions,
      feasible: feasible ? 1 : 0,
      chosen: regions === REGIONS ? 1 : 0,
      moved_areas: feasible ? 40 * regions : null,
      why: feasible
        ? regions === REGIONS
          ? 'chosen: least cost with the prices of split and slow orders'
          : `${(2.2 * Math.abs(regions - 8.5) ** 2).toFixed(1)} cents an order more`
        : 'not possible: region 7 has room for 61 % of the selection it must carry',
    }
  })
}

function plannedRows({ lanes, departures }: Network): Row[] {
  const before = new Int32Array(lanes.ids.length)
  for (const lane of departures.lane) before[lane]!++
  return lanes.ids.flatMap((id, lane) => {
    const to = lanes.toSite[lane]!
    if (to < 0 || before[lane] === 0) return []
    const runs = chance(lane) > 0.45
    const count = runs ? 1 + Math.floor(9 * chance(lane + 0.5)) : 0
    const fill = 0.3 + 0.68 * chance(lane + 0.25)
    const volume = Math.round(count * fill * lanes.capacityM3[lane]!)
    return [
      {
        lane_id: id,
        status: runs ? 'runs' : 'closed',
        purpose: ['direct', 'feeder', 'trunk', 'bridge', 'spoke'][lane % 5]!,
        departures_a_week: count,
        departures_before: before[lane]!,
        extra_departures: runs ? 0.2 : 0,
        mean_m3: volume,
        most_m3: Math.round(1.15 * volume),
        fill: runs ? fill : 0,
        cost_cents: count * Math.round(100 * lanes.distanceKm[lane]!),
        worth_cents: lane % 7 === 0 ? null : Math.round(240_000 * chance(lane)),
        pairs: 1 + (lane % 40),
        reason: runs
          ? `${Math.round(100 * fill)} % of ${count} departures a week filled`
          : 'closed',
      },
    ]
  })
}

let made: NetworkPicture | undefined

/** A network of the United States with regions drawn by eye; made once, for it takes a second. */
function fixturePicture(): NetworkPicture {
  if (made !== undefined) return made
  const { network, siteNames } = createUsNetwork({
    areas: 3220,
    centres: 24,
    sortCentres: 12,
    stations: 40,
  })
  const note = (regions: number, wholeShare: number) => ({
    ...{ regions, areas: 3220, sites: 24, orders: 41_000, orderDays: 90, wholeShare },
    ...{ costCents: 214, promisedShare: 0.7, breadth: 71_200, movedAreas: 412, why: 'least cost' },
    ...{ placedLines: 9_000, unitsToMove: 18_400 },
  })
  const planned = laneRows(network, siteNames, plannedRows(network))
  const running = planned.filter((row) => row.status === 'runs')
  const sum = (of: (row: (typeof planned)[number]) => number) =>
    running.reduce((all, row) => all + of(row), 0)
  made = {
    network,
    siteNames,
    versions: [
      { version: 4, createdAt: MADE_AT, note: note(6, 0.73) },
      { version: 3, createdAt: MADE_AT - 86_400_000, note: note(REGIONS, 0.708) },
      { version: 2, createdAt: MADE_AT - 9 * 86_400_000, note: note(4, 0.66) },
    ],
    current: 3,
    shown: { version: 3, createdAt: MADE_AT - 86_400_000, note: note(REGIONS, 0.708) },
    plan: nearestOf(network, spreadCentres(network, REGIONS)),
    before: nearestOf(network, spreadCentres(network, 4)),
    placedM3: network.sites.capacityM3.map((room, s) =>
      network.sites.kinds[s] === 'fulfilment_centre' ? 0.7 * room : 0,
    ),
    measures: Array.from({ length: REGIONS }, (_, r) =>
      measureRow(0.62 + 0.02 * ((3 * r) % REGIONS), 231 - 6 * ((5 * r) % REGIONS), {
        region_id: `R${r + 1}`,
        orders_a_day: 3_400 + 170 * ((7 * r) % REGIONS),
      }),
    ),
    curve: curveOf(),
    lanes: {
      version: 3,
      createdAt: MADE_AT,
      note: {
        ...{ regionsVersion: 3, lanes: running.length, lanesBefore: planned.length },
        departuresAWeek: sum((row) => row.departuresAWeek),
        departuresBefore: planned.reduce((all, row) => all + row.departuresBefore, 0),
        costCents: sum((row) => row.costCents),
        ...{
          boundCents: 0,
          fill: 0.64,
          directFill: 0.69,
          meanHours: 17.4,
          latePairs: 0,
          weeks: 13,
        },
      },
      rows: planned,
      departures: weekOf(network, running),
    },
  }
  return made
}

function weekOf(network: Network, running: readonly { laneId: string; departuresAWeek: number }[]) {
  const rows = running.flatMap(({ laneId, departuresAWeek }) => {
    const lane = network.lanes.ids.indexOf(laneId)
    return Array.from({ length: departuresAWeek }, (_, i) => ({
      lane,
      minute: Math.floor((i * 10_080) / departuresAWeek + 1440 * chance(lane)) % 10_080,
    }))
  })
  return {
    lane: Int32Array.from(rows, ({ lane }) => lane),
    minuteOfWeek: Int32Array.from(rows, ({ minute }) => minute),
    cutoffMinutes: new Int32Array(rows.length).fill(90),
  }
}

/** The network of the made-up store: a real drawing, made-up plans, switches that stay. */
export function createFixtureNetwork({ empty = false, untold = false } = {}): NetworkView {
  const picture = (): NetworkPicture => {
    if (!empty) return { ...fixturePicture(), current, ...(untold ? { lanes: undefined } : {}) }
    throw new StorewrightError('ERR_STORE_EMPTY', 'no regions have been planned yet', {
      next: `Plan them: \`${COMMANDS.regions}\``,
    })
  }
  let current = 3
  const switches: RouteSwitch[] = []
  let revision = 0
  let clock = MADE_AT
  const standing = () => switches.findLast((one) => one.rolledBack === undefined)
  const routes = (): RoutesNow => {
    const serving = standing()?.orders[0]?.version
    return {
      routeSets: untold ? [] : [2, 1].map(routeSetNote),
      serving: serving === undefined ? [] : [{ version: serving, areas: 3220 }],
      ...{ areas: 3220, switches, revision },
    }
  }
  const info = (version?: number) => {
    const seen = picture()
    const asked = version ?? seen.current
    const shown = seen.versions.find((one) => one.version === asked)
    if (shown === undefined)
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there are no regions ${version}`)
    return networkInfo({ ...seen, shown }, routes(), COMMANDS)
  }
  const lanes = () => {
    const { lanes: planned } = picture()
    if (planned !== undefined) return planned
    throw new StorewrightError('ERR_STORE_EMPTY', 'no lanes have been planned yet', {
      next: `Plan them: \`${COMMANDS.lanes}\``,
    })
  }
  const change = (expected: number | undefined): void => {
    if (expected !== undefined && expected !== revision)
      throw new StorewrightError('ERR_ROUTES_CONFLICT', 'somebody switched in between')
    revision++
    clock += 60_000
  }
  return {
    info: async ({ version }) => info(version),
    map: async ({ side, version }) => {
      info(version)
      const seen = picture()
      const shown = seen.versions.find((one) => one.version === version) ?? seen.shown
      return networkMap({ ...seen, shown }, side)
    },
    places: async () => networkPlaces(picture()),
    async sites({ version }) {
      const seen = picture()
      const versions = untold ? [] : [fixtureSites(seen.network, MADE_AT)]
      return sitesPlan({ ...seen, versions }, version, {
        money: (cents) => `£${Math.round(cents / 100).toLocaleString('en-GB')}`,
        command: COMMANDS.sites,
      })
    },
    lanes: async (query) => lanePage(lanes().rows, query),
    lane: async (laneId) =>
      laneDetail(picture(), lanes(), laneId, (cents) => `£${Math.round(cents / 100)}`),
    trucks: async (query) => truckPage(picture(), lanes(), query),
    async route({ to, from, at, by }) {
      if (routes().routeSets.length === 0) {
        throw new StorewrightError('ERR_ROUTES_VERSION', 'no route set has been built yet', {
          next: `Build one: \`${COMMANDS.routes}\``,
        })
      }
      const { network, siteNames } = picture()
      const area = network.areas.ids.indexOf(to)
      if (area < 0) throw new StorewrightError('ERR_NOT_FOUND', `the route set has no area ${to}`)
      const site = from === undefined ? 0 : network.sites.ids.indexOf(from)
      if (site < 0) throw new StorewrightError('ERR_NOT_FOUND', `the route set has no site ${from}`)
      const ways = alternatives(network.sites.ids[site]!, siteNames[site]!)
      return {
        sentence: `From ${siteNames[site]} by way of Cook, IL to ${network.areas.names[area]}: the cheapest that arrives in time; 3 other ways are told below.`,
        ...{ version: 2, name: 'lanes 3', inForce: standing() !== undefined },
        to: `${network.areas.names[area]}, ${network.areas.states[area]}`,
        ...{ at: at ?? '2011-10-27T00:00:00Z', by: by ?? null },
        ...{ chosen: ways[0]!, alternatives: ways.slice(1) },
      }
    },
    whatIf: async (request) => fixtureWhatIf(picture(), request),
    async apply({ version }) {
      info(version)
      current = version
      return info()
    },
    async switch({ version, regions = [], at, by, reason, expected }) {
      picture()
      if (!routes().routeSets.some((one) => one.version === version))
        throw new StorewrightError('ERR_ROUTES_VERSION', `there is no route set ${version}`)
      change(expected)
      switches.push({
        number: switches.length + 1,
        orderedAt: clock,
        at: at === undefined ? clock : Date.parse(at),
        orders: [{ version, areas: null }],
        where: regions.length === 0 ? 'everywhere' : regions.join(', '),
        ...{ by, reason: reason ?? null },
      })
      return info()
    },
    async rollBack({ by, reason, expected }) {
      picture()
      const last = standing()
      if (last === undefined)
        throw new StorewrightError('ERR_ROUTES_VERSION', 'there is no switch to roll back')
      change(expected)
      switches[last.number - 1] = {
        ...last,
        rolledBack: { at: clock, by, reason: reason ?? null },
      }
      return info()
    },
  }
}

function routeSetNote(version: number) {
  return {
    version,
    createdAt: MADE_AT + version * 3_600_000,
    note: {
      name: version === 2 ? 'lanes 3' : 'timetable of today',
      ...{ lanesVersion: version === 2 ? 3 : null, regionsVersion: version === 2 ? 3 : null },
      ...{ baseMinute: Date.parse('2011-10-26T00:00:00Z') / 60_000, spanMinutes: 10_080 },
      ...{ sites: 24, areas: 3220, lanes: 640 * version, departures: 7_800, routes: 412_000 },
      ...{ unreached: [], clockChanges: 1, outage: null },
    },
  }
}

function alternatives(siteId: string, site: string): RouteAlternative[] {
  const way = (hours: number, cents: number, why: string, chosen = false): RouteAlternative => ({
    ...{ siteId, site, regionId: regionIdOf(2) as RouteAlternative['regionId'] },
    orderBy: `2011-10-27T${String(8 + hours / 4).padStart(2, '0')}:30:00Z`,
    arriveBy: `2011-10-${28 + Math.floor(hours / 12)}T19:00:00Z`,
    ...{ costCents: cents, routeCents: cents - 3, fillCents: 3, outOfRegionCents: 0 },
    legs: [
      { laneId: 'A', from: site, to: 'Cook, IL', leavesAt: '2011-10-27T21:00:00Z' },
      { laneId: 'B', from: 'Cook, IL', to: 'Lake, IL', leavesAt: '2011-10-28T03:15:00Z' },
    ],
    ...{ chosen, again: chosen ? 0 : 3, why },
  })
  return [
    way(0, 412.5, 'the cheapest that arrives in time', true),
    way(8, 431, 'costs 18.5 cents more'),
    way(16, 418, 'arrives too late'),
    way(4, 405, 'order-by passed'),
  ]
}
