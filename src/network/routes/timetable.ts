import { StorewrightError } from '../../core/errors.ts'
import type { Network } from '../network.ts'
import { type HourlyTransit, WEEK_HOURS } from '../transit.ts'

/** A day on which a carrier does not do what it does on other days. */
export interface CarrierClosure {
  readonly carrier: string
  /** Days since 1970-01-01, local. */
  readonly day: number
  readonly picksUp: boolean
  readonly delivers: boolean
}

/** A day on which a site is closed: nothing is loaded. */
export interface SiteClosure {
  readonly site: number
  /** Days since 1970-01-01, local. */
  readonly day: number
}

/** All that route sets are built from. */
export interface Timetable {
  readonly network: Network
  /** Minutes that an order or parcel needs at each site before it is ready to be loaded. */
  readonly handlingMinutes: ArrayLike<number>
  readonly closures: readonly CarrierClosure[]
  readonly siteClosures?: readonly SiteClosure[]
}

/**
 * Throws ERR_TIMETABLE on the first value that no timetable can have: a negative or missing time or
 * cost, a place that does not exist, a lane that ends nowhere or that is priced by the truck without
 * a capacity to split the price by.
 */
export function checkTimetable({ network, handlingMinutes }: Timetable): void {
  const { sites, lanes, departures, areas } = network
  if (handlingMinutes.length !== sites.ids.length) {
    throw fault(
      `Handling times are stated for ${handlingMinutes.length} of ${sites.ids.length} sites.`,
    )
  }
  sites.ids.forEach((id, site) => {
    const minutes = handlingMinutes[site]!
    if (!(minutes >= 0 && minutes < 10_080))
      throw fault(`Site ${id} takes ${minutes} minutes to handle a parcel.`)
  })
  lanes.ids.forEach((id, lane) => {
    const [from, toSite, toArea] = [lanes.fromSite[lane]!, lanes.toSite[lane]!, lanes.toArea[lane]!]
    if (!inRange(from, sites.ids.length))
      throw fault(`Lane ${id} starts at site ${from}, which does not exist.`)
    if (inRange(toSite, sites.ids.length) === inRange(toArea, areas.ids.length)) {
      throw fault(
        `Lane ${id} must end at one site or in one area; it has site ${toSite}, area ${toArea}.`,
      )
    }
    if (toSite === from) throw fault(`Lane ${id} ends at the site it starts from.`)
    checkNumbers(network, lane)
  })
  for (let i = 0; i < departures.lane.length; i++) checkDeparture(network, i)
  if (network.hourlyTransit !== undefined) checkHourly(network, network.hourlyTransit)
}

function checkNumbers({ lanes }: Network, lane: number): void {
  const values = {
    'a transit time': lanes.transitMinutes[lane]!,
    'a spread of transit': lanes.transitSdMinutes[lane]!,
    'a cost per parcel': lanes.costPerParcelCents[lane]!,
    'a cost per kg': lanes.costPerKgCents[lane]!,
  }
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 0 && value < Infinity))
      throw fault(`Lane ${lanes.ids[lane]} has ${name} of ${value}.`)
  }
  const [truck, capacity] = [lanes.costPerTruckCents[lane]!, lanes.capacityM3[lane]!]
  if (truck < 0) throw fault(`Lane ${lanes.ids[lane]} has a cost per truck of ${truck}.`)
  if (!(capacity >= 0)) throw fault(`Lane ${lanes.ids[lane]} has a capacity of ${capacity} m³.`)
  if (truck > 0 && !(capacity > 0 && capacity < Infinity)) {
    throw fault(
      `Lane ${lanes.ids[lane]} costs ${truck} cents a truck and states no capacity to split that by.`,
    )
  }
}

function checkDeparture({ lanes, departures }: Network, i: number): void {
  const lane = departures.lane[i]!
  if (!inRange(lane, lanes.ids.length))
    throw fault(`Departure ${i} is of lane ${lane}, which does not exist.`)
  const [minute, cutoff] = [departures.minuteOfWeek[i]!, departures.cutoffMinutes[i]!]
  if (!inRange(minute, 10_080)) {
    throw fault(`Lane ${lanes.ids[lane]} leaves at minute ${minute}; a week has 0 … 10,079.`)
  }
  if (!(cutoff >= 0))
    throw fault(`Lane ${lanes.ids[lane]} has a cut-off ${cutoff} minutes before departure.`)
}

function checkHourly({ lanes }: Network, { rowOf, meanMinutes, sdMinutes }: HourlyTransit): void {
  if (rowOf.length !== lanes.ids.length) {
    throw fault(
      `Hourly transit names rows of ${rowOf.length} lanes; there are ${lanes.ids.length}.`,
    )
  }
  lanes.ids.forEach((id, lane) => {
    const first = rowOf[lane]! * WEEK_HOURS
    if (first < 0) return
    if (!(first + WEEK_HOURS <= Math.min(meanMinutes.length, sdMinutes.length))) {
      throw fault(`Hourly transit has no row ${rowOf[lane]}, which lane ${id} names.`)
    }
    for (let hour = 0; hour < WEEK_HOURS; hour++) {
      if (!(meanMinutes[first + hour]! < 0 || sdMinutes[first + hour]! < 0)) continue
      throw fault(
        `Lane ${id} has a negative transit time on weekday ${Math.floor(hour / 24)} at hour ${hour % 24}.`,
      )
    }
  })
}

function inRange(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length
}

function fault(message: string): StorewrightError {
  return new StorewrightError('ERR_TIMETABLE', message, {
    next: 'Correct the tables of lanes, departures or sites and build the routes again.',
  })
}
