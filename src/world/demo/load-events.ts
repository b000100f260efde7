import { formatDay, parseInstant, weekdayOf } from '../../core/calendar.ts'
import type { Random } from '../../core/random/random.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { DEMO_TIME_ZONE } from './clock.ts'
import { table } from './columns.ts'

/** Something that moves the load of the demo store, known to the hour or the minute. */
export interface DemoLoadEvent {
  readonly id: string
  readonly name: string
  readonly kind: 'sale' | 'launch' | 'robot' | 'outage'
  /** Epoch ms. */
  readonly startsAt: number
  readonly endsAt: number
  readonly service?: string
  readonly region?: string
  /** What planners expect of it over the mean of its kind. */
  readonly expected?: number
  /** What it really does, relative to its kind: the truth, told to no one. */
  readonly strength: number
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Days after the last one for which events are planned. */
const PLANNED_DAYS = 60
/** Deal nights begin at seven in the evening; they last by turns so many hours. */
const DEAL_STARTS = 19
const DEAL_HOURS = [4, 4, 6]
/** The deal night in the second month ahead is longer, and planners expect more of it. */
const LONG_DEAL = { hours: 8, expected: 1.3 }

/**
 * Deal nights every other Thursday, launches that sell out within minutes, a burst of robots and an
 * outage, from `firstDay` on; deal nights and one launch are laid out beyond `lastDay`.
 */
export function demoLoadEvents(
  firstDay: number,
  lastDay: number,
  random: Random,
): readonly DemoLoadEvent[] {
  const events: DemoLoadEvent[] = []
  for (let day = firstDay; day <= lastDay + PLANNED_DAYS; day++) {
    const week = Math.floor((day + 3) / 7)
    if (weekdayOf(day) !== 3 || week % 2 !== 0) continue
    const isLong = day > lastDay + 21 && day <= lastDay + 35
    const hours = isLong ? LONG_DEAL.hours : DEAL_HOURS[Math.floor(week / 2) % DEAL_HOURS.length]!
    const strength = Math.exp(0.12 * random.split(`deal-${day}`).normal())
    const expected = isLong ? { expected: LONG_DEAL.expected } : {}
    const lift = LONG_DEAL.expected ** Number(isLong)
    events.push({
      ...timed('sale', 'Deal night', day, DEAL_STARTS * 60, hours * 60),
      strength: strength * lift,
      ...expected,
    })
  }
  const launch = (ahead: number, strength: number): DemoLoadEvent => ({
    ...timed('launch', 'Launch', lastDay + ahead, 12 * 60, 30),
    strength,
  })
  const others: readonly DemoLoadEvent[] = [
    launch(-47, 0.9),
    launch(-19, 1.15),
    launch(16, 1),
    {
      ...timed('robot', 'Robots read the search', lastDay - 33, 190, 40),
      ...{ service: 'search', region: 'us-east', strength: 1 },
    },
    {
      ...timed('outage', 'Data centre in the west without power', lastDay - 12, 845, 25),
      ...{ region: 'us-west', strength: 1 },
    },
  ]
  const from = parseInstant(formatDay(firstDay), DEMO_TIME_ZONE)
  events.push(...others.filter(({ startsAt }) => startsAt >= from))
  return events.sort((a, b) => a.startsAt - b.startsAt)
}

/** An event from so many minutes after the store's midnight; clocks never change at such times. */
function timed(
  kind: DemoLoadEvent['kind'],
  name: string,
  day: number,
  fromMinute: number,
  minutes: number,
) {
  const date = formatDay(day)
  const noon = parseInstant(`${date}T12:00:00`, DEMO_TIME_ZONE)
  const startsAt = noon - 12 * HOUR_MS + fromMinute * MINUTE_MS
  const endsAt = startsAt + minutes * MINUTE_MS
  return { id: `${kind}-${date}`, name, kind, startsAt, endsAt }
}

/** load_events. */
export function loadEventsTable(events: readonly DemoLoadEvent[]): Table {
  return table({
    event_id: textColumn(events.map(({ id }) => id)),
    name: textColumn(events.map(({ name }) => name)),
    kind: textColumn(events.map(({ kind }) => kind)),
    starts_at: numberColumn(events.map(({ startsAt }) => startsAt)),
    ends_at: numberColumn(events.map(({ endsAt }) => endsAt)),
    service_id: textColumn(events.map(({ service }) => service)),
    region: textColumn(events.map(({ region }) => region)),
    strength: numberColumn(events.map(({ expected }) => expected)),
  })
}

/** How many times the usual visits and orders an event brings at a moment. */
export interface Boost {
  readonly visits: number
  readonly orders: number
}

const NONE: Boost = { visits: 1, orders: 1 }

/**
 * What sales and launches do at a moment: customers gather before a sale opens, rush at its opening,
 * stay, come back for the last forty minutes and are fewer for some hours after; a launch is sold out
 * after minutes.
 */
export function boostAt(events: readonly DemoLoadEvent[], at: number): Boost {
  let { visits, orders } = NONE
  for (const event of events) {
    if (event.kind === 'sale') {
      const boost = saleBoost(event, at)
      visits *= boost.visits
      orders *= boost.orders
    } else if (event.kind === 'launch') {
      const boost = launchBoost(event, at)
      visits *= boost.visits
      orders *= boost.orders
    }
  }
  return { visits, orders }
}

/** Minutes before its start and after its end in which an event may be felt. */
export const FELT_MINUTES = 300

function saleBoost({ startsAt, endsAt, strength }: DemoLoadEvent, at: number): Boost {
  const minutes = (at - startsAt) / MINUTE_MS
  const left = (endsAt - at) / MINUTE_MS
  if (minutes < -90 || left < -FELT_MINUTES) return NONE
  if (minutes < 0) return { visits: 1 + 0.8 * strength * Math.exp(minutes / 25), orders: 1 }
  if (left <= 0) {
    const less = 1 - 0.2 * Math.exp(left / 100)
    const lastOnes = 0.9 * strength * Math.exp(left / 5)
    return { visits: less + lastOnes, orders: less * less }
  }
  const rush = Math.exp(-minutes / 12)
  const last = Math.max(0, 1 - left / 40)
  return {
    visits: 1 + strength * (1.2 + 2.2 * rush + 0.7 * last),
    orders: 1 + strength * (1.8 + 3.5 * rush + 1.6 * last),
  }
}

function launchBoost({ startsAt, strength }: DemoLoadEvent, at: number): Boost {
  const minutes = (at - startsAt) / MINUTE_MS
  if (minutes < -15 || minutes > 60) return NONE
  if (minutes < 0) return { visits: 1 + 1.2 * strength * Math.exp(minutes / 4), orders: 1 }
  const sold = Math.exp(-minutes / 5)
  return { visits: 1 + 3 * strength * sold, orders: 1 + 1.5 * strength * sold }
}
