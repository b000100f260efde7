import {
  type ClosedPlaces,
  locateNetwork,
  type ParcelEffect,
  type WhatIf,
  type WithoutPlaces,
} from '../../loop/index.ts'
import type { regions } from '../../network/index.ts'
import type { RegionMeasures } from '../schemas/network.ts'
import type { ChangedArea, WhatIfReply, WhatIfRequest } from '../schemas/network-route.ts'
import type { RoutesNow } from './network-info.ts'
import { regionIdOf } from './network-map.ts'
import type { NetworkPicture } from './network-picture.ts'
import { laneName, ordersLost, whatIfSentence } from './what-if-words.ts'

type Measures = regions.RegionMeasures

/** What was asked, and what came of it. */
export interface AskedWhatIf {
  readonly picture: NetworkPicture
  readonly whatIf: WhatIf
  readonly places: ClosedPlaces
  readonly regions: WithoutPlaces
  /** Undefined where no timetable says when anything leaves. */
  readonly parcels: ParcelEffect | undefined
}

/** Areas that are told of at most. */
const MOST_AREAS = 2000

/** What a request asks to be closed, each once. */
export function placesAsked({
  closeSites: sites = [],
  closeLanes: lanes = [],
  closeAreas: areas = [],
  storms = [],
}: WhatIfRequest): ClosedPlaces {
  return {
    sites: [...new Set(sites)],
    lanes: [...new Set(lanes)],
    areas: [...new Set(areas)],
    storms,
  }
}

/** What regions and parcels lose when sites, lanes and areas close, in numbers and words. */
export function whatIfReply(
  asked: AskedWhatIf,
  routes: RoutesNow,
  { folder, money }: { readonly folder: string; readonly money: (cents: number) => string },
): WhatIfReply {
  const { picture, whatIf, places, regions: result, parcels } = asked
  const { network, siteNames, placedM3, plan } = picture
  const { before, after, emptied } = result
  const stopped = lanesAt(asked)
  const promiseDays = whatIf.prices.promiseDays
  return {
    sentence: whatIfSentence(asked, money),
    version: picture.shown.version,
    closed: result.sites.map((s) => ({
      siteId: network.sites.ids[s]!,
      name: siteNames[s]!,
      regionId: regionIdOf(plan.site[s]!),
    })),
    closedLanes: (places.lanes ?? []).map((id) => ({ laneId: id, name: laneName(picture, id) })),
    closedAreas: result.areas.map((a) => network.areas.ids[a]!),
    ordersLost: ordersLost(result),
    total: effectOf(before.total, after.total, emptied.length > 0),
    regions: changed(result).map((region) => ({
      regionId: regionIdOf(region)!,
      ...effectOf(before.byRegion[region]!, after.byRegion[region]!, emptied.includes(region)),
    })),
    stockToMoveM3: result.sites.reduce((sum, s) => sum + placedM3[s]!, 0),
    lanesStopped: stopped.length,
    stoppedLanes: stopped,
    parcels:
      parcels === undefined
        ? null
        : {
            before: parcels.before,
            after: parcels.after,
            promiseDays,
            changed: parcels.areas.length,
          },
    areas: changedAreas(asked).slice(0, MOST_AREAS),
    routeSet: setWithout(routes, places),
    command: `storewright network routes ${closingOptions(places).join(' ')} --store ${folder}`,
  }
}

