import type { Network } from '../../../network/index.ts'
import { weekdayOf } from './transit.ts'

const WEEK = 7 * 1440

/** Departures of every lane in minutes after the replay's first midnight (UTC), ready to look up. */
export interface ReplayTimetable {
  /** Departures of lane l are `starts[l]` … `starts[l + 1] − 1`, by the time they close. */
  readonly starts: Int32Array
  /** When each closes, minutes of the replay's week, 0 … 10,079; and for how long before it leaves. */
  readonly closes: Int32Array
  readonly cutoff: Int32Array
  /** Weeks told apart; a departure in week w of entry e is instance e · weeks + w. */
  readonly weeks: number
}

/** Minutes to add to UTC for a time zone's clock at an instant (epoch ms). */
export function clockOffsetMinutes(timeZone: string, epochMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(epochMs)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'))
  return Math.round((local - epochMs) / 60_000)
}

/** By site: minutes to add to UTC at noon of a day (day number). Clocks do not change within a replay. */
export function siteOffsets({ sites }: Network, day: number): Int32Array {
  const known = new Map<string, number>()
  return Int32Array.from(sites.timeZones, (zone) => {
    const offset = known.get(zone) ?? clockOffsetMinutes(zone, (day + 0.5) * 86_400_000)
    known.set(zone, offset)
    return offset
  })
}

/** Lays the departures of a network out from the first day (day number) on, for `days` and four weeks more. */
export function layOutTimetable(network: Network, firstDay: number, days: number): ReplayTimetable {
  const { departures, lanes } = network
  const offsets = siteOffsets(network, firstDay)
  const weekday = weekdayOf(firstDay)
  const count = departures.lane.length
  const closesOf = Int32Array.from(departures.lane, (lane, i) => {
    const local = departures.minuteOfWeek[i]! - departures.cutoffMinutes[i]! - weekday * 1440
    return (((local - offsets[lanes.fromSite[lane]!]!) % WEEK) + WEEK) % WEEK
  })
  const order = Int32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => departures.lane[a]! - departures.lane[b]! || closesOf[a]! - closesOf[b]! || a - b,
  )
  const starts = new Int32Array(lanes.ids.length + 1)
  for (const lane of departures.lane) starts[lane + 1]! += 1
  for (let lane = 0; lane < lanes.ids.length; lane++) starts[lane + 1]! += starts[lane]!
  return {
    starts,
    closes: Int32Array.from(order, (i) => closesOf[i]!),
    cutoff: Int32Array.from(order, (i) => departures.cutoffMinutes[i]!),
    weeks: Math.ceil(days / 7) + 4,
  }
}

/**
 * Instance of the first departure of a lane that closes at `minute` or later. The lane must have a
 * departure. Its time is `departureMinute` of the instance.
 */
export function nextDeparture(timetable: ReplayTimetable, lane: number, minute: number): number {
  const { starts, closes, weeks } = timetable
  let week = Math.floor(minute / WEEK)
  const inWeek = minute - week * WEEK
  const end = starts[lane + 1]!
  let entry = starts[lane]!
  while (entry < end && closes[entry]! < inWeek) entry++
  if (entry === end) {
    entry = starts[lane]!
    week++
  }
  return entry * weeks + week
}

/** Minutes after the replay's first midnight at which a departure instance leaves. */
export function departureMinute(
  { closes, cutoff, weeks }: ReplayTimetable,
  instance: number,
): number {
  const entry = Math.floor(instance / weeks)
  return (instance - entry * weeks) * WEEK + closes[entry]! + cutoff[entry]!
}
