import { formatDay, formatDayShort } from '../../core/calendar.ts'
import type { Order, Reservation, StockMoment } from '../../fulfilment/index.ts'
import type {
  StockDetail,
  StockPage,
  StockPageQuery,
  StockRow,
  StockState,
  StockSummary,
} from '../schemas/stock-pages.ts'
import { stockState } from '../schemas/stock-pages.ts'
import type { FulfilmentPlaces } from './fulfilment-places.ts'
import { iso } from './orders.ts'
import { demandOn, MOST_DAYS, stockLeft } from './stock-cover.ts'
import { demandOf, KNOWN_DAYS } from './stock-facts.ts'
import { momentWords } from './stock-moments.ts'
import {
  arrivalsOf,
  availableOf,
  type Counts,
  countsOf,
  dayFrom,
  judgeProduct,
  type Shelf,
  type StockSource,
  type StockStand,
  siteShares,
  stateOn,
} from './stock-shelf.ts'
import { detailSentence, stateWords, summarySentence } from './stock-words.ts'

const TROUBLE: ReadonlySet<StockState> = new Set(['out', 'soon', 'low'])
/** States between which money decides, then time. */
const RANKS: Readonly<Record<StockState, number>> = { out: 0, soon: 0, low: 1, ok: 2, still: 3 }
/** Reservations that a panel lists. */
const MOST_HELD = 50
/** Days of the curve of cover. */
const COVER_DAYS = 84
/** Events that a panel lists. */
const MOST_EVENTS = 12

/** The products that a query asks for. `only` is the number of its site. */
export function stockPageOf(
  source: StockSource,
  shelf: Shelf,
  query: StockPageQuery,
  only: number | undefined,
): StockPage {
  const { facts } = source
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const found = sorted(source, shelf, query).filter(
    (product) =>
      fits(stateOn(shelf, product), query.state) &&
      words.every((word) => facts.texts[product]!.includes(word)),
  )
  const page = found.subarray(query.offset, query.offset + query.limit)
  return {
    total: found.length,
    rows: Array.from(page, (product) => rowOf(source, product, only)),
  }
}

const orders = new WeakMap<Shelf, Map<string, Int32Array>>()

/** All products of a shelf in the order of a query, kept as long as the shelf is. */
function sorted(source: StockSource, shelf: Shelf, query: StockPageQuery): Int32Array {
  const kept = orders.get(shelf) ?? new Map<string, Int32Array>()
  orders.set(shelf, kept)
  const key = `${query.sort} ${query.order ?? ''}`
  const found = kept.get(key) ?? shelf.products.toSorted(orderOf(source, shelf, query))
  kept.set(key, found)
  return found
}

function fits(state: StockState, asked: StockPageQuery['state']): boolean {
  if (asked === undefined) return true
  return asked === 'trouble' ? TROUBLE.has(state) : state === asked
}

type Order2 = (a: number, b: number) => number

/** The order of a query; equal ones stand by the number of their product. */
function orderOf({ facts }: StockSource, shelf: Shelf, { sort, order }: StockPageQuery): Order2 {
  const { zeroAt } = shelf
  const stake = (product: number) => shelf.stakeCents[product]! || 0
  // Infinity less Infinity is no number.
  const byTime: Order2 = (a, b) => (zeroAt[a] === zeroAt[b] ? 0 : zeroAt[a]! - zeroAt[b]!)
  const most =
    (values: Int32Array): Order2 =>
    (a, b) =>
      values[b]! - values[a]!
  const rank = (product: number) => RANKS[stateOn(shelf, product)]
  const by: Readonly<Record<StockPageQuery['sort'], Order2>> = {
    worst: (a, b) => rank(a) - rank(b) || stake(b) - stake(a) || byTime(a, b),
    'runs-out': byTime,
    stake: (a, b) => stake(b) - stake(a),
    'on-hand': most(shelf.onHand),
    reserved: most(shelf.reserved),
    incoming: most(shelf.incoming),
    title: (a, b) => (facts.texts[a]! < facts.texts[b]! ? -1 : 1),
  }
  const first = sort === 'title' || sort === 'runs-out' ? 'asc' : 'desc'
  const sign = order === undefined || order === first ? 1 : -1
  return (a, b) => sign * by[sort](a, b) || a - b
}

