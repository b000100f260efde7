import { join } from 'node:path'
import { readKnob } from '../../core/knobs.ts'
import { lookUpSettings } from '../../core/routes/door.ts'
import { openOrders, openStockKeeper, promise, type StockKeeper } from '../../fulfilment/index.ts'
import { type Ledger, openLedger } from '../../ledger/index.ts'
import { openStoreLedger } from '../decisions.ts'
import { requireStore } from '../store/paths.ts'
import type { Settings } from '../store/settings.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { createCatchUp } from './catch-up.ts'
import { type FulfilmentFacts, readCountedStock, readFulfilmentFacts } from './facts.ts'
import { createTurns } from './in-turn.ts'
import { readIncoming } from './incoming.ts'
import { FULFILMENT_KNOBS } from './knobs.ts'
import { createLiveClosures } from './live-closures.ts'
import {
  createLiveHandling,
  type LiveHandling,
  readSiteWork,
  type SiteWork,
} from './live-handling.ts'
import { readOpening, takeOpening } from './opening.ts'
import { ownFulfilment } from './owner.ts'
import { createTakenRoom } from './parcel-routes.ts'
import type { PlacingParts } from './place-order.ts'
import type { PromiseDesk } from './promise-desk.ts'
import { createRouteSource, type RouteSource } from './route-sources.ts'
import { openRoutesInForce, type RoutesInForce } from './routes-in-force.ts'
import {
  type FulfilmentOptions,
  type FulfilmentService,
  type ServiceParts,
  startService,
} from './service.ts'
import { createSituations, type Situations } from './situations.ts'
import { createStoreReads } from './store-reads.ts'
import { webhookFiles } from './webhook-files.ts'
import { openWebhooks } from './webhooks.ts'
import { createStoreStrategy, createStoreWorth } from './worth/strategies.ts'

const MINUTE_MS = 60_000

/**
 * Opens the live service of a store. The first time in the store's life it takes the table stock over
 * as the opening balance. Throws ERR_STORE_BUSY while another process keeps it, ERR_STORE_EMPTY
 * where there is nothing to promise from, ERR_STOCK_DAMAGED, ERR_LEDGER_DAMAGED, ERR_TIMETABLE.
 */
export async function openFulfilment(
  folder: string,
  options: FulfilmentOptions,
): Promise<FulfilmentService> {
  const settings = storeSettings(folder)
  const root = requireStore(folder).fulfilment
  const facts = await withDatabase(folder, 'read', (db) => readFulfilmentFacts(db, settings.knobs))
  const letGo = ownFulfilment(root)
  const undo: (() => unknown)[] = [letGo]
  try {
    return await openOwned(folder, root, settings, facts, options, undo)
  } catch (error) {
    for (const step of undo.toReversed()) await step()
    throw error
  }
}

async function openOwned(
  folder: string,
  root: string,
  settings: Settings,
  facts: FulfilmentFacts,
  options: FulfilmentOptions,
  undo: (() => unknown)[],
): Promise<FulfilmentService> {
  const { clock, onFailure } = options
  const stockLedger = openLedger(join(root, 'stock'), { clock })
  undo.push(() => stockLedger.close())
  const stock = await openStock(folder, root, settings, facts, stockLedger, clock)
  undo.push(() => stock.close())
  const orderLedger = openLedger(join(root, 'orders'), { clock })
  undo.push(() => orderLedger.close())
  const orders = await openOrders(orderLedger)
  const ledger = await openStoreLedger(folder)
  undo.push(() => ledger.close())
  const source = createRouteSource(folder, settings)
  undo.push(() => source.close())
  const routes = await openRoutesInForce(ledger, source, facts.areaIds, { clock, onFailure })
  const webhooks = openWebhooks({
    ...{ files: webhookFiles(join(root, 'webhooks')), ledger: orderLedger, clock },
    origins: settings.fulfilment.webhook_origins,
  })
  undo.push(() => webhooks.close())
  const closing = { ledgers: [ledger, orderLedger, stockLedger], letGo: undo[0]! }
  const work = await withDatabase(folder, 'read', (db) => readSiteWork(db, stock.book.siteIds))
  const own = { stock, orders, routes, source, orderLedger, work }
  const opened = { folder, settings, facts, options, ...own }
  const parts = { ...(await createParts(opened)), webhooks, closing }
  undo.push(() => parts.worth?.close())
  return startService(settings, parts)
}

/** What a service is made from. */
interface Opened {
  readonly folder: string
  readonly settings: Settings
  readonly facts: FulfilmentFacts
  readonly stock: StockKeeper
  readonly orders: PlacingParts['orders']
  readonly routes: RoutesInForce
  readonly source: RouteSource
  readonly options: FulfilmentOptions
  readonly orderLedger: Ledger
  readonly work: SiteWork
}

