import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import type { Table } from '../../core/table.ts'
import { createClickModel } from '../customers/clicks.ts'
import { type Customers, createCustomers } from '../customers/customers.ts'
import { networkTables } from '../network/network-tables.ts'
import { createUsNetwork, withRoom } from '../network/us-network.ts'
import { dayStarts } from './clock.ts'
import { meanOfShares } from './demand.ts'
import { DEMO_NETWORK, peopleShares } from './demo-network.ts'
import { DEPARTMENTS } from './departments.ts'
import { type GeographyTables, geographyTables } from './geography-tables.ts'
import { type DemoLoadEvent, demoLoadEvents } from './load-events.ts'
import { loadTables } from './load-tables.ts'
import { createMarket, type Market } from './market.ts'
import { addOrders, emptyOrderBook, type OrderBook, type OrderMaker } from './orders.ts'
import { completeParams, type DemoParams, type FullDemoParams, PLANNED_AHEAD } from './params.ts'
import { createResultLists } from './result-lists.ts'
import { salesTable } from './sales.ts'
import { addSearches, emptySearchLog, type SearchLog } from './searches.ts'
import { centreRoom, splitStock, stockTable } from './stock.ts'
import { emptySupply, SUBSTITUTION_RATE, type Supply, supplyGroup } from './supply.ts'
import {
  closedDaysTable,
  eventsTable,
  offersTable,
  orderTables,
  pricesTable,
  productsTable,
  receiptsTable,
  searchTables,
  vendorsTable,
} from './tables.ts'
import { rushTimes } from './traffic.ts'
import { STATES } from './us-facts.ts'
import { createOffers, createVendors, drawLeadTimes, type Offer, type Vendor } from './vendors.ts'

/**
 * What really happened behind the tables: for simulators and for tests, never for a policy. Arrays
 * by product follow the rows of `products`; matrices are product × day from firstDay.
 */
export interface DemoTruth {
  readonly firstDay: number
  /** Days of history: columns 0 … days−1 of the matrices. */
  readonly days: number
  /** Columns of mean, demand and cents: history and future. */
  readonly totalDays: number
  readonly productIds: readonly string[]
  /** Expected units wanted at that day's price, before stock-outs and substitution. */
  readonly mean: Float32Array
  /** Units wanted. */
  readonly demand: Uint16Array
  /** Price asked. */
  readonly cents: Int32Array
  /** Units wanted in vain, product × day of history. */
  readonly lost: Uint16Array
  /** Size r of the negative binomial of customers a day: mean n = mean / unitsPerLine, variance n + n²/r. */
  readonly dispersion: Float64Array
  /** Units that a mean customer wants. */
  readonly unitsPerLine: Float64Array
  readonly elasticity: Float64Array
  /** Products of equal group stand in for each other, at substitutionRate. */
  readonly substituteGroup: Int32Array
  readonly substitutionRate: number
  /** Products of equal mission are bought together. */
  readonly mission: Int32Array
  /** Units on hand before the first day. */
  readonly openingStock: Int32Array
  /** By row of `vendors`. */
  readonly vendors: readonly Vendor[]
  /** P(looked at) by position of the results, first = index 0. */
  readonly examination: Float64Array
}

export interface DemoStore {
  /** Feed tables by name; days as day numbers, instants as epoch ms, booleans as 0/1. */
  readonly tables: Readonly<Record<string, Table>>
  readonly truth: DemoTruth
}

