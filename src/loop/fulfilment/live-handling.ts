import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { promise } from '../../fulfilment/index.ts'
import { indexColumn, indexOf } from '../inputs/receipts.ts'
import { type Closure, endOf } from './closures.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Days that the book holds: more than parcels are planned ahead. */
const DAYS = 31
const OPEN_ALL_DAY = { opensMinute: 0, closesMinute: 1440 } as const

/** When the sites of a stock book work, and how fast, as the tables sites and site_calendars say. */
export interface SiteWork {
  readonly hours: readonly promise.SiteHours[]
  readonly days: readonly promise.SiteDay[]
}

/** Reads hours and limits by the numbers of `siteIds`; a site that states nothing works always. */
export async function readSiteWork(db: Database, siteIds: readonly string[]): Promise<SiteWork> {
  const siteOf = indexOf(siteIds)
  const table = await db.table(
    'SELECT site_id, time_zone, opens_minute, closes_minute, handling_units_per_hour FROM sites',
  )
  const hours: promise.SiteHours[] = siteIds.map(() => ({
    ...{ timeZone: 'UTC', ...OPEN_ALL_DAY, unitsPerHour: Infinity },
  }))
  const [opens, closes] = [numbersOf(table, 'opens_minute'), numbersOf(table, 'closes_minute')]
  const [limits, zones] = [numbersOf(table, 'handling_units_per_hour'), textsOf(table, 'time_zone')]
  indexColumn(textsOf(table, 'site_id'), siteOf).forEach((site, row) => {
    // Hours over midnight, or none at all, say nothing that can be used.
    const work =
      opens[row]! < closes[row]!
        ? { opensMinute: opens[row]!, closesMinute: closes[row]! }
        : OPEN_ALL_DAY
    const unitsPerHour = Number.isNaN(limits[row]!) ? Infinity : limits[row]!
    if (site >= 0) hours[site] = { timeZone: textAt(zones, row) ?? 'UTC', ...work, unitsPerHour }
  })
  return { hours, days: await readSiteDays(db, siteOf) }
}

async function readSiteDays(
  db: Database,
  siteOf: ReadonlyMap<string, number>,
): Promise<readonly promise.SiteDay[]> {
  const table = await db.table(
    'SELECT site_id, ds, CAST(is_open AS INTEGER) AS is_open, opens_minute, closes_minute FROM site_calendars',
  )
  const site = indexColumn(textsOf(table, 'site_id'), siteOf)
  const [day, isOpen] = [numbersOf(table, 'ds'), numbersOf(table, 'is_open')]
  const [opens, closes] = [numbersOf(table, 'opens_minute'), numbersOf(table, 'closes_minute')]
  return [...site.keys()]
    .filter((row) => site[row]! >= 0)
    .map((row) => ({
      ...{ site: site[row]!, day: day[row]!, isOpen: isOpen[row] === 1 },
      ...(Number.isNaN(opens[row]!) ? {} : { opensMinute: opens[row]! }),
      ...(Number.isNaN(closes[row]!) ? {} : { closesMinute: closes[row]! }),
    }))
}

/** What buildings can still handle while a store runs, and what each parcel takes of it. */
export interface LiveHandling {
  /** Undefined where no site states hours or a limit: then there is nothing to look up. */
  readonly room: promise.HandlingRoom | undefined
  /** Takes room for a parcel from now until its order-by (epoch ms); false where there is too little. */
  take(parcelId: string, site: number, units: number, now: number, orderBy: number): boolean
  /** Gives the room of parcels back; `resume` takes the very same again, `drop` forgets it. */
  suspend(parcelIds: readonly string[]): void
  resume(parcelIds: readonly string[]): void
  drop(parcelIds: readonly string[]): void
  /** Makes the book anew each day, and where other sites are closed. */
  look(now: number, closures: readonly Closure[]): void
}

export function createLiveHandling(
  siteIds: readonly string[],
  work: SiteWork,
  now: number,
): LiveHandling {
  return new Handling(siteIds, work, now)
}

