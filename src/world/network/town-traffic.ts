import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { Network } from '../../network/index.ts'
import { table } from '../demo/columns.ts'

/** Lanes from sort centres to stations no longer than this run through the traffic of towns. */
const TOWN_KM = 120
/** Weekday of rows that hold on every day. */
const EVERY_DAY = 7
const WEEKEND = [5, 6]
const MINUTES_A_DAY = 1440

/** Time on the way over that of the lane, by hour of a working day: at the peaks a quarter more. */
function factorAt(hour: number): number {
  if ((hour >= 7 && hour <= 9) || (hour >= 15 && hour <= 18)) return 1.25
  return hour >= 21 || hour <= 5 ? 0.95 : 1
}

/**
 * The feed table lane_transit of the demo network: lanes from sort centres to stations of one town
 * take longer, and vary more, at the peaks of working days and less at night.
 */
export function laneTransitTable({ lanes, sites }: Network): Table {
  const rows: { lane: number; weekday: number; hour: number; factor: number }[] = []
  lanes.ids.forEach((_, lane) => {
    const [from, to] = [lanes.fromSite[lane]!, lanes.toSite[lane]!]
    const isTown = lanes.distanceKm[lane]! <= TOWN_KM && sites.kinds[to] === 'delivery_station'
    if (!isTown || sites.kinds[from] !== 'sort_centre') return
    for (let hour = 0; hour < 24; hour++) {
      const factor = factorAt(hour)
      if (factor === 1) continue
      rows.push({ lane, weekday: EVERY_DAY, hour, factor })
      if (factor > 1) for (const weekday of WEEKEND) rows.push({ lane, weekday, hour, factor: 1 })
    }
  })
  const days = (minutes: number) => Math.round((minutes / MINUTES_A_DAY) * 1e5) / 1e5
  return table({
    lane_id: textColumn(rows.map(({ lane }) => lanes.ids[lane])),
    weekday: numberColumn(rows.map(({ weekday }) => weekday)),
    hour: numberColumn(rows.map(({ hour }) => hour)),
    transit_days: numberColumn(
      rows.map(({ lane, factor }) => days(lanes.transitMinutes[lane]! * factor)),
    ),
    transit_sd_days: numberColumn(
      rows.map(({ lane, factor }) => days(lanes.transitSdMinutes[lane]! * factor * factor)),
    ),
  })
}
