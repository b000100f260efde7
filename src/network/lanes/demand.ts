import { requireArgument, StorewrightError } from '../../core/errors.ts'
import type { Network } from '../network.ts'
import type { LaneDemand } from './types.ts'

/** What was sent to customers, one entry an order. */
export interface SentOrders {
  readonly area: Int32Array
  /** Week of each order, 0 … weeks − 1: whole weeks, each one scenario of demand. */
  readonly week: Int32Array
  readonly m3: Float64Array
  readonly weeks: number
}

export interface LaneDemandOptions {
  /** Region of each area. */
  readonly areaRegion: Int32Array
  /** Share of what a region orders that comes from each site, row-major region × site; rows add to 1. */
  readonly sourceShare: Float64Array
  /** Days between click and door that customers are promised, last mile included. */
  readonly promiseDays: number
  /** The same where a parcel comes from another region. */
  readonly farPromiseDays: number
  readonly siteRegion: Int32Array
  /** Minutes from click to being packed. */
  readonly packingMinutes: number
  /** What demand is to be over what it was: forecast over record. Default 1. */
  readonly growth?: number
}

const DAY_MINUTES = 1440

/**
 * The site that each area's parcels leave for their last mile, by the lanes to areas: of several the
 * cheapest by the parcel, then the fastest. Throws ERR_NETWORK naming areas with orders that no lane
 * reaches.
 */
export function stationsOf(
  { lanes, areas }: Network,
  ordered: ReadonlySet<number>,
): {
  readonly station: Int32Array
  readonly lastMinutes: Float64Array
} {
  const best = new Int32Array(areas.ids.length).fill(-1)
  lanes.toArea.forEach((area, lane) => {
    if (area < 0) return
    const known = best[area]!
    if (known < 0 || isBetter(lane, known)) best[area] = lane
  })
  function isBetter(a: number, b: number): boolean {
    const cents = lanes.costPerParcelCents[a]! - lanes.costPerParcelCents[b]!
    return cents < 0 || (cents === 0 && lanes.transitMinutes[a]! < lanes.transitMinutes[b]!)
  }
  const lost = [...ordered].filter((area) => best[area]! < 0)
  if (lost.length > 0) {
    const names = lost
      .slice(0, 5)
      .map((area) => areas.ids[area]!)
      .join(', ')
    throw new StorewrightError(
      'ERR_NETWORK',
      `no lane reaches ${names}${lost.length > 5 ? ` and ${lost.length - 5} more areas` : ''}, which have orders`,
      {
        file: 'lanes',
        column: 'to_area_id',
        next: 'Add a lane that ends in each of these areas.',
      },
    )
  }
  return {
    station: best.map((lane) => (lane < 0 ? -1 : lanes.fromSite[lane]!)),
    lastMinutes: Float64Array.from(best, (lane) => (lane < 0 ? 0 : lanes.transitMinutes[lane]!)),
  }
}

/**
 * Volumes of pairs of a site with stock and a station, one scenario a recorded week: what was ordered
 * in each area, split over the sites its region is supplied from. Recorded weeks keep what happens
 * together (a national sale, a storm in one region), which quantiles area by area would lose.
 */
export function laneDemandOf(
  network: Network,
  orders: SentOrders,
  options: LaneDemandOptions,
): LaneDemand {
  const { areaRegion, siteRegion, sourceShare, growth = 1 } = options
  const sites = network.sites.ids.length
  requireArgument(orders.weeks > 0, 'there is no whole week of orders to plan lanes from')
  const { station, lastMinutes } = stationsOf(network, new Set(orders.area))
  const pairs = new Map<number, { readonly m3: Float64Array; window: number }>()
  orders.area.forEach((area, o) => {
    const region = areaRegion[area]!
    const to = station[area]!
    for (let from = 0; from < sites; from++) {
      const share = sourceShare[region * sites + from]!
      if (share <= 0 || from === to) continue
      const key = from * sites + to
      const known = pairs.get(key) ?? { m3: new Float64Array(orders.weeks), window: Infinity }
      known.m3[orders.week[o]!]! += growth * share * orders.m3[o]!
      const days = siteRegion[from] === region ? options.promiseDays : options.farPromiseDays
      known.window = Math.min(
        known.window,
        days * DAY_MINUTES - options.packingMinutes - lastMinutes[area]!,
      )
      pairs.set(key, known)
    }
  })
  const keys = [...pairs.keys()].sort((a, b) => a - b)
  const m3 = new Float64Array(orders.weeks * keys.length)
  keys.forEach((key, pair) => {
    pairs.get(key)!.m3.forEach((volume, week) => {
      m3[week * keys.length + pair] = volume
    })
  })
  return {
    from: Int32Array.from(keys, (key) => Math.floor(key / sites)),
    to: Int32Array.from(keys, (key) => key % sites),
    m3,
    probability: new Float64Array(orders.weeks).fill(1 / orders.weeks),
    windowMinutes: Float64Array.from(keys, (key) => pairs.get(key)!.window),
  }
}
