import type { Random } from '../../core/random/random.ts'
import { type Alias, createAlias } from '../customers/alias.ts'
import { visitsAt } from '../customers/hours.ts'
import { type Boost, boostAt, type DemoLoadEvent, FELT_MINUTES } from './load-events.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Looking around spreads over the day more than buying does: shape = buying's to this power. */
const BROWSING_POWER = 0.85

/** One day of the store's clock. */
export interface Day {
  /** Epoch ms of its midnight and of the next. */
  readonly startsAt: number
  readonly endsAt: number
}

/** When people come on a day: shares by minute that add up to 1 on a day without events. */
export interface DayCurves {
  /** [minutes] visits and orders of the minute over those of a usual day. */
  readonly visits: Float64Array
  readonly orders: Float64Array
}

/** The customer's own time of day (ms) at a moment of the store's day. */
function localOf(at: number, { startsAt }: Day, hoursBehind: number): number {
  return (at - startsAt + (24 - hoursBehind) * HOUR_MS) % (24 * HOUR_MS)
}

/** Visits and orders by minute of customers whose clocks are behind the store's by `weights` of hours. */
export function dayCurves(
  day: Day,
  weights: ReadonlyMap<number, number>,
  events: readonly DemoLoadEvent[],
): DayCurves {
  const minutes = Math.round((day.endsAt - day.startsAt) / MINUTE_MS)
  const visits = new Float64Array(minutes)
  const orders = new Float64Array(minutes)
  for (const [hours, weight] of weights) {
    const shape = Float64Array.from({ length: minutes }, (_, m) =>
      visitsAt(localOf(day.startsAt + (m + 0.5) * MINUTE_MS, day, hours)),
    )
    addShare(orders, shape, weight)
    addShare(
      visits,
      shape.map((value) => value ** BROWSING_POWER),
      weight,
    )
  }
  const near = feltOn(day, events)
  if (near.length === 0) return { visits, orders }
  for (let m = 0; m < minutes; m++) {
    const boost: Boost = boostAt(near, day.startsAt + (m + 0.5) * MINUTE_MS)
    visits[m]! *= boost.visits
    orders[m]! *= boost.orders
  }
  return { visits, orders }
}

function addShare(into: Float64Array, shape: Float64Array, weight: number): void {
  const sum = shape.reduce((a, b) => a + b, 0)
  for (let m = 0; m < into.length; m++) into[m]! += (weight * shape[m]!) / sum
}

function feltOn({ startsAt, endsAt }: Day, events: readonly DemoLoadEvent[]) {
  const margin = FELT_MINUTES * MINUTE_MS
  return events.filter(
    (event) => event.startsAt - margin < endsAt && event.endsAt + margin > startsAt,
  )
}

/** Draws moments of orders on a day on which a sale moves them. */
export interface RushTimes {
  /** ms since the store's midnight, for a customer whose clock is so many hours behind. */
  sample(hoursBehind: number, random: Random): number
}

/** Moments of orders on a day with sales or launches; undefined on days without. */
export function rushTimes(day: Day, events: readonly DemoLoadEvent[]): RushTimes | undefined {
  if (feltOn(day, events).length === 0) return undefined
  const aliases = new Map<number, Alias>()
  const aliasOf = (hours: number) => {
    const known = aliases.get(hours)
    if (known !== undefined) return known
    const made = createAlias(dayCurves(day, new Map([[hours, 1]]), events).orders)
    aliases.set(hours, made)
    return made
  }
  return {
    sample: (hours, random) => aliasOf(hours).sample(random) * MINUTE_MS + random.int(MINUTE_MS),
  }
}
