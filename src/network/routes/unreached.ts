import type { Connections } from './connections.ts'
import type { RouteSettings } from './knobs.ts'
import type { Timetable } from './timetable.ts'

/** An area without a route from any origin, and what is missing. */
export interface UnreachedArea {
  readonly area: number
  readonly areaId: string
  readonly why: string
}

/** Says of each area without routes what the timetable lacks, from the area back to the origins. */
export function findUnreached(
  timetable: Timetable,
  settings: RouteSettings,
  connections: Connections,
  origins: Int32Array,
  areas: readonly number[],
): readonly UnreachedArea[] {
  if (areas.length === 0) return []
  const { lanes, sites, areas: all } = timetable.network
  const hasRuns = new Uint8Array(lanes.ids.length)
  for (const lane of connections.lane) hasRuns[lane] = 1
  const steps = stepsFromOrigins(timetable, hasRuns, origins)
  return areas.map((area) => {
    const into = lanes.ids.flatMap((_, lane) => (lanes.toArea[lane] === area ? [lane] : []))
    const running = into.filter((lane) => hasRuns[lane] === 1)
    const gateways = [...new Set(running.map((lane) => lanes.fromSite[lane]!))]
    const name = (site: number) => sites.ids[site]!
    const why = () => {
      if (into.length === 0) return 'no lane ends in it'
      if (running.length === 0) {
        const names = into.slice(0, 3).map((lane) => lanes.ids[lane])
        return `its lanes (${names.join(', ')}) have no departure that can be used in the days of the set`
      }
      const nearest = Math.min(...gateways.map((site) => steps[site]!))
      const from = gateways.slice(0, 3).map(name).join(', ')
      if (nearest === Infinity) return `no lane that runs leads from a site with stock to ${from}`
      if (nearest > 3)
        return `${from} is ${nearest} lanes from any site with stock, and a route has at most 4 with the last`
      return `no chain of departures over ${from} arrives within ${settings.horizonMinutes / 1440} days`
    }
    return { area, areaId: all.ids[area]!, why: why() }
  })
}

/** Lanes from the nearest origin to each site, Infinity where there is no way. */
function stepsFromOrigins(
  { network: { lanes, sites } }: Timetable,
  hasRuns: Uint8Array,
  origins: Int32Array,
): Float64Array {
  const steps = new Float64Array(sites.ids.length).fill(Infinity)
  for (const site of origins) steps[site] = 0
  for (let changed = true; changed; ) {
    changed = false
    for (let lane = 0; lane < hasRuns.length; lane++) {
      const to = lanes.toSite[lane]!
      if (hasRuns[lane] === 0 || to < 0) continue
      const next = steps[lanes.fromSite[lane]!]! + 1
      if (next < steps[to]!) {
        steps[to] = next
        changed = true
      }
    }
  }
  return steps
}
