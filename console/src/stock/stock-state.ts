import { computed } from '@preact/signals'
import type { StockRow } from '../../../src/api/schemas/stock-pages.ts'
import { api } from '../api.ts'
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

/** Reads what is shown again, because stock has changed. */
export function readAgain(): void {
  void summaryNow().load()
  stockRows.again()
  const open = param('product')
  if (open !== undefined) stockDetails.reload(detailKey(open, param('at') ?? param('site')))
}
