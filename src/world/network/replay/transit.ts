import { type Network, transitMinutes } from '../../../network/index.ts'

const WEEK_MINUTES = 7 * 1440

/**
 * Minutes on the way of a lane left at `departs` (minutes after the replay's first midnight, UTC),
 * so many standard deviations above the mean, at least 0: by the hour on the clock of the site it
 * leaves where the network knows that, else the lane's own. `offsets[site]` is to be added to UTC.
 */
export type Transit = (lane: number, departs: number, deviations: number) => number

/** Times on the way of a replay that begins on `firstDay` (day number, UTC). */
export function createTransit(network: Network, firstDay: number, offsets: Int32Array): Transit {
  const { fromSite } = network.lanes
  const sinceMonday = weekdayOf(firstDay) * 1440
  return (lane, departs, deviations) => {
    const local = departs + sinceMonday + offsets[fromSite[lane]!]!
    const minuteOfWeek = ((local % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES
    return Math.max(0, transitMinutes(network, lane, minuteOfWeek, deviations))
  }
}

/** Mean minutes on the way of each lane over its departures; its own where none leaves. */
export function meanTransit(network: Network): Float64Array {
  const { lanes, departures } = network
  const sum = new Float64Array(lanes.ids.length)
  const count = new Int32Array(lanes.ids.length)
  departures.lane.forEach((lane, i) => {
    sum[lane]! += transitMinutes(network, lane, departures.minuteOfWeek[i]!, 0)
    count[lane]!++
  })
  return sum.map((minutes, lane) =>
    count[lane]! > 0 ? minutes / count[lane]! : lanes.transitMinutes[lane]!,
  )
}

/** Weekday of a day number, Monday = 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}
