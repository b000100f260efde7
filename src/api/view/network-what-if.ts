import {
  type ClosedPlaces,
  closePlaces,
  type WhatIf,
  type WithoutPlaces,
} from '../../loop/index.ts'
import type { regions } from '../../network/index.ts'
import type { RegionMeasures } from '../schemas/network.ts'
import type { WhatIfReply, WhatIfRequest } from '../schemas/network-route.ts'
import type { RoutesNow } from './network-info.ts'
import { regionIdOf } from './network-map.ts'
import type { NetworkPicture } from './network-picture.ts'
import { listed, plural } from './words.ts'

type Measures = regions.RegionMeasures

/** What the regions lose when sites and areas close, in numbers and words. */
export function whatIfReply(
  picture: NetworkPicture,
  whatIf: WhatIf,
  { closeSites: sites = [], closeAreas: areas = [], storms = [] }: WhatIfRequest,
  routes: RoutesNow,
  { folder, money }: { readonly folder: string; readonly money: (cents: number) => string },
): WhatIfReply {
  const places = { sites: [...new Set(sites)], areas: [...new Set(areas)], storms }
  const result = closePlaces(whatIf, places)
  const { network, siteNames, placedM3, plan } = picture
  const { before, after, emptied } = result
  const named = places.sites.map((id) => network.sites.ids.indexOf(id))
  return {
    sentence: sentenceOf(withoutWords(picture, named, places, result), result, money),
    version: picture.shown.version,
    closed: result.sites.map((s) => ({
      siteId: network.sites.ids[s]!,
      name: siteNames[s]!,
      regionId: regionIdOf(plan.site[s]!),
    })),
    closedAreas: result.areas.map((a) => network.areas.ids[a]!),
    ordersLost: ordersLost(result),
    total: effectOf(before.total, after.total, emptied.length > 0),
    regions: changed(result).map((region) => ({
      regionId: regionIdOf(region)!,
      ...effectOf(before.byRegion[region]!, after.byRegion[region]!, emptied.includes(region)),
    })),
    stockToMoveM3: result.sites.reduce((sum, s) => sum + placedM3[s]!, 0),
    lanesStopped: lanesAt(picture, result),
    routeSet: setWithout(routes, places),
    command: `storewright network routes ${closingOptions(places).join(' ')} --store ${folder}`,
  }
}

function ordersLost({ before, after }: WithoutPlaces): number {
  return Math.max(0, before.total.demand - after.total.demand)
}

/** What is closed, as people call it: sites by name, areas by name while they are few. */
function withoutWords(
  { network, siteNames }: NetworkPicture,
  sites: readonly number[],
  { areas = [], storms = [] }: ClosedPlaces,
  result: WithoutPlaces,
): string {
  const areaName = (id: string) => network.areas.names[network.areas.ids.indexOf(id)] ?? id
  const storm =
    storms.length === 0
      ? []
      : [
          `what lies in the storm (${plural(result.sites.length - sites.length, 'site')}, ${plural(result.areas.length - areas.length, 'area')})`,
        ]
  return listed([...sites.map((s) => siteNames[s]!), ...areas.map(areaName), ...storm])
}

function closingOptions({ sites = [], areas = [], storms = [] }: ClosedPlaces): string[] {
  return [
    ...sites.map((id) => `--close-site ${id}`),
    ...areas.map((id) => `--close-area ${id}`),
    // One word even where the latitude is negative.
    ...storms.map(({ lat, lon, km }) => `--storm=${lat},${lon},${km}`),
  ]
}

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

function lanesAt(
  { network: { lanes }, lanes: planned }: NetworkPicture,
  result: WithoutPlaces,
): number {
  const [sites, areas] = [new Set(result.sites), new Set(result.areas)]
  const running = new Set(
    (planned?.rows ?? []).filter((row) => row.status === 'runs').map((row) => row.laneId),
  )
  const isClosed = (lane: number) =>
    sites.has(lanes.fromSite[lane]!) ||
    sites.has(lanes.toSite[lane]!) ||
    areas.has(lanes.toArea[lane]!)
  return lanes.ids.filter((id, lane) => running.has(id) && isClosed(lane)).length
}

/** The newest route set that was built without exactly these places. */
function setWithout({ routeSets }: RoutesNow, places: ClosedPlaces): WhatIfReply['routeSet'] {
  const wanted = closingOptions(places).sort().join(' ')
  const found = routeSets.find(({ note: { outage } }) => {
    if (outage === null || (outage.lanes ?? []).length > 0 || outage.storm !== undefined)
      return false
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

function sentenceOf(
  names: string,
  result: WithoutPlaces,
  money: (cents: number) => string,
): string {
  const { before, after, emptied } = result
  const without = `Without ${names}`
  if (emptied.length > 0) {
    const orders = emptied.reduce((sum, r) => sum + after.byRegion[r]!.demand, 0)
    const where = listed(emptied.map((r) => regionIdOf(r)!))
    const have = emptied.length === 1 ? 'has' : 'have'
    return `${without} ${where} ${have} no stock: all ${plural(orders, 'order')} a day would come from other regions. Draw the regions anew before closing.${lostWords(result)}`
  }
  const [was, is] = [before.total, after.total]
  const [wasShare, isShare] = [was, is].map(({ wholeShare }) => tenths(wholeShare))
  const share =
    wasShare === isShare
      ? `as many orders are filled wholly inside their region as now, ${wasShare}`
      : `${isShare} of orders are filled wholly inside their region instead of ${wasShare}`
  const more = Math.round(is.outsideLines - was.outsideLines)
  const lines =
    more >= 1
      ? ` and ${plural(more, 'order line')} more a day ${more === 1 ? 'comes' : 'come'} from other regions`
      : ''
  return `${without} ${share}. ${costWords(is.costCents - was.costCents, money)}${lines}.${openWords(is.lanes - was.lanes)}${lostWords(result)}`
}

function lostWords(result: WithoutPlaces): string {
  if (result.areas.length === 0) return ''
  const lost = plural(Math.round(ordersLost(result)), 'order')
  return ` ${plural(result.areas.length, 'area')} with ${lost} a day cannot be reached; they are not counted.`
}

function costWords(cents: number, money: (cents: number) => string): string {
  const whole = Math.round(Math.abs(cents))
  if (whole === 0) return 'An order costs as much as now'
  return `An order costs ${money(whole)} ${cents > 0 ? 'more' : 'less'}`
}

/** Why closing may be cheap: what need not be kept open. */
function openWords(lanes: number): string {
  if (lanes >= 0) return ''
  return ` ${plural(-lanes, 'way')} from sites to areas need not be kept open.`
}

const tenths = (share: number) => `${(100 * share).toFixed(1)} %`
