import { computed, signal } from '@preact/signals'
import type { Configuration, SearchItem, SearchReply } from '../../../src/api/schemas/search.ts'
import { type ApiError, api } from '../api.ts'
import { asApiError, createResources } from '../resource.ts'
import { param, setParams } from '../router.ts'
import { currency, date, searchStatus } from '../state.ts'
import { currencySymbol, formatPlain } from '../text/format.ts'
import { type FacetFilter, filtersFrom, filtersText } from './filters.ts'

/** Results that are shown at first, and with each "show more": a page of a shop. */
export const PAGE = 24
/** The API takes no page beyond this place. */
const LAST_PLACE = 10_000

/** The last word is still being typed. */
export const unfinished = signal(false)

/** The configuration in the address; the learned one unless it says otherwise. */
export const configuration = computed<Configuration>(() =>
  param('with') === 'default' ? 'default' : 'learned',
)

export const filters = computed(() => filtersFrom(param('filters')))

/** Beyond it there are no dates: epoch milliseconds. */
const LAST_MOMENT = 8.64e15

/** Writes a number of a field: a price with the store's currency, a date as a day. */
export function writeNumber(field: string, value: number): string {
  const role = searchStatus.data.value?.fields.find(({ name }) => name === field)?.role
  if (role === 'date' && Math.abs(value) <= LAST_MOMENT) return date(new Date(value).toISOString())
  return `${role === 'price' ? currencySymbol(currency.value) : ''}${formatPlain(value)}`
}

/** What is asked of the server, as it stands in the address; the same question, the same text. */
export const asked = computed(() => {
  const [field, order] = (param('sort') ?? '').split(/:(?=[a-z]+$)/)
  const sorted = field !== undefined && field !== '' && (order === 'rising' || order === 'falling')
  return JSON.stringify({
    query: param('q') ?? '',
    filters: filters.value,
    sort: sorted ? [{ field, order }] : [],
    configuration: configuration.value,
    unfinished: unfinished.value,
  })
})

type Asked = Parameters<typeof api.search>[0]
const bodyOf = (key: string) => JSON.parse(key) as Asked

export interface Found {
  /** The question that this answers. */
  readonly key: string
  /** The first page's reply. */
  readonly reply: SearchReply
  readonly items: readonly SearchItem[]
}

export const found = signal<Found | undefined>(undefined)
export const searchError = signal<ApiError | undefined>(undefined)
/** Whether further results are on their way. */
export const isFetchingMore = signal(false)

let stop = new AbortController()
let wanted: string | undefined

/** Asks a question; answers to older ones are dropped, and what is shown stays until this one's. */
export async function ask(key: string, { again = false } = {}): Promise<void> {
  if (key === wanted && !again) return
  wanted = key
  stop.abort()
  stop = new AbortController()
  const { signal: aborted } = stop
  try {
    const reply = await api.search({ ...bodyOf(key), size: PAGE }, aborted)
    if (key !== wanted) return
    found.value = { key, reply, items: reply.items }
    searchError.value = undefined
  } catch (cause) {
    if (aborted.aborted) return
    wanted = undefined
    searchError.value = asApiError(cause)
  }
}

/** Asks the question in the address again. */
export const askAgain = (): void => void ask(asked.peek(), { again: true })

/** How many results a person can come to. */
export const reachable = computed(() => Math.min(found.value?.reply.total ?? 0, LAST_PLACE))

/** Fetches the next results after those that are shown. */
export async function fetchMore(): Promise<void> {
  const shown = found.peek()
  if (shown === undefined || isFetchingMore.peek()) return
  isFetchingMore.value = true
  try {
    const from = shown.items.length
    const { items } = await api.search({ ...bodyOf(shown.key), from, size: PAGE })
    const now = found.peek()
    if (now?.key === shown.key) found.value = { ...now, items: [...now.items, ...items] }
  } catch (cause) {
    searchError.value = asApiError(cause)
  } finally {
    isFetchingMore.value = false
  }
}

/** One result with its reasons, by question and place: reasons cost more than the search itself. */
export const explained = createResources(async (key: string) => {
  const at = key.indexOf(' ')
  const from = Number(key.slice(0, at)) - 1
  const reply = await api.search({ ...bodyOf(key.slice(at + 1)), from, size: 1, explain: true })
  return reply.items[0]
})

/** The reasons of a result that is shown. */
export const explanationOf = (key: string, item: SearchItem) =>
  explained.of(`${item.position} ${key}`)

/** How people judged the results of a query. */
export const judgmentLists = createResources(api.judgments)

/** Sets the conditions; what was open is closed, because it may be gone. */
export function setFilters(next: readonly FacetFilter[]): void {
  setParams({ filters: filtersText(next), result: null })
}
