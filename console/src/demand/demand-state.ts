import { computed } from '@preact/signals'
import type { ProductRow } from '../../../src/api/schemas/demand.ts'
import { api } from '../api.ts'
import { createPagedRows } from '../grid/paged-rows.ts'
import { param, setParams } from '../router.ts'
import { summary } from '../state.ts'
import { modelWords } from '../text/model-words.ts'

export const products = createPagedRows<ProductRow>(api.products)

const FILTERS = ['q', 'category', 'status', 'model'] as const

/** What is asked of the server, as it stands in the address. */
export const query = computed(() => {
  const sort = param('sort') ?? 'stake'
  const asked = new URLSearchParams({ sort, order: param('order') ?? firstOrder(sort) })
  for (const name of FILTERS) {
    const value = param(name)
    if (value !== undefined) asked.set(name, value)
  }
  return asked.toString()
})

/** The direction in which a column is sorted first: words from A, numbers with the worst on top. */
export function firstOrder(sort: string): 'asc' | 'desc' {
  return sort === 'title' || sort === 'model' || sort === 'coverage' ? 'asc' : 'desc'
}

export function sortBy(key: string): void {
  const before = param('sort') ?? 'stake'
  const again = before === key && param('order') === undefined
  const order = again ? (firstOrder(key) === 'asc' ? 'desc' : 'asc') : null
  setParams({ sort: key === 'stake' ? null : key, order })
}

export function clearFilters(): void {
  setParams({ q: null, category: null, status: null, model: null })
}

const labels = computed(
  () => new Map(summary.data.value?.models.map(({ model, label }) => [model, label])),
)

/** The words for a model; short ones for a cell. */
export function modelLabel(model: string | null, options: { short?: boolean } = {}): string {
  return model === null ? 'none' : modelWords(model, labels.value, options)
}