/** Areas closed, then those that parcels reach later or no more, each with its place on the map. */
function changedAreas({ picture, whatIf, regions, parcels }: AskedWhatIf): ChangedArea[] {
  const { areas } = picture.network
  const map = locateNetwork(picture.network)
  const row = (
    area: number,
    change: ChangedArea['change'],
    hours: { readonly before?: number | undefined; readonly after?: number | undefined } = {},
  ): ChangedArea => ({
    areaId: areas.ids[area]!,
    name: areas.names[area]!,
    change,
    hoursBefore: hours.before ?? null,
    hoursAfter: hours.after ?? null,
    x: tenth(map.areaX[area]!),
    y: tenth(map.areaY[area]!),
  })
  const demand = (area: number) => whatIf.problem.demand[area]!
  const reached = [...(parcels?.areas ?? [])].sort((a, b) => demand(b.area) - demand(a.area))
  return [
    ...regions.areas.map((area) => row(area, 'closed')),
    ...reached.map(({ area, hoursBefore, hoursAfter }) =>
      row(area, hoursAfter === undefined ? 'unreached' : 'later', {
        before: hoursBefore,
        after: hoursAfter,
      }),
    ),
  ]
}

const tenth = (value: number) => (Number.isNaN(value) ? null : Math.round(10 * value) / 10)

function closingOptions({
  sites = [],
  lanes = [],
  areas = [],
  storms = [],
}: ClosedPlaces): string[] {
  return [
    ...sites.map((id) => `--close-site ${id}`),
    ...lanes.map((id) => `--close-lane ${quoted(id)}`),
    ...areas.map((id) => `--close-area ${id}`),
    // One word even where the latitude is negative.
    ...storms.map(({ lat, lon, km }) => `--storm=${lat},${lon},${km}`),
  ]
}

/** Ids of lanes often hold spaces or arrows, which a shell reads as its own. */
const quoted = (id: string) => (/^[\w.:-]+$/.test(id) ? id : `'${id.replaceAll("'", "'\\''")}'`)

/** A change of less than this share of what an order costs is not told of a region. */
const LEAST_CHANGE = 0.001

/** Regions whose measures change, those that lose most money first. */
function changed({ before, after, emptied }: WithoutPlaces): number[] {
  const share = (region: number) =>
    after.byRegion[region]!.objectiveCents / before.byRegion[region]!.objectiveCents - 1
  const loss = (region: number) =>
    emptied.includes(region)
      ? Number.POSITIVE_INFINITY
      : before.byRegion[region]!.demand * before.byRegion[region]!.objectiveCents * share(region)
  return before.byRegion
    .map((_, region) => region)
    .filter((region) => emptied.includes(region) || Math.abs(share(region)) >= LEAST_CHANGE)
    .sort((a, b) => (loss(a) === loss(b) ? a - b : loss(b) - loss(a)))
}

function effectOf(before: Measures, after: Measures, emptied: boolean) {
  return { before: measuresOf(before), after: emptied ? null : measuresOf(after) }
}

function measuresOf(one: Measures): RegionMeasures {
  const { demand, milesInside, ...rest } = one
  return { ordersADay: demand, miles: milesInside, ...rest }
}

/** Ids of planned lanes that run and would stop. */
function lanesAt({ picture, places, regions: result }: AskedWhatIf): string[] {
  const { network, lanes: planned } = picture
  const { lanes } = network
  const [sites, areas] = [new Set(result.sites), new Set(result.areas)]
  const named = new Set(places.lanes)
  const running = new Set(
    (planned?.rows ?? []).filter((row) => row.status === 'runs').map((row) => row.laneId),
  )
  const isClosed = (id: string, lane: number) =>
    named.has(id) ||
    sites.has(lanes.fromSite[lane]!) ||
    sites.has(lanes.toSite[lane]!) ||
    areas.has(lanes.toArea[lane]!)
  return lanes.ids.filter((id, lane) => running.has(id) && isClosed(id, lane))
}

/** The newest route set that was built without exactly these places. */
function setWithout({ routeSets }: RoutesNow, places: ClosedPlaces): WhatIfReply['routeSet'] {
  const wanted = closingOptions(places).sort().join(' ')
  const found = routeSets.find(({ note: { outage } }) => {
    if (outage === null || outage.storm !== undefined) return false
    return closingOptions(outage).sort().join(' ') === wanted
  })
  return found === undefined
    ? null
    : {
        version: found.version,
        name: found.note.name,
        unreached: found.note.unreached.length,
      }
}
