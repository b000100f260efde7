import { formatDay } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import type { EventDay } from '../../loop/index.ts'
import type { EventEffect, EventList } from '../schemas/explain.ts'
import { groupBy } from './group-by.ts'
import { segmentLabel } from './labels.ts'

/** The dates of an occasion around the first day forecast. */
interface EventDates {
  readonly nextOn: string | null
  readonly lastOn: string | null
}

/** Dates of every occasion of the feed, by name. */
export async function readEventDates(
  db: Database,
  origin: string,
): Promise<Map<string, EventDates>> {
  const rows = await db.rows(
    `SELECT name, min(starts_on) FILTER (WHERE ends_on >= CAST($1 AS DATE)) AS next_on,
       max(starts_on) FILTER (WHERE ends_on < CAST($1 AS DATE)) AS last_on
     FROM events GROUP BY name`,
    [origin],
  )
  const iso = (value: string | number | null | undefined) =>
    typeof value === 'number' ? formatDay(value) : null
  return new Map(
    rows.map((row) => [
      String(row['name']),
      { nextOn: iso(row['next_on']), lastOn: iso(row['last_on']) },
    ]),
  )
}

/** The occasions of one segment, next first; those without a date ahead come last, strongest first. */
export function eventEffects(
  days: readonly EventDay[],
  dates: ReadonlyMap<string, EventDates>,
  segment: string,
): EventEffect[] {
  const own = days.filter((day) => day.segment === segment)
  const effects = [...groupBy(own, ({ name }) => name)].map(([name, profile]) =>
    effectOf(name, profile, dates.get(name) ?? { nextOn: null, lastOn: null }),
  )
  return effects.sort(byDate)
}

function byDate(a: EventEffect, b: EventEffect): number {
  if (a.nextOn !== null && b.nextOn !== null) return a.nextOn < b.nextOn ? -1 : 1
  if (a.nextOn !== b.nextOn) return a.nextOn === null ? 1 : -1
  return strength(b) - strength(a)
}

const strength = ({ peak }: EventEffect) => Math.abs(Math.log(Math.max(1e-3, peak.multiplier)))

/** How far the nearer end of the band lies from no effect: what is sure of a day, not its noise. */
function evidence({ low, high }: Pick<EventDay, 'low' | 'high'>): number {
  const log = (multiplier: number) => Math.log(Math.max(1e-3, multiplier))
  return Math.max(log(low), -log(high))
}

function effectOf(name: string, days: readonly EventDay[], dates: EventDates): EventEffect {
  const profile = days
    .map(({ offset, multiplier, low, high }) => ({ offset, multiplier, low, high }))
    .sort((a, b) => a.offset - b.offset)
  const peak = profile.reduce((best, day) => (evidence(day) > evidence(best) ? day : best))
  const { kind, segment, occurrences } = days[0]!
  return { name, kind, segment, ...dates, occurrences, peak, profile }
}

/** The occasions of a segment, and which segments there are. */
export function eventList(
  days: readonly EventDay[],
  dates: ReadonlyMap<string, EventDates>,
  segment: string,
  command: string,
): EventList {
  const names = [...new Set(days.map((day) => day.segment))].sort(
    (a, b) => Number(b === 'all') - Number(a === 'all') || (a < b ? -1 : 1),
  )
  return {
    segment,
    segments: names.map((name) => ({ segment: name, label: segmentLabel(name) })),
    events: eventEffects(days, dates, segment),
    command,
  }
}

/** The narrowest segment with rows in which a category lies: itself, a parent, or all. */
export function segmentOfCategory(days: readonly EventDay[], category: string | null): string {
  const known = new Set(days.map((day) => day.segment))
  const path = (category ?? '').split('>').map((part) => part.trim())
  for (let depth = path.length; depth > 0; depth--) {
    const name = path.slice(0, depth).join(' > ')
    if (known.has(name)) return name
  }
  return 'all'
}