async function createParts(opened: Opened): Promise<Omit<ServiceParts, 'webhooks' | 'closing'>> {
  const { settings, facts, stock, orders, routes, source, options, orderLedger } = opened
  const { clock, onFailure } = options
  const { knobs } = settings
  const shut = new Set<number>()
  const shared = {
    settings,
    clock,
    onFailure,
    routes,
    source,
    siteCount: stock.book.siteIds.length,
  }
  const handling = createLiveHandling(stock.book.siteIds, opened.work, clock())
  const reads = createStoreReads({
    ...{ folder: opened.folder, settings, clock, areaIds: facts.areaIds },
    productIds: () => stock.book.productIds,
  })
  const worth = createStoreWorth({ ...shared, reads, situations: () => situations })
  const situations: Situations = createSituations({
    ...{ stock: stock.book, facts, room: source.book, settings: lookUpSettings(knobs) },
    handling: () => handling.room,
    isClosed: (site) => shut.has(site),
    worthCents: worth === undefined ? () => 0 : worth.worthCents,
  })
  const strategyParts = { ...shared, reads, situations, ledger: orderLedger }
  const guarded = await createStoreStrategy(strategyParts)
  const receipts = promise.createReceiptBook((siteId, productId) =>
    stock.expected(siteId, productId),
  )
  const { promiser, resize } = createStorePromiser(opened, situations, receipts, handling)
  const catchUp = createCatchUp({
    ...{ folder: opened.folder, facts, stock, onFailure },
    learn(sizes) {
      situations.learn(sizes)
      resize()
    },
  })
  const desk = deskOf(opened, promiser)
  const placing: PlacingParts = {
    ...{ clock, stock, orders, routes, promiser, situations, receipts, areaOf: desk.areaOf },
    ...{ strategy: guarded.strategy, onAssigned: guarded.placed.bind(guarded) },
    room: createTakenRoom({
      ...{ book: source.book, holder: routes.holder, handling, clock },
      siteOf: (siteId) => stock.book.siteOf(siteId),
    }),
    holdMs: MINUTE_MS * readKnob(FULFILMENT_KNOBS.holdMinutes, knobs),
  }
  const turns = createTurns()
  const closures = createLiveClosures({
    ...{ ledger: orderLedger, facts, book: source.book, placing, turns, shut, onFailure, handling },
  })
  const own = { siteIds: facts.siteIds, desk, placing, turns, closures, guarded, worth, catchUp }
  return { stock, orders, routes, source, options, ...own }
}

function createStorePromiser(
  { stock: { book }, source, routes, settings: { knobs } }: Opened,
  situations: Situations,
  receipts: promise.ReceiptBook,
  handling: LiveHandling,
) {
  const sources = {
    ...{ stock: book, room: source.book, routesOf: (area: number) => routes.take(area).set },
    expected: receipts.free,
    // The book is made anew each day.
    get handling() {
      return handling.room
    },
    sizes: sizesOf(book, situations),
  }
  const promiser = promise.createPromiser(sources, promise.promiseSettings(knobs))
  // Products are known to promises once their sizes are.
  const resize = () => {
    sources.sizes = sizesOf(book, situations)
  }
  return { promiser, resize }
}

function sizesOf({ productIds }: StockKeeper['book'], situations: Situations) {
  const sizes = productIds.map((_, product) => situations.physics(product))
  return promise.packSizes(
    sizes.map(({ kg }) => kg),
    sizes.map(({ m3 }) => m3),
  )
}

function deskOf(
  { stock: { book }, facts, routes, options }: Opened,
  promiser: PlacingParts['promiser'],
): PromiseDesk {
  const areas = new Map(facts.areaIds.map((id, area) => [id, area]))
  return {
    routesOf: (area) => routes.take(area).set,
    productIds: book.productIds,
    productOf: (id) => book.productOf(id),
    areaOf: (areaId) => areas.get(areaId) ?? -1,
    now: () => Math.ceil(options.clock() / MINUTE_MS),
    promise: (request) => promiser.promise(request),
    promiseMany: (batch, length) => promiser.promiseMany(batch, length),
  }
}

async function openStock(
  folder: string,
  root: string,
  { knobs }: Settings,
  { siteIds, productIds }: FulfilmentFacts,
  ledger: Ledger,
  clock: () => number,
): Promise<StockKeeper> {
  const isOpened = readOpening(root) !== undefined
  const counted = isOpened ? [] : await withDatabase(folder, 'read', readCountedStock)
  const keeper = await openStockKeeper({
    ...{ ledger, folder: join(root, 'stock-snapshots'), clock, knobs },
    siteIds: [...siteIds, ...counted.map(({ siteId }) => siteId)],
    productIds: [...productIds, ...counted.map(({ productId }) => productId)],
  })
  if (isOpened) return keeper
  const now = clock()
  const incoming = await withDatabase(folder, 'read', (db) => readIncoming(db, knobs, now))
  await takeOpening(root, keeper, counted, incoming, now)
  return keeper
}
