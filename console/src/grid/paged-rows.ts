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
  let stale = false

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
      const blocks = new Map(known?.query === query && !stale ? known.blocks : [])
      stale = false
      blocks.set(block, page.rows)
      state.value = { query, total: page.total, blocks }
      error.value = undefined
    } catch (cause) {
      asked.delete(key)
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
      asked.clear()
      const known = state.peek()
      const query = wanted
      // Blocks that were known may have shifted: the first answer replaces them all.
      if (known !== undefined) stale = true
      void fetchBlock(query, 0)
    },
    /** Fetches the blocks in which the window lies. */
    cover({ first, last }: RowWindow): void {
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
