import { signal } from '@preact/signals'
import type { ApiError } from '../api.ts'
import { asApiError } from '../resource.ts'
import type { RowWindow } from './virtual-window.ts'

const BLOCK = 100

export interface Page<Row> {
  readonly total: number
  readonly rows: readonly Row[]
}

interface State<Row> {
  readonly query: string
  readonly total: number
  readonly blocks: ReadonlyMap<number, readonly Row[]>
}

/**
 * Rows of the server, in blocks of 100, fetched as they come into view. A new query keeps the old
 * rows until the first block of the new ones is here, so nothing flickers.
 */
export function createPagedRows<Row>(
  fetchPage: (query: URLSearchParams, signal: AbortSignal) => Promise<Page<Row>>,
) {
  const state = signal<State<Row> | undefined>(undefined)
  const error = signal<ApiError | undefined>(undefined)
  const asked = new Set<string>()
  let wanted: string | undefined
  let stop = new AbortController()
  let shown: RowWindow = { first: 0, last: 0 }
  let times = 0

  const fetchBlock = async (query: string, block: number): Promise<void> => {
    const key = `${block}:${query}`
    if (asked.has(key)) return
    asked.add(key)
    const params = new URLSearchParams(query)
    params.set('limit', String(BLOCK))
    params.set('offset', String(block * BLOCK))
    const { signal: aborted } = stop
    try {
      const page = await fetchPage(params, aborted)
      if (query !== wanted) return
      const known = state.peek()
      const blocks = new Map(known?.query === query ? known.blocks : [])
      blocks.set(block, page.rows)
      state.value = { query, total: page.total, blocks }
      error.value = undefined
    } catch (cause) {
      asked.delete(key)
      if (!aborted.aborted) error.value = asApiError(cause)
    }
  }
  /** Reads the blocks that show, and lets them take the place of all that was known at once. */
  const fetchShown = async (query: string): Promise<void> => {
    const time = ++times
    const { signal: aborted } = stop
    const first = Math.floor(shown.first / BLOCK)
    const last = Math.max(first, Math.ceil(shown.last / BLOCK) - 1)
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i)
    try {
      const pages = await Promise.all(
        numbers.map((block) => {
          const params = new URLSearchParams(query)
          params.set('limit', String(BLOCK))
          params.set('offset', String(block * BLOCK))
          return fetchPage(params, aborted)
        }),
      )
      if (query !== wanted || time !== times) return
      asked.clear()
      for (const block of numbers) asked.add(`${block}:${query}`)
      const blocks = new Map(pages.map((page, i) => [numbers[i]!, page.rows]))
      state.value = { query, total: pages[0]!.total, blocks }
      error.value = undefined
    } catch (cause) {
      if (!aborted.aborted) error.value = asApiError(cause)
    }
  }
  return {
    state,
    error,
    /** Asks for the rows of `query`; answers to older queries are dropped. */
    ask(query: string): void {
      if (query === wanted) return
      wanted = query
      stop.abort()
      stop = new AbortController()
      asked.clear()
      void fetchBlock(query, 0)
    },
    /** Reads the first rows again after an error. */
    retry(): void {
      if (wanted !== undefined) void fetchBlock(wanted, 0)
    },
    /** Reads the rows again after a change; those known stay until the new ones are here. */
    again(): void {
      if (wanted === undefined) return
      if (state.peek()?.query === wanted) void fetchShown(wanted)
      else void fetchBlock(wanted, 0)
    },
    /** Fetches the blocks in which the window lies. */
    cover({ first, last }: RowWindow): void {
      shown = { first, last }
      const query = state.peek()?.query
      if (query === undefined || query !== wanted) return
      for (let block = Math.floor(first / BLOCK); block * BLOCK < last; block++) {
        void fetchBlock(query, block)
      }
    },
    rowAt(index: number): Row | undefined {
      return state.value?.blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK]
    },
  }
}