/** A product as the page lists it; what site `only` holds of it alone. */
export function rowOf(source: StockSource, product: number, only: number | undefined): StockRow {
  const { book, facts, now } = source
  const counts = countsOf(book, product)
  const at = only === undefined ? undefined : counts.find(({ site }) => site === only)
  const stand = judgeProduct(source, product, counts, at)
  const shares = siteShares(source, counts)
  const share = at === undefined ? 1 : shares[counts.indexOf(at)]!
  const margin = facts.marginCents[product]!
  const today = Math.floor(now / 86_400_000)
  return {
    productId: book.productIds[product]!,
    title: facts.titles[product]!,
    ...{ state: stand.state, words: stateWords(stand, facts.leadDays[product]!) },
    ...runOutOf(stand, today),
    perDay: perDayOf(source, product, share),
    ...unitsOf(at === undefined ? counts : [at]),
    lostUnits: stand.lost,
    stakeCents: Number.isNaN(margin) ? null : Math.round(stand.lost * margin),
    nextOn: formatDay(today + Math.ceil(stand.nextDay)),
    nextUnits: stand.nextUnits,
    cells: counts.map((cell) => cellOf(source, product, counts, cell)),
  }
}

function runOutOf({ zeroAt }: StockStand, today: number) {
  if (zeroAt > MOST_DAYS) return { runsOutInDays: null, runsOutOn: null }
  return { runsOutInDays: tenth(zeroAt), runsOutOn: formatDay(today + Math.floor(zeroAt)) }
}

const tenth = (value: number): number => Math.round(10 * value) / 10

/** Units a day over the days that are known one by one; null without a forecast. */
function perDayOf({ facts }: StockSource, product: number, share: number): number | null {
  const demand = demandOf(facts, product)
  if (Number.isNaN(demand.beyond)) return null
  let sum = 0
  for (let day = 0; day < KNOWN_DAYS; day++) sum += demandOn(demand, day)
  return Math.round((1000 * share * sum) / KNOWN_DAYS) / 1000
}

function unitsOf(counts: readonly Counts[]) {
  const sum = (of: (cell: Counts) => number) => counts.reduce((all, cell) => all + of(cell), 0)
  return {
    onHand: sum(({ onHand }) => onHand),
    reserved: sum(({ reserved }) => reserved),
    available: sum(availableOf),
    incoming: sum(({ incoming }) => incoming),
  }
}

function cellOf(source: StockSource, product: number, counts: readonly Counts[], cell: Counts) {
  const { state, zeroAt } = judgeProduct(source, product, counts, cell)
  return {
    siteId: source.book.siteIds[cell.site]!,
    available: availableOf(cell),
    coverDays: zeroAt > MOST_DAYS ? null : tenth(zeroAt),
    state,
  }
}

/** What the first line and the tiles of the page say; of a site alone where `only` is its number. */
export function stockSummaryOf(
  source: StockSource,
  shelf: Shelf,
  places: FulfilmentPlaces,
  stale: StockSummary['stale'],
  only: number | undefined,
): StockSummary {
  const { book, facts, now } = source
  const counts = new Map<StockState, number>()
  let stake = 0
  let isPriced = false
  const units = { onHand: 0, reserved: 0, available: 0, incoming: 0 }
  for (const product of shelf.products) {
    const state = stateOn(shelf, product)
    counts.set(state, (counts.get(state) ?? 0) + 1)
    const cents = shelf.stakeCents[product]!
    if (!Number.isNaN(cents)) {
      stake += cents
      isPriced = true
    }
    for (const name of ['onHand', 'reserved', 'available', 'incoming'] as const)
      units[name] += shelf[name][product]!
  }
  const states = stockState.options.map((state) => ({ state, products: counts.get(state) ?? 0 }))
  const worst = worstOf(source, shelf)
  const name = only === undefined ? undefined : places.site(book.siteIds[only]!).name
  return {
    sentence: summarySentence(
      { states, products: shelf.products.length, isForecast: facts.forecast !== null },
      worst === undefined
        ? undefined
        : { title: facts.titles[worst]!, zeroAt: shelf.zeroAt[worst]! },
      name,
    ),
    ...{ now: iso(now), sequence: book.sequence, products: shelf.products.length, states },
    stakeCents: isPriced ? Math.round(stake) : null,
    units,
    sites: book.siteIds.map((siteId) => ({ siteId, name: places.site(siteId).name })),
    ...{ forecast: facts.forecast, stale },
  }
}

/** The product with stock left that loses most soon. */
function worstOf(source: StockSource, shelf: Shelf): number | undefined {
  const compare = orderOf(source, shelf, { sort: 'worst', limit: 1, offset: 0 })
  let worst: number | undefined
  for (const product of shelf.products) {
    if (stateOn(shelf, product) !== 'soon') continue
    if (worst === undefined || compare(product, worst) < 0) worst = product
  }
  return worst
}

