import { MOST_LEGS } from '../../../core/routes/route-set.ts'
import type { Network } from '../../network.ts'
import type { Connections } from '../connections.ts'

/** A journey as its four criteria. */
export interface PlainRoute {
  readonly orderBy: number
  readonly arriveBy: number
  readonly mills: number
  readonly lanes: number
}

/**
 * The plain reference: every chain of runs from a site into an area, tried one by one, then those that
 * no other beats; none comes back to a site. Exponential; for tiny timetables.
 */
export function plainRoutes(
  network: Network,
  connections: Connections,
  site: number,
  area: number,
  spanMinutes: number,
  millsOfLane: (lane: number) => number,
): readonly PlainRoute[] {
  const all: PlainRoute[] = []
  const follow = (sites: number[], ready: number, orderBy: number, mills: number) => {
    const lanes = sites.length - 1
    if (lanes === MOST_LEGS) return
    for (let run = 0; run < connections.count; run++) {
      const lane = connections.lane[run]!
      const deadline = connections.deadline[run]!
      if (network.lanes.fromSite[lane] !== sites.at(-1) || deadline < ready) continue
      const order = lanes === 0 ? deadline : orderBy
      if (order > spanMinutes) continue
      const cost = mills + millsOfLane(lane)
      const arrive = connections.arrive[run]!
      if (network.lanes.toArea[lane] === area) {
        all.push({ orderBy: order, arriveBy: arrive, mills: cost, lanes: lanes + 1 })
      } else if (network.lanes.toSite[lane]! >= 0 && !sites.includes(network.lanes.toSite[lane]!)) {
        follow([...sites, network.lanes.toSite[lane]!], arrive, order, cost)
      }
    }
  }
  follow([site], 0, 0, 0)
  return unbeaten(all)
}

function unbeaten(routes: readonly PlainRoute[]): readonly PlainRoute[] {
  const unique = [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()]
  const beats = (a: PlainRoute, b: PlainRoute) =>
    a !== b &&
    a.orderBy >= b.orderBy &&
    a.arriveBy <= b.arriveBy &&
    a.mills <= b.mills &&
    a.lanes <= b.lanes
  return unique.filter((route) => !unique.some((other) => beats(other, route)))
}
