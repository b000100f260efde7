import type { Network } from './network.ts'

/**
 * Times on the way by the hour in which a lane is left, where that is known. Lane `l` has row
 * `rowOf[l]`, −1 where its own mean and spread hold at every hour; a row has the 168 hours of a week
 * from Monday 00:00 on, local to the site the lane starts at, NaN where the lane's own hold.
 */
export interface HourlyTransit {
  readonly rowOf: Int32Array
  readonly meanMinutes: Float64Array
  readonly sdMinutes: Float64Array
}

/** Hours of a week. */
export const WEEK_HOURS = 168

/** Minutes on the way of a lane left at a minute of the week (local): mean + `deviations` × standard deviation. */
export function transitMinutes(
  { lanes, hourlyTransit }: Pick<Network, 'lanes' | 'hourlyTransit'>,
  lane: number,
  minuteOfWeek: number,
  deviations: number,
): number {
  const row = hourlyTransit?.rowOf[lane] ?? -1
  const cell = WEEK_HOURS * row + Math.floor(minuteOfWeek / 60)
  const hourly = row < 0 ? Number.NaN : hourlyTransit!.meanMinutes[cell]!
  const isHourly = !Number.isNaN(hourly)
  const mean = isHourly ? hourly : lanes.transitMinutes[lane]!
  const hourlySd = isHourly ? hourlyTransit!.sdMinutes[cell]! : Number.NaN
  const sd = Number.isNaN(hourlySd) ? lanes.transitSdMinutes[lane]! : hourlySd
  return mean + deviations * sd
}

/**
 * Longest such time by lane over the departures of the network; of lanes without one by their own
 * mean and spread. What is planned for it is in time whichever of the departures is kept.
 */
export function longestTransit(network: Network, deviations: number): Float64Array {
  const { lanes, departures } = network
  const longest = new Float64Array(lanes.ids.length).fill(-1)
  departures.lane.forEach((lane, i) => {
    const minutes = transitMinutes(network, lane, departures.minuteOfWeek[i]!, deviations)
    longest[lane] = Math.max(longest[lane]!, minutes)
  })
  return longest.map((minutes, lane) =>
    minutes >= 0
      ? minutes
      : lanes.transitMinutes[lane]! + deviations * lanes.transitSdMinutes[lane]!,
  )
}
