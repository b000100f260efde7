import { computed, signal } from '@preact/signals'
import type { NetworkInfo } from '../../../src/api/schemas/network.ts'
import type { LaneRow, TruckPage, TruckRow } from '../../../src/api/schemas/network-lanes.ts'
import { api } from '../api.ts'
import { createPagedRows } from '../grid/paged-rows.ts'
import { createResource, createResources } from '../resource.ts'
import { param } from '../router.ts'
import { networks } from '../state.ts'
import { whatIfs } from './what-if-state.ts'

/** The version of the regions in the address; '' = those in force. */
export const version = computed(() => param('regions') ?? '')

export const networkMaps = createResources(api.networkMap, 8)
export const places = createResource(api.networkPlaces)
export const laneDetails = createResources(api.lane)
export const routeAnswers = createResources(api.route)

export const lanes = createPagedRows<LaneRow>(api.lanes)

/** The day's trucks by hour, from the reply that brought their rows. */
export const truckDay = signal<TruckPage | undefined>(undefined)
export const trucks = createPagedRows<TruckRow>(async (query, stop) => {
  const page = await api.trucks(query, stop)
  truckDay.value = page
  return page
})

const FIRST_RISING = new Set(['lane', 'fill', 'worth'])

/** The direction in which a column is sorted first: the worst on top. */
export const firstOrder = (sort: string): 'asc' | 'desc' =>
  FIRST_RISING.has(sort) ? 'asc' : 'desc'

/** What is asked of the server about lanes, as it stands in the address. */
export const lanesQuery = computed(() => {
  const sort = param('sort') ?? 'empty'
  const asked = new URLSearchParams({ sort, order: param('order') ?? firstOrder(sort) })
  for (const name of ['q', 'status', 'purpose']) {
    const value = param(name)
    if (value !== undefined) asked.set(name, value)
  }
  return asked.toString()
})

export const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

export const trucksQuery = computed(() => {
  const asked = new URLSearchParams({ day: dayInAddress() })
  const q = param('q')
  if (q !== undefined) asked.set('q', q)
  return asked.toString()
})

/** The weekday of the trucks; Monday unless the address says otherwise. */
export function dayInAddress(): (typeof DAYS)[number] {
  return DAYS.find((day) => day === param('day')) ?? 'monday'
}

/** What the parcel's form asks, as a query of the API; '' while no area is chosen. */
export const routeQuery = computed(() => {
  const to = param('to')
  if (to === undefined) return ''
  const asked = new URLSearchParams({ to })
  for (const name of ['from', 'kg', 'm3'] as const) {
    const value = param(name)
    if (value !== undefined) asked.set(name, value)
  }
  for (const name of ['at', 'by'] as const) {
    const time = Date.parse(`${param(name) ?? ''}Z`)
    if (!Number.isNaN(time)) asked.set(name, new Date(time).toISOString())
  }
  return asked.toString()
})

/** Puts what a change replied, after forgetting what may have changed with it. */
export function putNetwork(next: NetworkInfo): void {
  routeAnswers.clear()
  whatIfs.clear()
  // Last, for it draws the page anew.
  networks.of('').set(next)
  if (version.peek() !== '') networks.reload(version.peek())
}
