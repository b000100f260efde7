import { requireArgument } from '../../core/errors.ts'
import { type LocalClock, localClock } from '../../core/local-time.ts'
import type { HandlingCapacity } from './handling-book.ts'

/** When a site picks, and how fast; minutes after local midnight. */
export interface SiteHours {
  readonly timeZone: string
  readonly opensMinute: number
  readonly closesMinute: number
  /** Units an hour; Infinity where it states none. */
  readonly unitsPerHour: number
}

/** A day on which a site works at other hours, or not at all. */
export interface SiteDay {
  /** As numbered in the list of sites. */
  readonly site: number
  /** Days since 1970-01-01, local. */
  readonly day: number
  readonly isOpen: boolean
  /** Default: as on other days. */
  readonly opensMinute?: number
  readonly closesMinute?: number
}

const DAY = 1440
const HOUR = 60

/**
 * What sites can handle by the hour (tables `sites` and `site_calendars`), from one epoch minute to
 * another: the units an hour times the share of the hour in which the site works, by its own clock.
 * A site without a limit has none in an hour in which it works. Throws ERR_ARGUMENT where a site
 * closes before it opens, ERR_TIMETABLE on an unknown zone.
 */
export function capacityOfSites(
  sites: readonly SiteHours[],
  days: readonly SiteDay[],
  from: number,
  to: number,
): HandlingCapacity {
  const clocks = new Map<string, LocalClock>()
  for (const { timeZone, opensMinute, closesMinute } of sites) {
    requireArgument(
      opensMinute < closesMinute,
      `a site that opens at minute ${opensMinute} closes at ${closesMinute}`,
    )
    if (!clocks.has(timeZone)) clocks.set(timeZone, localClock(timeZone, from - DAY, to + DAY))
  }
  const special = new Map(days.map((day) => [`${day.site} ${day.day}`, day]))
  return (site, epochHour) => {
    const hours = sites[site]!
    const local = clocks.get(hours.timeZone)!.toLocal(epochHour * HOUR)
    const minutes = minutesOpen(hours, (day) => special.get(`${site} ${day}`), local)
    return minutes === 0 ? 0 : (hours.unitsPerHour * minutes) / HOUR
  }
}

/** Minutes of the hour from `local` on in which the site works; midnight may lie between. */
function minutesOpen(
  hours: SiteHours,
  specialOn: (day: number) => SiteDay | undefined,
  local: number,
): number {
  let minutes = 0
  for (const day of new Set([Math.floor(local / DAY), Math.floor((local + HOUR - 1) / DAY)])) {
    const special = specialOn(day)
    if (special?.isOpen === false) continue
    const opens = day * DAY + (special?.opensMinute ?? hours.opensMinute)
    const closes = day * DAY + (special?.closesMinute ?? hours.closesMinute)
    minutes += Math.max(0, Math.min(local + HOUR, closes) - Math.max(local, opens))
  }
  return minutes
}