class Handling implements LiveHandling {
  room: promise.HandlingRoom | undefined
  private readonly siteIds: readonly string[]
  private readonly work: SiteWork
  private readonly taken = new Map<string, promise.HandlingTaken>()
  private readonly suspended = new Set<string>()
  /** What the book was made for: the day, and what was closed. */
  private made = ''

  constructor(siteIds: readonly string[], work: SiteWork, now: number) {
    this.siteIds = siteIds
    this.work = work
    const isLimited = ({ opensMinute, closesMinute, unitsPerHour }: promise.SiteHours) =>
      unitsPerHour < Infinity || opensMinute > 0 || closesMinute < 1440
    if (work.days.length > 0 || work.hours.some(isLimited)) this.make(now, [])
  }

  take(parcelId: string, site: number, units: number, now: number, orderBy: number): boolean {
    if (this.room === undefined || site < 0) return true
    const [from, until] = [Math.ceil(now / MINUTE_MS), Math.floor(orderBy / MINUTE_MS)]
    const need = promise.handlingNeed(this.room, units)
    const taken = promise.takeHandling(this.room, site, from, until, need)
    if (taken === undefined) return false
    this.taken.set(parcelId, taken)
    return true
  }

  suspend(parcelIds: readonly string[]): void {
    for (const taken of this.of(parcelIds)) promise.giveHandling(this.room!, taken)
    for (const parcelId of parcelIds) this.suspended.add(parcelId)
  }

  resume(parcelIds: readonly string[]): void {
    for (const taken of this.of(parcelIds)) promise.retakeHandling(this.room!, taken)
    for (const parcelId of parcelIds) this.suspended.delete(parcelId)
  }

  drop(parcelIds: readonly string[]): void {
    for (const parcelId of parcelIds) {
      this.taken.delete(parcelId)
      this.suspended.delete(parcelId)
    }
  }

  look(now: number, closures: readonly Closure[]): void {
    if (this.room !== undefined && this.made !== nameOf(now, closures)) this.make(now, closures)
  }

  private of(parcelIds: readonly string[]): readonly promise.HandlingTaken[] {
    return parcelIds.flatMap((parcelId) => this.taken.get(parcelId) ?? [])
  }

  private make(now: number, closures: readonly Closure[]): void {
    const startMinute = Math.floor(now / DAY_MS) * (DAY_MS / MINUTE_MS)
    const { hours, days } = this.work
    const capacity = promise.capacityOfSites(hours, days, startMinute, startMinute + DAYS * 1440)
    const isClosed = this.closedHours(closures)
    const sizes = { startMinute, hours: 24 * DAYS, sites: this.siteIds.length }
    const before = this.room
    const made = promise.createHandlingBook({ ...sizes, countedIn: 'units' }, (site, hour) =>
      isClosed(site, hour) ? 0 : capacity(site, hour),
    )
    if (before !== undefined) {
      for (const [parcelId, taken] of this.taken) {
        const carried = promise.carryHandling(before, made, taken)
        if (this.suspended.has(parcelId)) promise.giveHandling(made, carried)
        this.taken.set(parcelId, carried)
      }
    }
    this.room = made
    this.made = nameOf(now, closures)
  }

  /** Whether a site is closed for any of an hour (epoch hour). */
  private closedHours(closures: readonly Closure[]): (site: number, hour: number) => boolean {
    const bySite = new Map<number, Closure[]>()
    for (const closure of closures) {
      const site = closure.siteId === undefined ? -1 : this.siteIds.indexOf(closure.siteId)
      bySite.set(site, [...(bySite.get(site) ?? []), closure])
    }
    return (site, hour) => {
      const [from, to] = [hour * HOUR_MS, (hour + 1) * HOUR_MS]
      return (bySite.get(site) ?? []).some((one) => one.from < to && from < endOf(one))
    }
  }
}

function nameOf(now: number, closures: readonly Closure[]): string {
  const sites = closures.filter(({ siteId }) => siteId !== undefined)
  const held = sites.map((one) => `${one.closureId} ${endOf(one)}`)
  return `${Math.floor(now / DAY_MS)} ${held.join()}`
}
