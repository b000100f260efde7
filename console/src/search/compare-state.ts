import type { Configuration, SearchItem } from '../../../src/api/schemas/search.ts'
import type { CompareReply } from '../../../src/api/schemas/search-report.ts'
import { api } from '../api.ts'
import { createResources } from '../resource.ts'

/** The query sets there are, in words. */
export const SETS = [
  { value: 'clicked', label: 'Clicked' },
  { value: 'judged', label: 'Judged' },
  { value: 'frequent', label: 'Most searched' },
] as const

export type QuerySet = (typeof SETS)[number]['value']
export type Row = CompareReply['rows'][number]

/** The default against the learned order, by query set. */
export const comparisons = createResources((set) =>
  api.compareSearch({ left: 'default', right: 'learned', queries: set as QuerySet }),
)

/** The first results of both orders, by query. */
export const pairs = createResources(async (query) => {
  const of = async (configuration: Configuration) =>
    (await api.search({ query, size: SIDE, configuration })).items
  const [left, right] = await Promise.all([of('default'), of('learned')])
  return { left, right }
})

/** Results shown on each side. */
const SIDE = 10

/** A change too small to see is a tie. */
const TIE = 5e-4

/** Whether the right side won, lost or tied. */
export function outcomeOf({ left, right }: Pick<Row, 'left' | 'right'>): 'won' | 'lost' | 'tied' {
  const change = right - left
  return Math.abs(change) < TIE ? 'tied' : change > 0 ? 'won' : 'lost'
}

/** A result on the right side, with its place on the left: null where it is new there. */
export interface Moved {
  readonly item: SearchItem
  readonly before: number | null
}

/** Where each result of `right` stood in `left`, from 1. */
export function movesOf(
  left: readonly SearchItem[],
  right: readonly SearchItem[],
): readonly Moved[] {
  const places = new Map(left.map(({ productId }, i) => [productId, i + 1]))
  return right.map((item) => ({ item, before: places.get(item.productId) ?? null }))
}