export interface DemoOptions {
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/**
 * Makes a demo store: catalog, vendors, places, two years of orders, purchases and searches, and the
 * truth behind them. Deterministic by params. Throws ERR_ARGUMENT on impossible sizes and
 * ERR_CANCELLED once the signal is aborted.
 */
export function generateDemoStore(params: DemoParams = {}, options: DemoOptions = {}): DemoStore {
  const { onProgress = silent, signal } = options
  const full = completeParams(params)
  const random = createRandom(`demo:${full.seed}`)
  const market = createMarket(full, random, onProgress, signal)
  const geography = geographyTables()
  const vendors = createVendors(full.vendors, random.split('vendors'))
  const offers = createOffers(market.catalog, vendors, random.split('offers'))
  const supply = runSupply(full, market, vendors, offers, random, options)
  const customers = createCustomers(
    { areaWeights: geography.countyPeople, count: full.customers },
    random.split('customers'),
  )
  const starts = dayStarts(market.firstDay, full.days)
  const firstLoadDay = full.asOf - full.loadDays + 1
  const loadEvents =
    full.loadDays === 0 ? [] : demoLoadEvents(firstLoadDay, full.asOf, random.split('load events'))
  const shop = { market, supply, customers, geography, starts, loadEvents }
  const { book, log } = runDays(full, shop, random, options)
  onProgress({ step: 'tables', done: 0, total: 1 })
  const states = Int32Array.from(customers.areaOf, (area) => geography.countyState[area]!)
  const codes = STATES.map(({ fips }) => fips)
  const plain = createUsNetwork({ ...DEMO_NETWORK, seed: full.seed })
  const shares = peopleShares(plain.network)
  const stock = splitStock(supply, market.catalog, shares, full.days, random.split('stock'))
  const network = withRoom(plain, centreRoom(stock, market.catalog))
  const lastPlanned = market.firstDay + market.totalDays + PLANNED_AHEAD
  const tables: Record<string, Table> = {
    products: productsTable(market, full),
    vendors: vendorsTable(vendors),
    offers: offersTable(offers, vendors, market),
    areas: geography.areas,
    adjacency: geography.adjacency,
    ...networkTables(network, market.firstDay, lastPlanned),
    receipts: receiptsTable(supply, vendors, market, random.split('receipts')),
    stock: stockTable(stock, market.catalog, network.network.sites.ids, starts[full.days]!),
    sales: salesTable(market, supply, book, full, starts, codes, states),
    prices: pricesTable(market),
    events: eventsTable(market),
    closed_days: closedDaysTable(market),
    ...orderTables(book, market, customers, geography.countyIds),
    ...searchTables(log, market, customers),
    ...loadTables(full, shop, book, random.split('load')),
  }
  return { tables, truth: truthOf(full, market, supply, vendors) }
}

/** Runs every group of substitutes through the history. */
function runSupply(
  params: FullDemoParams,
  market: Market,
  vendors: readonly Vendor[],
  offers: readonly Offer[],
  random: Random,
  { onProgress = silent, signal }: DemoOptions,
): Supply {
  const { catalog, totalDays } = market
  const offerOf: Offer[] = []
  for (const offer of offers) offerOf[offer.product] ??= offer
  const leadDays = drawLeadTimes(vendors, totalDays, random.split('leads'))
  const input = { ...market, vendors, offerOf, days: params.days, leadDays }
  const supply = emptySupply(catalog.count, params.days)
  const groups = groupsOf(catalog.substituteGroup)
  const stream = random.split('supply')
  groups.forEach((members, group) => {
    if (group % 64 === 0) {
      throwIfStopped(signal)
      onProgress({ step: 'supply', done: group, total: groups.length })
    }
    supplyGroup(input, members, supply, stream.split(group))
  })
  return supply
}

/** Members of each group, by group. */
function groupsOf(groupOf: Int32Array): number[][] {
  const groups: number[][] = []
  groupOf.forEach((group, product) => {
    groups[group] ??= []
    groups[group].push(product)
  })
  return groups
}

/** What the days of a store are run with. */
interface Shop {
  readonly market: Market
  readonly supply: Supply
  readonly customers: Customers
  readonly geography: GeographyTables
  /** Epoch ms at which each day begins, and the end of the last. */
  readonly starts: Float64Array
  readonly loadEvents: readonly DemoLoadEvent[]
}

/** Writes the orders and searches of every day, each day from its own streams. */
function runDays(
  params: FullDemoParams,
  { market, supply, customers, geography, starts, loadEvents }: Shop,
  random: Random,
  { onProgress = silent, signal }: DemoOptions,
): { book: OrderBook; log: SearchLog } {
  const { catalog, firstDay, totalDays, cents, lines } = market
  const { days, searchesPerOrder, impressions } = params
  const book = emptyOrderBook()
  const log = emptySearchLog()
  const maker: OrderMaker = {
    catalog,
    customers,
    latOf: geography.countyLat,
    hoursBehind: geography.countyHours,
  }
  const lists = createResultLists(catalog)
  const clicks = createClickModel()
  const searching = { catalog, customers, lists, clicks, searchesPerOrder, impressions }
  const orderStream = random.split('orders')
  const searchStream = random.split('searches')
  for (let t = 0; t < days; t++) {
    if (t % 16 === 0) {
      throwIfStopped(signal)
      onProgress({ step: 'orders', done: t, total: days })
    }
    const day = firstDay + t
    const [startsAt, endsAt] = [starts[t]!, starts[t + 1]!]
    const firstOrder = book.orderedAt.length
    const unitsOf = (p: number) => supply.sold[p * days + t]!
    const linesOf = (p: number) => lines[p * totalDays + t]!
    const centsOf = (p: number) => cents[p * totalDays + t]!
    const times = rushTimes({ startsAt, endsAt }, loadEvents)
    const rush =
      times === undefined ? undefined : { times, random: orderStream.split(`rush ${day}`) }
    const sales = { startsAt, endsAt, unitsOf, linesOf, centsOf, rush }
    addOrders(maker, sales, book, orderStream.split(day))
    addSearches(
      searching,
      { day, startsAt, endsAt },
      book,
      firstOrder,
      log,
      searchStream.split(day),
    )
  }
  return { book, log }
}

function truthOf(
  { days }: FullDemoParams,
  market: Market,
  supply: Supply,
  vendors: readonly Vendor[],
): DemoTruth {
  const { catalog, firstDay, totalDays, mean, demand, cents } = market
  return {
    firstDay,
    days,
    totalDays,
    productIds: catalog.ids,
    mean,
    demand,
    cents,
    lost: supply.lost,
    dispersion: catalog.dispersion,
    unitsPerLine: Float64Array.from(catalog.department, (department) =>
      meanOfShares(DEPARTMENTS[department]!.quantityShares),
    ),
    elasticity: catalog.elasticity,
    substituteGroup: catalog.substituteGroup,
    substitutionRate: SUBSTITUTION_RATE,
    mission: catalog.mission,
    openingStock: supply.opening,
    vendors,
    examination: createClickModel().examination,
  }
}
