import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { UNLIMITED_UNITS } from '../../core/routes/door.ts'

// One book of what buildings can still handle, as there is one of what trucks can still carry. An
// order is picked in some hour between the click and its route's order-by; each hour of each site has
// room for so many units (or orders). Hours in which a site is closed have none.
//
//   left   hour × sites + site: units left. Hours are outermost: clicks of a moment look at one row.

/** Minutes of a slot. */
const HOUR = 60

/** What sites can still handle, shared by all threads; sites are numbered as in the stock book. */
export interface HandlingRoom {
  /** Epoch minute at which hour 0 begins. */
  readonly startMinute: number
  readonly hours: number
  readonly sites: number
  /** What the room is counted in: units picked, or orders whatever their size. */
  readonly countedIn: 'units' | 'orders'
  readonly left: Int32Array
}

/** Capacity of a site in an hour (epoch hour = epoch minute / 60); Infinity where it states none. */
export type HandlingCapacity = (site: number, epochHour: number) => number

/** A book of `hours` hours from the hour of `startMinute` on, with all its room. Throws ERR_ARGUMENT. */
export function createHandlingBook(
  options: {
    readonly startMinute: number
    readonly hours: number
    readonly sites: number
    readonly countedIn: 'units' | 'orders'
  },
  capacity: HandlingCapacity,
): HandlingRoom {
  const { hours, sites, countedIn } = options
  requireArgument(hours >= 1 && sites >= 1, `a book of ${hours} hours and ${sites} sites`)
  const first = Math.floor(options.startMinute / HOUR)
  const left = new Int32Array(new SharedArrayBuffer(4 * hours * sites))
  for (let hour = 0; hour < hours; hour++) {
    for (let site = 0; site < sites; site++) {
      left[hour * sites + site] = roomOf(capacity(site, first + hour), site)
    }
  }
  return { startMinute: first * HOUR, hours, sites, countedIn, left }
}

function roomOf(capacity: number, site: number): number {
  requireArgument(capacity >= 0, `site ${site} can handle ${capacity} an hour`)
  return capacity >= UNLIMITED_UNITS ? UNLIMITED_UNITS : Math.floor(capacity)
}

/** What an order of so many units takes of the room. */
export function handlingNeed(room: HandlingRoom, units: number): number {
  return room.countedIn === 'units' ? units : 1
}

/**
 * The first epoch minute from `minute` on by which a site has room for `need`: `minute` itself where
 * its own hour has, else the beginning of the hour in which the room of all hours from then on comes
 * to `need`; Infinity where the book has too little.
 */
export function handledFrom(
  room: HandlingRoom,
  site: number,
  minute: number,
  need: number,
): number {
  const first = Math.max(0, Math.floor((minute - room.startMinute) / HOUR))
  let missing = need
  for (let hour = first; hour < room.hours; hour++) {
    missing -= Math.max(0, Atomics.load(room.left, hour * room.sites + site))
    if (missing > 0) continue
    return hour === first ? Math.max(minute, room.startMinute) : room.startMinute + HOUR * hour
  }
  return Infinity
}

/** What an order took, hour by hour, to give it back. */
export interface HandlingTaken {
  readonly site: number
  readonly hours: readonly number[]
  readonly units: readonly number[]
}

/**
 * Takes `need` at a site in the hours from `minute` to `orderBy` (epoch minutes), earliest first, or
 * nothing: undefined where they have too little room. Never takes more than there is, however many
 * threads take at once.
 */
export function takeHandling(
  room: HandlingRoom,
  site: number,
  minute: number,
  orderBy: number,
  need: number,
): HandlingTaken | undefined {
  const hourOf = (at: number) => Math.floor((at - room.startMinute) / HOUR)
  const last = Math.min(room.hours - 1, hourOf(orderBy))
  const hours: number[] = []
  const units: number[] = []
  let missing = need
  for (let hour = Math.max(0, hourOf(minute)); hour <= last && missing > 0; hour++) {
    const at = hour * room.sites + site
    // Nothing is kept of hours without a limit: there is nothing to give back, whatever they become.
    if (Atomics.load(room.left, at) === UNLIMITED_UNITS) return { site, hours, units }
    const taken = takeUpTo(room.left, at, missing)
    if (taken === 0) continue
    hours.push(hour)
    units.push(taken)
    missing -= taken
  }
  if (missing === 0) return { site, hours, units }
  giveHandling(room, { site, hours, units })
  return undefined
}

function takeUpTo(left: Int32Array, at: number, most: number): number {
  for (;;) {
    const seen = Atomics.load(left, at)
    const take = Math.min(seen, most)
    if (take <= 0) return 0
    if (Atomics.compareExchange(left, at, seen, seen - take) === seen) return take
  }
}

/** Gives back what an order took. */
export function giveHandling(room: HandlingRoom, taken: HandlingTaken): void {
  taken.hours.forEach((hour, i) => {
    const at = hour * room.sites + taken.site
    if (Atomics.load(room.left, at) !== UNLIMITED_UNITS) {
      Atomics.add(room.left, at, taken.units[i]!)
    }
  })
}

/** Takes again what was given back a moment before, whether there is room or not. */
export function retakeHandling(room: HandlingRoom, taken: HandlingTaken): void {
  giveHandling(room, { ...taken, units: taken.units.map((units) => -units) })
}

/**
 * What an order took, in a book of other hours or capacities: what lies before it is over, what lies
 * beyond it is let go. Taken there at once, whether there is room or not.
 */
export function carryHandling(
  from: HandlingRoom,
  to: HandlingRoom,
  { site, hours, units }: HandlingTaken,
): HandlingTaken {
  const shift = (to.startMinute - from.startMinute) / HOUR
  const kept = [...hours.keys()].filter((i) => {
    const hour = hours[i]! - shift
    return hour >= 0 && hour < to.hours
  })
  const carried = {
    site,
    hours: kept.map((i) => hours[i]! - shift),
    units: kept.map((i) => units[i]!),
  }
  retakeHandling(to, carried)
  return carried
}

/** Throws ERR_ARGUMENT where a book does not number the sites of the stock book. */
export function checkHandling(room: HandlingRoom, sites: number): void {
  if (room.sites >= sites) return
  throw new StorewrightError(
    'ERR_ARGUMENT',
    `The handling book has ${room.sites} sites, the stock book ${sites}.`,
    { next: 'Make the handling book for all sites of the stock book, in its order.' },
  )
}
