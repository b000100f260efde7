import { departureMinute, type ReplayTimetable } from '../network/replay/timetable.ts'

/** Past departures that one to come is judged by. */
const MOST_PAST = 14

/**
 * Loads of past departures of a lane at the hour of the departure `instance`, the latest first: those
 * a day before, two days before … that left by `now`, at most fourteen. `m3` is by instance.
 */
export function pastLoads(
  timetable: ReplayTimetable,
  m3: Float64Array,
  lane: number,
  instance: number,
  now: number,
): number[] {
  const { starts, weeks } = timetable
  const first = starts[lane]!
  const count = starts[lane + 1]! - first
  const stride = count % 7 === 0 ? count / 7 : 1
  const loads: number[] = []
  let at = (instance % weeks) * count + Math.floor(instance / weeks) - first - stride
  // The first day is half empty: its loads say nothing.
  for (; at >= stride && loads.length < MOST_PAST; at -= stride) {
    const past = (first + (at % count)) * weeks + Math.floor(at / count)
    if (departureMinute(timetable, past) <= now) loads.push(m3[past]!)
  }
  return loads
}
