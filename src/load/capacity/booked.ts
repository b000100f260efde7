import type { LoadForecast } from '../types.ts'
import { heldBy } from './cover.ts'
import type { StandingOrder } from './decisions.ts'
import { WEEK_MS } from './headroom.ts'

/** A forecast as peaks of weeks are read from it. */
type Courses = Pick<LoadForecast, 'axis' | 'pathCount' | 'path'>

/** What a service's servers hold, and how weeks are counted. */
export interface BookedScene {
  /** Servers of the service in its region, of whatever type and time. */
  readonly standing: readonly StandingOrder[]
  /** Requests/s that a server of a type holds. */
  perServer(serverTypeId: string): number
  /** Zones of a location that are counted with one gone; 1: none is. */
  zones(location: string): number
  /** Start of week 0, epoch ms. */
  readonly startMs: number
}

/** Whether servers stand throughout the week in which a moment lies. */
function isWholeWeek({ fromMs, untilMs }: StandingOrder, atMs: number, startMs: number): boolean {
  const weekMs = startMs + Math.floor((atMs - startMs) / WEEK_MS) * WEEK_MS
  return fromMs <= weekMs && weekMs + WEEK_MS <= untilMs
}

/**
 * [count] requests/s that servers hold in a step beyond those that stand throughout its week: bookings for
 * an evening, orders that begin or end within the week. A step that they do not cover whole counts as not
 * covered.
 */
export function heldBeyondWeek(axis: Courses['axis'], scene: BookedScene): Float64Array {
  const { standing, startMs } = scene
  const partial = standing.filter(({ fromMs, untilMs }) => fromMs > -Infinity || untilMs < Infinity)
  return Float64Array.from({ length: axis.count }, (_, t) => {
    const at = axis.startMs + t * axis.stepMs
    const covers = ({ fromMs, untilMs }: StandingOrder) =>
      fromMs <= at && at + axis.stepMs <= untilMs
    if (!partial.some((one) => covers(one) && !isWholeWeek(one, at, startMs))) return 0
    const counts = new Map<string, { one: StandingOrder; week: number; now: number }>()
    for (const one of standing) {
      const key = `${one.region}\u0000${one.serverTypeId}`
      const known = counts.get(key) ?? { one, week: 0, now: 0 }
      if (covers(one)) known.now += one.servers
      if (isWholeWeek(one, at, startMs)) known.week += one.servers
      counts.set(key, known)
    }
    let held = 0
    for (const { one, week, now } of counts.values()) {
      const [rate, zones] = [scene.perServer(one.serverTypeId), scene.zones(one.region)]
      held += heldBy(Math.max(week, now), rate, zones) - heldBy(week, rate, zones)
    }
    return held
  })
}

/**
 * A forecast less what is held beyond the week's own servers: what these must still hold. `held` [count] in
 * requests/s, `perSecond` turns the load of a step into requests/s.
 */
export function beyondBooked(forecast: Courses, held: Float64Array, perSecond: number): Courses {
  if (held.every((value) => value === 0)) return forecast
  const { axis, pathCount } = forecast
  return {
    ...{ axis, pathCount },
    path(index, into) {
      forecast.path(index, into)
      for (let t = 0; t < axis.count; t++) into[t] = Math.max(0, into[t]! - held[t]! / perSecond)
      return into
    },
  }
}
