import type { RegionMeasures } from '../../src/api/schemas/network.ts'
import type { WhatIfReply, WhatIfRequest } from '../../src/api/schemas/network-route.ts'
import { regionIdOf } from '../../src/api/view/network-map.ts'
import type { NetworkPicture } from '../../src/api/view/network-picture.ts'
import { StorewrightError } from '../../src/core/errors.ts'
import { greatCircleKm } from '../../src/core/great-circle.ts'
import type { Row } from '../../src/core/sql/database.ts'
import { locateNetwork } from '../../src/loop/index.ts'

/** Places by number that a request closes. */
function closedBy({ network }: NetworkPicture, request: WhatIfRequest) {
  const { closeSites = [], closeLanes = [], storms = [] } = request
  const numbers = (what: string, ids: readonly string[], all: readonly string[]) =>
    ids.map((id) => {
      const at = all.indexOf(id)
      if (at < 0) throw new StorewrightError('ERR_NOT_FOUND', `there is no ${what} ${id}`)
      return at
    })
  const within = ({ lat, lon }: { lat: Float64Array; lon: Float64Array }) =>
    [...lat.keys()].filter((i) =>
      storms.some((one) => greatCircleKm(one.lat, one.lon, lat[i]!, lon[i]!) <= one.km),
    )
  return {
    sites: [...numbers('site', closeSites, network.sites.ids), ...within(network.sites)],
    lanes: numbers('lane', closeLanes, network.lanes.ids),
    areas: within(network.areas),
  }
}

/** A made-up answer about the places that are really closed. */
export function fixtureWhatIf(picture: NetworkPicture, request: WhatIfRequest): WhatIfReply {
  const { network, siteNames, plan, measures, curve } = picture
  const { sites, lanes, areas } = closedBy(picture, request)
  const regions = [...new Set(sites.map((s) => plan.site[s]!))]
  const effect = (row: Row) => ({ before: asMeasures(row, 0), after: asMeasures(row, -0.05) })
  const laneIds = lanes.map((lane) => network.lanes.ids[lane]!)
  const named = [
    ...sites.map((s) => siteNames[s]!),
    ...(lanes.length > 0 ? [`${lanes.length} lanes`] : []),
  ]
  const map = locateNetwork(network)
  const hundred = [...network.areas.ids.keys()].slice(0, 40)
  const option = sites.map((s) => `--close-site ${network.sites.ids[s]}`).join(' ')
  return {
    sentence: `Without ${named.join(' and ')} 65.8 % of orders are filled wholly inside their region instead of 70.8 %. An order costs £0.10 more and 1,800 order lines more a day come from other regions.`,
    version: 3,
    closed: sites.map((s) => ({
      siteId: network.sites.ids[s]!,
      name: siteNames[s]!,
      regionId: regionIdOf(plan.site[s]!) as `R1`,
    })),
    closedLanes: laneIds.map((laneId) => ({ laneId, name: laneId })),
    closedAreas: areas.map((a) => network.areas.ids[a]!),
    ordersLost: areas.length,
    total: effect(curve[3]!),
    regions: regions.map((r) => ({ regionId: regionIdOf(r) as `R1`, ...effect(measures[r]!) })),
    ...{ stockToMoveM3: 26_400, lanesStopped: 41, stoppedLanes: laneIds, routeSet: null },
    parcels: {
      before: ways(0.61, 0, 45.6, 423),
      after: ways(0.56, 0.003, 49.2, 431),
      ...{ promiseDays: 2, changed: hundred.length },
    },
    areas: [...areas, ...hundred].map((a, i) => ({
      ...{ areaId: network.areas.ids[a]!, name: network.areas.names[a]! },
      change: i < areas.length ? 'closed' : i % 4 === 0 ? 'unreached' : 'later',
      hoursBefore: i < areas.length ? null : 40,
      hoursAfter: i < areas.length || i % 4 === 0 ? null : 60,
      x: Number.isNaN(map.areaX[a]!) ? null : map.areaX[a]!,
      y: Number.isNaN(map.areaY[a]!) ? null : map.areaY[a]!,
    })),
    command: `storewright network routes ${option} --store gift-store`,
  }
}

function ways(inTimeShare: number, unreachedShare: number, hours: number, cents: number) {
  return { inTimeShare, elsewhereShare: 0.07, unreachedShare, hours, cents }
}

function asMeasures(row: Row, change: number): RegionMeasures {
  const number = (name: string) => Number(row[name])
  return {
    ...{ ordersADay: number('orders_a_day'), areas: number('areas'), sites: number('sites') },
    ...{ capacityM3: number('capacity_m3'), breadth: Math.round(number('breadth') * (1 + change)) },
    ...{ wholeShare: number('whole_share') + change, lineShare: number('line_share') + change },
    ...{ miles: number('miles') * (1 - change), costCents: number('cost_cents') * (1 - change) },
    ...{ promisedShare: number('promised_share') + change, lanes: number('lanes') },
    ...{ outsideLines: number('outside_lines') * (1 - 5 * change), objectiveCents: 300 },
  }
}
