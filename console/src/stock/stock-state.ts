import { computed, signal } from '@preact/signals'
import type { StockRow } from '../../../src/api/schemas/stock-pages.ts'
import { api } from '../api.ts'
import { isBeingRead } from '../grid/being-read.ts'
import { createPagedRows } from '../grid/paged-rows.ts'
import { createResources } from '../resource.ts'
import { param, setParams } from '../router.ts'
import { stockSummaries } from '../state.ts'

export const stockRows = createPagedRows<StockRow>(api.stockRows)

/** By the key of `detailKey`. */
export const stockDetails = createResources(api.stockDetail)

/** What is asked about one product; at one site where there is one. */
export const detailKey = (productId: string, siteId: string | undefined): string => {
  const path = encodeURIComponent(productId)
  return siteId === undefined ? path : `${path}?site=${encodeURIComponent(siteId)}`
}

const FILTERS = ['q', 'site', 'state', 'order'] as const

/** What is asked of the server about stock, as it stands in the address. */
export const stockQuery = computed(() => {
  const asked = new URLSearchParams({ sort: param('sort') ?? 'worst' })
  for (const name of FILTERS) {
    const value = param(name)
    if (value !== undefined) asked.set(name, value)
  }
  return asked.toString()
})

/** The summary of all sites, or of the one that is filtered by. */
export const summaryNow = () => stockSummaries.of(param('site') ?? '')

/** Orders that begin with the least. */
const RISING: readonly string[] = ['runs-out', 'title']

export const isDescending = (sort: string): boolean =>
  (param('order') ?? (RISING.includes(sort) ? 'asc' : 'desc')) === 'desc'

/** A click on a header: sorts by it, and the other way at the second. */
export function sortBy(key: string): void {
  const again = (param('sort') ?? 'worst') === key && param('order') === undefined
  const order = again ? (RISING.includes(key) ? 'desc' : 'asc') : null
  setParams({ sort: key === 'worst' ? null : key, order })
}

export function clearFilters(): void {
  setParams({ q: null, site: null, state: null })
}

/** Whether stock has changed in a way that the list does not show yet. */
export const unread = signal(false)

/** Takes in that stock has changed; the list waits while somebody reads in it. */
export function onNews(): void {
  void summaryNow().load()
  const open = param('product')
  if (open !== undefined) stockDetails.reload(detailKey(open, param('at') ?? param('site')))
  if (isBeingRead()) unread.value = true
  else showNews()
}

/** Lets the list show what has changed. */
export function showNews(): void {
  unread.value = false
  stockRows.again()
}
