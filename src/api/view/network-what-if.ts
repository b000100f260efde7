import { type ClosedSites, closeSites, type WhatIf } from '../../loop/index.ts'
import type { regions } from '../../network/index.ts'
import type { RegionMeasures } from '../schemas/network.ts'
import type { WhatIfReply } from '../schemas/network-route.ts'
import type { RoutesNow } from './network-info.ts'
import { regionIdOf } from './network-map.ts'
import type { NetworkPicture } from './network-picture.ts'
import { listed, plural } from './words.ts'

type Measures = regions.RegionMeasures

/** What the regions lose when sites close, in numbers and words. */
export function whatIfReply(
  picture: NetworkPicture,
  whatIf: WhatIf,
  closeIds: readonly string[],
  routes: RoutesNow,
  { folder, money }: { readonly folder: string; readonly money: (cents: number) => string },
): WhatIfReply {
  const ids = [...new Set(closeIds)]
  const result = closeSites(whatIf, ids)
  const { network, siteNames, placedM3, plan } = picture
  const sites = ids.map((id) => network.sites.ids.indexOf(id))
  const closed = sites.map((s) => ({
    siteId: network.sites.ids[s]!,
    name: siteNames[s]!,
    regionId: regionIdOf(plan.site[s]!),
  }))
  return {
    sentence: sentenceOf(
      closed.map(({ name }) => name),
      result,
      money,
    ),
    version: picture.shown.version,
    closed,
    total: effectOf(result.before.total, result.after.total, result.emptied.length > 0),
    regions: changed(result).map((region) => ({
      regionId: regionIdOf(region)!,
      ...effectOf(
        result.before.byRegion[region]!,
        result.after.byRegion[region]!,
        result.emptied.includes(region),
      ),
    })),
    stockToMoveM3: sites.reduce((sum, s) => sum + placedM3[s]!, 0),
    lanesStopped: lanesAt(picture, new Set(sites)),
    routeSet: setWithout(routes, ids),
    command: `storewright network routes ${ids.map((id) => `--close-site ${id}`).join(' ')} --store ${folder}`,
  }
}

/** A change of less than this share of what an order costs is not told of a region. */
const LEAST_CHANGE = 0.001

/** Regions whose measures change, those that lose most money first. */
function changed({ before, after, emptied }: ClosedSites): number[] {
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

function lanesAt({ network: { lanes }, lanes: planned }: NetworkPicture, sites: Set<number>) {
  const running = new Set(
    (planned?.rows ?? []).filter((row) => row.status === 'runs').map((row) => row.laneId),
  )
  return lanes.ids.filter(
    (id, lane) =>
      running.has(id) && (sites.has(lanes.fromSite[lane]!) || sites.has(lanes.toSite[lane]!)),
  ).length
}

/** The newest route set that was built without exactly these sites. */
function setWithout({ routeSets }: RoutesNow, ids: readonly string[]): WhatIfReply['routeSet'] {
  const wanted = [...ids].sort().join(' ')
  const found = routeSets.find(({ note: { outage } }) => {
    const others = (outage?.lanes ?? []).length + (outage?.areas ?? []).length
    return others === 0 && [...(outage?.sites ?? [])].sort().join(' ') === wanted
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
  names: readonly string[],
  { before, after, emptied }: ClosedSites,
  money: (cents: number) => string,
): string {
  const without = `Without ${listed(names)}`
  if (emptied.length > 0) {
    const orders = emptied.reduce((sum, r) => sum + before.byRegion[r]!.demand, 0)
    const where = listed(emptied.map((r) => regionIdOf(r)!))
    const have = emptied.length === 1 ? 'has' : 'have'
    return `${without} ${where} ${have} no stock: all ${plural(orders, 'order')} a day would come from other regions. Draw the regions anew before closing.`
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
  return `${without} ${share}. ${costWords(is.costCents - was.costCents, money)}${lines}.${openWords(is.lanes - was.lanes)}`
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
