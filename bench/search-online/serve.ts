import type { Random } from '../../src/core/index.ts'
import type { ArmShare, FeedbackEvent, SearchRecord } from '../../src/search/feedback/events.ts'
import type { ArmOffer, PolicyChoice } from '../../src/search/policy/door.ts'
import type { Shop, ShopQuery } from './shop.ts'

/** Products of a page. */
const SHOWN = 10

/** The arms of the shop; together, at their usual counts, they are the static default. */
export const OFFERS: readonly ArmOffer[] = [
  { name: 'text', source: 'text', costMs: 0.2, defaultCount: 10 },
  { name: 'memory', source: 'memory', costMs: 0.1, defaultCount: 10 },
  { name: 'popular', source: 'memory', costMs: 0.1, defaultCount: 10 },
  { name: 'recent', source: 'recent', costMs: 0.1, defaultCount: 10 },
]

/** What a combination shows: its arms take turns, each as often as its count allows, none twice. */
export interface Page {
  readonly shown: readonly number[]
  readonly broughtBy: readonly (readonly number[])[]
}

export function pageOf(query: ShopQuery, shares: readonly ArmShare[]): Page {
  const lists = shares.map(({ arm, count }) => query.rankings[arm]!.slice(0, count))
  const shown: number[] = []
  const most = Math.max(0, ...shares.map(({ count }) => count))
  // An arm with half the candidates of the largest has half the turns.
  const credit = shares.map(() => 0)
  const at = shares.map(() => 0)
  while (shown.length < SHOWN && lists.some((list, a) => at[a]! < list.length)) {
    shares.forEach(({ count }, a) => {
      credit[a] = credit[a]! + count / most
      if (credit[a]! < 1 - 1e-9) return
      credit[a] = credit[a]! - 1
      while (at[a]! < lists[a]!.length && shown.includes(lists[a]![at[a]!]!)) at[a] = at[a]! + 1
      const next = lists[a]![at[a]!]
      if (next !== undefined && shown.length < SHOWN) shown.push(next)
    })
  }
  const broughtBy = shown.map((place) =>
    lists.flatMap((list, a) => (list.includes(place) ? [a] : [])),
  )
  return { shown, broughtBy }
}

/** Chance that a page earns a click: 1 − Π (1 − examination × attraction). */
export function clickChance(shop: Shop, query: ShopQuery, page: Page): number {
  return (
    1 - page.shown.reduce((none, place, rank) => none * (1 - chanceAt(shop, query, place, rank)), 1)
  )
}

const chanceAt = (shop: Shop, query: ShopQuery, place: number, rank: number) =>
  shop.examination[rank]! * query.attraction[place]!

/** A simulated customer: what was shown, and the clicks that followed. */
export function simulate(
  shop: Shop,
  query: ShopQuery,
  choice: PolicyChoice,
  random: Random,
  search: { readonly queryId: string; readonly at: number },
): {
  readonly record: SearchRecord
  readonly events: readonly FeedbackEvent[]
  readonly page: Page
} {
  const page = pageOf(query, choice.shares)
  const { queryId, at } = search
  const events = page.shown.flatMap((place, rank): FeedbackEvent[] =>
    random.next() < chanceAt(shop, query, place, rank)
      ? [
          {
            kind: 'click',
            queryId,
            productId: query.products[place]!,
            position: rank + 1,
            at: at + rank,
          },
        ]
      : [],
  )
  const record: SearchRecord = {
    queryId,
    raw: query.text,
    text: query.text,
    at,
    shown: page.shown.map((place) => query.products[place]!),
    broughtBy: page.broughtBy,
    shares: choice.shares,
    choice: choice.choice,
    propensity: choice.propensity,
    defaultPropensity: choice.defaultPropensity,
    seen: choice.seen,
    version: 1,
  }
  return { record, events, page }
}
