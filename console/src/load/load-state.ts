import { computed, signal } from '@preact/signals'
import type { LoadCurve, LoadService, LoadSummary } from '../../../src/api/schemas/load.ts'
import { api } from '../api.ts'
import { createResource, createResources } from '../resource.ts'
import { param, setParams } from '../router.ts'

export const orders = createResource(api.loadOrders)
export const calendar = createResource(api.loadCalendar)
export const live = createResource(api.loadLive)
export const gameday = createResource(api.loadGameday)
export const curves = createResources(api.loadCurve, 80)
export const errors = createResources(api.loadErrors)
export const profiles = createResources(api.loadProfiles)

const HOUR = 3600
const DAY = 24 * HOUR

/** A window of time, seconds since 1970. */
export type Span = readonly [from: number, to: number]

export const service = computed(() => param('service') ?? 'all')
export const region = computed(() => param('region') ?? 'all')

const seconds = (iso: string) => Date.parse(iso) / 1000

/** All that is known and forecast. */
export function wholeSpan(known: LoadSummary): Span {
  return [seconds(known.knownFrom), seconds(known.forecastUntil)]
}

/** Two weeks back and on past the next event. */
export function firstSpan(known: LoadSummary): Span {
  const now = seconds(known.knownUntil)
  const until = known.next === null ? now + 7 * DAY : seconds(known.next.endsAt) + DAY
  return [now - 7 * DAY, Math.min(until, now + 45 * DAY)]
}

/** The hours about the next event. */
export function eventSpan(known: LoadSummary): Span | undefined {
  if (known.next === null) return undefined
  return [seconds(known.next.startsAt) - 3 * HOUR, seconds(known.next.endsAt) + 3 * HOUR]
}

/** Zooms by name, from the longest. */
export function namedSpans(known: LoadSummary): readonly (readonly [string, Span])[] {
  const now = seconds(known.knownUntil)
  const [first, last] = wholeSpan(known)
  const event = eventSpan(known)
  return [
    ['Two years', [first, last]],
    ['Quarter', [Math.max(first, now - 45 * DAY), Math.min(last, now + 45 * DAY)]],
    ['Weeks', firstSpan(known)],
    ['Day', [now - DAY, now + DAY]],
    ...(event === undefined ? [] : [['Next event', event] as const]),
  ]
}

/** The window that the address names, or the first one. */
export function spanInAddress(known: LoadSummary): Span {
  const [from, to] = [Number(param('from')), Number(param('to'))]
  return from > 0 && to > from ? [from, to] : firstSpan(known)
}

export function setSpan([from, to]: Span, known: LoadSummary): void {
  const [a, b] = firstSpan(known)
  const isFirst = Math.round(from) === Math.round(a) && Math.round(to) === Math.round(b)
  setParams({
    from: isFirst ? null : String(Math.round(from)),
    to: isFirst ? null : String(Math.round(to)),
  })
}

const POINTS = 900

/** What is asked of the server for a window: a third more on each side, so that moving shows something. */
export function curveKey([from, to]: Span): string {
  const third = (to - from) / 3
  const iso = (at: number) => new Date(Math.round(at) * 1000).toISOString()
  return new URLSearchParams({
    ...{ service: service.value, region: region.value },
    ...{ from: iso(from - third), to: iso(to + third), points: String(POINTS) },
  }).toString()
}

/** Parts that are switched off, by name. */
export const hidden = computed(() => new Set((param('off') ?? '').split('|').filter(Boolean)))

export function togglePart(name: string): void {
  const off = new Set(hidden.peek())
  if (!off.delete(name)) off.add(name)
  setParams({ off: [...off].join('|') })
}

/** The row of a service and region. */
export const rowKey = ({ serviceId, region: at }: LoadService): string => `${serviceId}~${at}`

/** The last curve that was shown, while the next is fetched. */
export const shownCurve = signal<LoadCurve | undefined>(undefined)
