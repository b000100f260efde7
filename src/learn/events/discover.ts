import { type Buckets, bucketStart, DAY_MS } from '../../core/calendar.ts'
import type { PanelEvent } from '../../core/panel.ts'
import { retailOccasions } from './calendar.ts'

export interface DiscoverOptions {
  /** Days by which an occasion may move from year to year. Default 35: as far as Easter. */
  readonly driftDays?: number
}

const YEAR = 365.25

/** A run of buckets that are marked. */
interface Run {
  readonly firstDay: number
  readonly lastDay: number
}

/**
 * Turns a 0/1 column of holiday flags into events: each run of flagged buckets is an occurrence,
 * and runs about a year apart are the same occasion, also when its date moves. Occasions are named
 * after what the calendar has in each of their runs ("Thanksgiving"), else after their first date
 * ("holiday 05-17"). `flags[k]` belongs to bucket `first` + k; missing (NaN) = 0.
 */
export function eventsFromFlags(
  flags: ArrayLike<number>,
  first: number,
  buckets: Buckets,
  { driftDays = 35 }: DiscoverOptions = {},
): PanelEvent[] {
  const runs: Run[] = []
  for (let k = 0; k < flags.length; k++) {
    if (!(flags[k]! > 0)) continue
    const start = k
    while (k + 1 < flags.length && flags[k + 1]! > 0) k++
    runs.push({
      firstDay: Math.floor(bucketStart(first + start, buckets) / DAY_MS),
      lastDay: Math.ceil(bucketStart(first + k + 1, buckets) / DAY_MS) - 1,
    })
  }
  return named(sameOccasion(runs, driftDays), 'holiday')
}

/**
 * Groups runs into occasions: two runs are the same when each is the other's nearest to one year
 * later, or earlier, within the drift. Nearest pairs are joined first; an occasion has one run a
 * year.
 */
function sameOccasion(runs: readonly Run[], driftDays: number): Run[][] {
  const next = new Map<number, number>()
  const taken = new Set<number>()
  const pairs: { from: number; to: number; off: number }[] = []
  runs.forEach((a, from) => {
    runs.forEach((b, to) => {
      const off = Math.abs(b.firstDay - a.firstDay - YEAR)
      if (off <= driftDays) pairs.push({ from, to, off })
    })
  })
  pairs.sort((a, b) => a.off - b.off)
  for (const { from, to } of pairs) {
    if (next.has(from) || taken.has(to)) continue
    next.set(from, to)
    taken.add(to)
  }
  const occasions: Run[][] = []
  runs.forEach((_, start) => {
    if (taken.has(start)) return
    const chain: Run[] = []
    for (let at: number | undefined = start; at !== undefined; at = next.get(at)) {
      chain.push(runs[at]!)
    }
    occasions.push(chain)
  })
  return occasions
}

function named(occasions: readonly (readonly Run[])[], kind: string): PanelEvent[] {
  const used = new Set<string>()
  const events: PanelEvent[] = []
  for (const runs of occasions) {
    const iso = new Date(runs[0]!.firstDay * DAY_MS).toISOString()
    const known = commonOccasion(runs)
    let name = known !== undefined && !used.has(known) ? known : `${kind} ${iso.slice(5, 10)}`
    while (used.has(name)) name = `${name}'`
    used.add(name)
    for (const run of runs) events.push({ name, kind, ...run })
  }
  return events.sort((a, b) => a.firstDay - b.firstDay)
}

/** Days beside a run in which its occasion may lie: weeks are named by their first or last day. */
const NAME_REACH = 7

/** The occasion of the calendar that lies in or next to every run, the nearest of several. */
function commonOccasion(runs: readonly Run[]): string | undefined {
  const near = runs.map(occasionsNear)
  let best: { readonly name: string; readonly off: number } | undefined
  for (const name of near[0]!.keys()) {
    const off = near.reduce((sum, names) => sum + (names.get(name) ?? Infinity), 0)
    if (off < (best?.off ?? Infinity)) best = { name, off }
  }
  return best?.name
}

