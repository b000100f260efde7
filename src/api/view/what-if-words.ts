import type { ParcelEffect, WithoutPlaces } from '../../loop/index.ts'
import type { regions } from '../../network/index.ts'
import { regionIdOf } from './network-map.ts'
import type { NetworkPicture } from './network-picture.ts'
import type { AskedWhatIf } from './network-what-if.ts'
import { listed, plural } from './words.ts'

type Measures = regions.RegionMeasures

/** What is lost without what is closed: whole orders and money, then how parcels travel. */
export function whatIfSentence(asked: AskedWhatIf, money: (cents: number) => string): string {
  const { regions: result, parcels, whatIf } = asked
  const { before, after, emptied } = result
  const without = `Without ${withoutWords(asked)}`
  if (emptied.length > 0) {
    const orders = emptied.reduce((sum, r) => sum + after.byRegion[r]!.demand, 0)
    const where = listed(emptied.map((r) => regionIdOf(r)!))
    const have = emptied.length === 1 ? 'has' : 'have'
    return `${without} ${where} ${have} no stock: all ${plural(orders, 'order')} a day would come from other regions. Draw the regions anew before closing.${lostWords(result)}`
  }
  const told = parcelWords(parcels, whatIf.prices.promiseDays)
  const isStockClosed =
    result.areas.length > 0 || after.total.capacityM3 !== before.total.capacityM3
  if (!isStockClosed && told !== '')
    return `${without} ${told} All stock stays where it is.${lostWords(result)}`
  return `${without} ${regionWords(before.total, after.total, money)}${lostWords(result)}${told === '' ? '' : ` ${capitalized(told)}`}`
}

function regionWords(was: Measures, is: Measures, money: (cents: number) => string): string {
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
  return `${share}. ${costWords(is.costCents - was.costCents, money)}${lines}.${openWords(is.lanes - was.lanes)}`
}

/** What parcels meet on their way; empty where that is not known. */
function parcelWords(parcels: ParcelEffect | undefined, promiseDays: number): string {
  if (parcels === undefined) return ''
  const { before, after, areas } = parcels
  const [was, is] = [before, after].map(({ inTimeShare }) => tenths(inTimeShare))
  const days = plural(promiseDays, 'day')
  const lost = areas.filter(({ hoursAfter }) => hoursAfter === undefined).length
  const later = areas.length - lost
  const share =
    was === is
      ? `as many parcels arrive within ${days} as now, ${was}`
      : `${is} of parcels arrive within ${days} instead of ${was}`
  const where = [
    ...(later > 0 ? [`${plural(later, 'area')} at least six hours later`] : []),
    ...(lost > 0 ? [`${plural(lost, 'area')} not at all`] : []),
  ]
  return `${share}${where.length === 0 ? '' : `; they reach ${listed(where)}`}.`
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

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

/** What is closed, as people call it: sites, lanes and areas by name, a storm by what lies in it. */
function withoutWords({ picture, places, regions: result }: AskedWhatIf): string {
  const { network, siteNames } = picture
  const { sites = [], lanes = [], areas = [], storms = [] } = places
  const siteName = (id: string) => siteNames[network.sites.ids.indexOf(id)] ?? id
  const areaName = (id: string) => network.areas.names[network.areas.ids.indexOf(id)] ?? id
  const storm =
    storms.length === 0
      ? []
      : [
          `what lies in the storm (${plural(result.sites.length - sites.length, 'site')}, ${plural(result.areas.length - areas.length, 'area')})`,
        ]
  const laneWords =
    lanes.length > 2
      ? [plural(lanes.length, 'lane')]
      : lanes.map((id) => `the lane ${laneName(picture, id)}`)
  return listed([...sites.map(siteName), ...laneWords, ...areas.map(areaName), ...storm])
}

/** A lane by the names of its ends. */
export function laneName(
  { network: { lanes, areas }, siteNames }: NetworkPicture,
  id: string,
): string {
  const lane = lanes.ids.indexOf(id)
  const to = lanes.toSite[lane]!
  const end = to >= 0 ? siteNames[to]! : (areas.names[lanes.toArea[lane]!] ?? '')
  return `${siteNames[lanes.fromSite[lane]!]} → ${end}`
}

/** Orders a day from areas that are closed. */
export function ordersLost({ before, after }: WithoutPlaces): number {
  return Math.max(0, before.total.demand - after.total.demand)
}