/** What the panel of one product tells beside its row. */
export interface ProductLife {
  readonly reservations: readonly Reservation[]
  readonly moments: readonly StockMoment[]
  orderOf(orderId: string): Order | undefined
  readonly line: string | null
}

/** One product: why it runs out, site by site, who holds units of it, and what happened to it. */
export function stockDetailOf(
  source: StockSource,
  places: FulfilmentPlaces,
  product: number,
  only: number | undefined,
  life: ProductLife,
): StockDetail {
  const { book, facts } = source
  const counts = countsOf(book, product)
  const at = only === undefined ? undefined : counts.find(({ site }) => site === only)
  const row = rowOf(source, product, at?.site)
  const shares = siteShares(source, counts)
  const name = (siteId: string) => places.site(siteId).name
  return {
    row,
    sentence: detailSentence(
      row,
      at === undefined ? undefined : name(book.siteIds[at.site]!),
      facts.leadDays[product]!,
      formatShort,
    ),
    sites: counts.map((cell, i) => ({
      ...cellOf(source, product, counts, cell),
      name: name(book.siteIds[cell.site]!),
      ...unitsOf([cell]),
      perDay: perDayOf(source, product, shares[i]!),
    })),
    cover: coverCurve(
      source,
      product,
      counts,
      at,
      at === undefined ? 1 : shares[counts.indexOf(at)]!,
    ),
    arrivals: expectedOf(source, product, at === undefined ? counts : [at]),
    reservations: heldOf(life, places, at === undefined ? undefined : book.siteIds[at.site]!),
    events: life.moments
      .filter(({ siteId }) => at === undefined || siteId === book.siteIds[at.site])
      .slice(0, MOST_EVENTS)
      .map((moment) => ({ at: iso(moment.at), words: momentWords(moment, name) })),
    line: life.line,
  }
}

const formatShort = (day: string): string =>
  formatDayShort(Date.parse(`${day}T00:00:00Z`) / 86_400_000)

function coverCurve(
  source: StockSource,
  product: number,
  counts: readonly Counts[],
  at: Counts | undefined,
  share: number,
): StockDetail['cover'] {
  const { facts, now } = source
  const demand = demandOf(facts, product)
  if (Number.isNaN(demand.beyond)) return null
  const judged = at === undefined ? counts : [at]
  const available = judged.reduce((sum, cell) => sum + availableOf(cell), 0)
  const arrivals = arrivalsOf(source, product, judged)
  const left = (factor: number) =>
    stockLeft({ available, demand, factor, arrivals }, COVER_DAYS).map(tenth)
  return {
    from: formatDay(Math.floor(now / 86_400_000)),
    likely: left(share),
    low: left(share * facts.strong[product]!),
    high: left(share * facts.weak[product]!),
  }
}

function expectedOf(
  { book, expected, now }: StockSource,
  product: number,
  counts: readonly Counts[],
): StockDetail['arrivals'] {
  const today = Math.floor(now / 86_400_000)
  return counts
    .flatMap(({ site }) => expected(book.siteIds[site]!, book.productIds[product]!))
    .sort((a, b) => a.arrivesBy[1] - b.arrivesBy[1])
    .map(({ receiptId, siteId, quantity, arrivesBy }) => ({
      ...{ receiptId, siteId, quantity },
      likelyOn: formatDay(today + dayFrom(arrivesBy[1], now)),
      lateOn: formatDay(today + dayFrom(arrivesBy[2], now)),
    }))
}

/** Those that end soonest first, then those without end. */
function heldOf(
  { reservations, orderOf: find }: ProductLife,
  places: FulfilmentPlaces,
  siteId: string | undefined,
): StockDetail['reservations'] {
  const lines = reservations
    .flatMap(({ reservationId, expiresAt, lines: own }) =>
      own.map((line) => ({ reservationId, expiresAt, ...line })),
    )
    .filter((line) => siteId === undefined || line.siteId === siteId)
    .sort((a, b) => (a.expiresAt ?? 1e15) - (b.expiresAt ?? 1e15))
  const shown = lines
    .slice(0, MOST_HELD)
    .map(({ reservationId, expiresAt, siteId: at, quantity }) => {
      const order = find(reservationId)
      return {
        ...{ reservationId, siteId: at, quantity },
        expiresAt: expiresAt === undefined ? null : iso(expiresAt),
        order:
          order === undefined
            ? null
            : { status: order.status, area: places.area(order.areaId).name },
      }
    })
  return { total: lines.length, shown }
}
