import { samplePoisson } from '../../core/distributions/counts.ts'
import type { Random } from '../../core/random/random.ts'
import { attractionOf, type ClickModel, clicksAt } from '../customers/clicks.ts'
import type { Customers } from '../customers/customers.ts'
import { type Query, writeQuery } from '../customers/queries.ts'
import { type NumberList, numberList } from './buffers.ts'
import type { Catalog } from './catalog.ts'
import type { OrderBook } from './orders.ts'
import type { ResultLists } from './result-lists.ts'

/** Share of orders whose first line was found through the search box. */
const FOUND_BY_SEARCH = 0.6
const PAGE = 24
const CART_RATE = 0.08

/** Actions on a result, by code. */
export const ACTIONS: readonly string[] = ['click', 'add_to_cart', 'purchase', 'view']

/** Searches and what was done with their results, one list entry each. */
export interface SearchLog {
  readonly searchedAt: NumberList
  readonly customer: NumberList
  /** Code of the text in `texts`. */
  readonly text: NumberList
  readonly resultCount: NumberList
  readonly texts: Map<string, number>
  readonly clickSearch: NumberList
  readonly clickProduct: NumberList
  readonly clickAction: NumberList
  readonly clickAt: NumberList
  /** 1 = first. */
  readonly clickPosition: NumberList
}

/** A log without searches. */
export function emptySearchLog(): SearchLog {
  return {
    searchedAt: numberList(),
    customer: numberList(),
    text: numberList(),
    resultCount: numberList(),
    texts: new Map(),
    clickSearch: numberList(),
    clickProduct: numberList(),
    clickAction: numberList(),
    clickAt: numberList(),
    clickPosition: numberList(),
  }
}

export interface SearchMaker {
  readonly catalog: Catalog
  readonly customers: Customers
  readonly lists: ResultLists
  readonly clicks: ClickModel
  readonly searchesPerOrder: number
  readonly impressions: boolean
}

/** A day's number and epoch ms of its midnight and of the next. */
export interface SearchDay {
  readonly day: number
  readonly startsAt: number
  readonly endsAt: number
}

interface Plan {
  readonly at: number
  readonly customer: number
  readonly wanted: number
  /** Moment of the order that came of it; NaN where none did. */
  readonly orderedAt: number
}

/**
 * Writes one day's searches: three in five orders began with one for their first line, made by the
 * same customer minutes before; the rest are people who look for something the day's buyers bought
 * and leave. Needs the day's orders, from order `firstOrder` on, in the book.
 */
export function addSearches(
  maker: SearchMaker,
  day: SearchDay,
  book: OrderBook,
  firstOrder: number,
  log: SearchLog,
  random: Random,
): void {
  const plans = planSearches(maker, day, book, firstOrder, random)
  plans.sort((a, b) => a.at - b.at)
  for (const plan of plans) {
    const query = writeQuery(maker.catalog.texts[plan.wanted]!, random)
    runSearch(maker, day, plan, query, log, random)
  }
}

function planSearches(
  { customers, searchesPerOrder }: SearchMaker,
  { startsAt: start, endsAt: end }: SearchDay,
  book: OrderBook,
  firstOrder: number,
  random: Random,
): Plan[] {
  const plans: Plan[] = []
  const orders = book.orderedAt.length - firstOrder
  const share = Math.min(FOUND_BY_SEARCH, searchesPerOrder)
  const wantedOf = (order: number) => book.lineProduct.at(book.firstLine.at(order))
  for (let order = firstOrder; order < firstOrder + orders; order++) {
    if (random.next() >= share) continue
    const orderedAt = book.orderedAt.at(order)
    const at = Math.max(start, orderedAt - 60_000 - random.int(1_500_000))
    plans.push({ at, customer: book.customer.at(order), wanted: wantedOf(order), orderedAt })
  }
  const browsing = orders > 0 ? samplePoisson(random, orders * (searchesPerOrder - share)) : 0
  for (let i = 0; i < browsing; i++) {
    // Someone looks for a thing of the day, at about the time at which others do.
    const like = firstOrder + random.int(orders)
    const at = start + ((book.orderedAt.at(like) - start + random.int(3_600_000)) % (end - start))
    const wanted = wantedOf(firstOrder + random.int(orders))
    plans.push({ at, customer: customers.sampleCustomer(random), wanted, orderedAt: Number.NaN })
  }
  return plans
}

function runSearch(
  maker: SearchMaker,
  { day }: SearchDay,
  plan: Plan,
  query: Query,
  log: SearchLog,
  random: Random,
): void {
  const { catalog, lists, clicks, impressions } = maker
  const { products, total } = lists.find(query, plan.wanted)
  const search = log.searchedAt.length
  log.searchedAt.push(plan.at)
  log.customer.push(plan.customer)
  log.text.push(codeOf(log.texts, query.text))
  log.resultCount.push(total)
  let position = 0
  let at = plan.at
  const latest = Number.isNaN(plan.orderedAt) ? Infinity : plan.orderedAt
  for (const product of products) {
    if (position === PAGE) break
    if (catalog.launchDay[product]! > day) continue
    const isBought = product === plan.wanted && !Number.isNaN(plan.orderedAt)
    const attraction = attractionOf(catalog.texts[plan.wanted]!, catalog.texts[product]!)
    const isClicked = clicksAt(clicks, position, attraction, random)
    position++
    if (impressions) note(log, search, product, 3, plan.at, position)
    if (!isClicked) continue
    at = Math.min(at + 2000 + random.int(20_000), latest)
    note(log, search, product, 0, at, position)
    if (isBought || random.next() < CART_RATE) {
      note(log, search, product, 1, Math.min(at + 1000, latest), position)
    }
    if (isBought) note(log, search, product, 2, plan.orderedAt, position)
  }
}

function note(
  log: SearchLog,
  search: number,
  product: number,
  action: number,
  at: number,
  position: number,
): void {
  log.clickSearch.push(search)
  log.clickProduct.push(product)
  log.clickAction.push(action)
  log.clickAt.push(at)
  log.clickPosition.push(position)
}

function codeOf(texts: Map<string, number>, text: string): number {
  const known = texts.get(text)
  if (known !== undefined) return known
  texts.set(text, texts.size)
  return texts.size - 1
}