/** Days from a run to the occasions in it or next to it, by name. */
function occasionsNear({ firstDay, lastDay }: Run): Map<string, number> {
  const near = new Map<string, number>()
  for (const event of retailOccasions(firstDay - NAME_REACH, lastDay + NAME_REACH)) {
    const off = Math.max(0, firstDay - event.firstDay, event.firstDay - lastDay)
    near.set(event.name, Math.min(near.get(event.name) ?? Infinity, off))
  }
  return near
}

export interface PeakOptions extends DiscoverOptions {
  /** A peak is a bucket this many times the usual of its neighbourhood. Default 1.3. */
  readonly ratio?: number
  /** Buckets on each side that make the neighbourhood. Default 6 for weeks, 28 for days. */
  readonly reach?: number
}

/**
 * Occasions that the calendar does not tell: runs of buckets well above the median of their
 * neighbourhood which come back about a year later. `values[k]` belongs to bucket `first` + k,
 * without its short season; missing = NaN. Peaks that came once are left out.
 */
export function eventsFromPeaks(
  values: ArrayLike<number>,
  first: number,
  buckets: Buckets,
  options: PeakOptions = {},
): PanelEvent[] {
  const { driftDays = 14, ratio = 1.3 } = options
  const reach = options.reach ?? (buckets.frequency === 'W' ? 6 : 28)
  const flags = Float64Array.from({ length: values.length }, (_, k) => {
    const near = Float64Array.from(
      { length: Math.min(values.length, k + reach + 1) - Math.max(0, k - reach) },
      (_v, j) => values[Math.max(0, k - reach) + j]!,
    )
      .filter((v) => !Number.isNaN(v))
      .sort()
    return values[k]! > ratio * (near[near.length >> 1] ?? Infinity) ? 1 : 0
  })
  const events = eventsFromFlags(flags, first, buckets, { driftDays })
  const times = new Map<string, number>()
  for (const { name } of events) times.set(name, (times.get(name) ?? 0) + 1)
  return events
    .filter(({ name }) => times.get(name)! >= 2)
    .map((event) => ({ ...event, kind: 'peak' }))
}

/**
 * The next dates of occasions known from the past, up to day `until`: the calendar's where it has
 * them, else the last date moved on by whole years to the same weekday (364 days, 371 once the date
 * would have slipped by four days).
 */
export function repeatEvents(events: readonly PanelEvent[], until: number): PanelEvent[] {
  const last = new Map<string, PanelEvent>()
  for (const event of events) {
    const known = last.get(event.name)
    if (known === undefined || event.firstDay > known.firstDay) last.set(event.name, event)
  }
  const planned: PanelEvent[] = []
  for (const [name, event] of last) {
    const { series: _s, strength: _f, ...latest } = event
    const shift = offsetFromCalendar(latest)
    if (shift !== undefined) {
      for (const { firstDay } of retailOccasions(latest.firstDay + 180, until + 31, [name])) {
        planned.push(movedTo(latest, firstDay + shift))
      }
      continue
    }
    for (let years = 1; ; years++) {
      const day = latest.firstDay + 7 * Math.round((years * YEAR) / 7)
      if (day > until) break
      planned.push(movedTo(latest, day))
    }
  }
  return planned.filter(({ firstDay }) => firstDay <= until).sort((a, b) => a.firstDay - b.firstDay)
}

/** Days from the calendar's date to the event's first day; undefined where the calendar has none near. */
function offsetFromCalendar({ name, firstDay, lastDay }: PanelEvent): number | undefined {
  const [found] = retailOccasions(firstDay - NAME_REACH, lastDay + NAME_REACH, [name])
  return found && firstDay - found.firstDay
}

function movedTo(event: PanelEvent, firstDay: number): PanelEvent {
  return { ...event, firstDay, lastDay: firstDay + event.lastDay - event.firstDay }
}
