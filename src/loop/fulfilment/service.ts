import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import { lookUpSettings } from '../../core/routes/door.ts'
import {
  type AssignmentStrategy,
  createCheapestNow,
  createLpDuals,
  createNearest,
  type Order,
  type OrderBook,
  type OrderEvent,
  openOrders,
  openStockKeeper,
  promise,
  type StockCommand,
  type StockKeeper,
  type StockOutcome,
} from '../../fulfilment/index.ts'
import { type Ledger, openLedger } from '../../ledger/index.ts'
import { openStoreLedger } from '../decisions.ts'
import { requireStore } from '../store/paths.ts'
import type { Settings } from '../store/settings.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { type FulfilmentFacts, readCountedStock, readFulfilmentFacts } from './facts.ts'
import { FULFILMENT_KNOBS } from './knobs.ts'
import { countMissed } from './missed-promises.ts'
import { readOpening, takeOpening } from './opening.ts'
import {
  carryOut,
  fillWaiting,
  inBuilding,
  type OrderChange,
  takeMoveBack,
} from './order-events.ts'
import { ownFulfilment } from './owner.ts'
import { createTakenRoom, type TakenRoom } from './parcel-routes.ts'
import { keepUnits, type OrderRequest, type PlacingParts, placeOrder } from './place-order.ts'
import type { PromiseDesk } from './promise-desk.ts'
import { createReevaluator, type Reevaluator } from './reevaluate-open.ts'
import { createRouteSource, type RouteSource } from './route-sources.ts'
import { openRoutesInForce, type RoutesInForce, type ServingSet } from './routes-in-force.ts'
import { createSituations, type Situations } from './situations.ts'
import { webhookFiles } from './webhook-files.ts'
import { openWebhooks, type Webhooks } from './webhooks.ts'

const MINUTE_MS = 60_000
/** Commands after which a waiting order may find its units. */
const BRINGS_STOCK: readonly StockCommand['kind'][] = ['count', 'receive', 'adjust', 'release']

export interface FulfilmentOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  /** Told of what fails in the background; what served before serves on. */
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/** A store's promises, orders and stock while it runs: the one process that keeps them. */
export interface FulfilmentService {
  readonly desk: PromiseDesk
  readonly stock: StockKeeper
  readonly orders: OrderBook
  readonly webhooks: Webhooks
  readonly siteIds: readonly string[]
  serving(): readonly ServingSet[]
  /** Throws as placeOrder does. */
  place(request: OrderRequest): Promise<OrderChange>
  /** Throws as carryOut does. */
  happen(event: OrderEvent): Promise<OrderChange>
  /** Changes stock; what comes in goes to orders that wait for it before the outcomes are told. */
  changeStock(commands: readonly StockCommand[]): Promise<readonly StockOutcome[]>
  /** What the clock asks for: switches that are due, expired reservations, waiting orders, snapshots. */
  tick(): Promise<void>
  /** Ticks each second, and follows switches of other processes, until it is closed. */
  start(): void
  close(): Promise<void>
}

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
  const facts = await withDatabase(folder, 'read', readFulfilmentFacts)
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
  const service = createService(settings, facts, {
    stock,
    orders,
    routes,
    source,
    options,
    webhooks,
    closing,
  })
  await service.recover()
  return service
}

async function openStock(
  folder: string,
  root: string,
  { knobs }: Settings,
  { siteIds, productIds }: FulfilmentFacts,
  ledger: Ledger,
  clock: () => number,
): Promise<StockKeeper> {
  const counted =
    readOpening(root) === undefined ? await withDatabase(folder, 'read', readCountedStock) : []
  const keeper = await openStockKeeper({
    ...{ ledger, folder: join(root, 'stock-snapshots'), clock, knobs },
    siteIds: [...siteIds, ...counted.map(({ siteId }) => siteId)],
    productIds: [...productIds, ...counted.map(({ productId }) => productId)],
  })
  if (readOpening(root) === undefined) await takeOpening(root, keeper, counted, clock())
  return keeper
}

interface ServiceParts {
  readonly stock: StockKeeper
  readonly orders: PlacingParts['orders']
  readonly webhooks: Webhooks
  readonly routes: RoutesInForce
  readonly source: RouteSource
  readonly options: FulfilmentOptions
  readonly closing: { readonly ledgers: readonly Ledger[]; readonly letGo: () => unknown }
}

function createService(settings: Settings, facts: FulfilmentFacts, parts: ServiceParts): Service {
  const { stock, orders, routes, source, options } = parts
  const { knobs } = settings
  const { book } = stock
  const areas = new Map(facts.areaIds.map((id, area) => [id, area]))
  const areaOf = (areaId: string) => areas.get(areaId) ?? -1
  const situations = createSituations({
    ...{ stock: book, facts, room: source.book, settings: lookUpSettings(knobs) },
    isClosed: () => false,
    worthCents: () => 0,
  })
  const sizes = book.productIds.map((_, product) => situations.physics(product))
  const promiser = promise.createPromiser(
    {
      ...{ stock: book, room: source.book, routesOf: (area: number) => routes.take(area).set },
      sizes: promise.packSizes(
        sizes.map(({ kg }) => kg),
        sizes.map(({ m3 }) => m3),
      ),
    },
    promise.promiseSettings(knobs),
  )
  const desk: PromiseDesk = {
    routesOf: (area) => routes.take(area).set,
    productIds: book.productIds,
    productOf: (id) => book.productOf(id),
    areaOf,
    now: () => Math.ceil(options.clock() / MINUTE_MS),
    promise: (request) => promiser.promise(request),
    promiseMany: (batch, length) => promiser.promiseMany(batch, length),
  }
  const room = createTakenRoom(source.book, routes.holder)
  const placing: PlacingParts = {
    ...{ clock: options.clock, stock, orders, routes, promiser, situations, room, areaOf },
    strategy: strategyNamed(settings),
    holdMs: MINUTE_MS * readKnob(FULFILMENT_KNOBS.holdMinutes, knobs),
  }
  return new Service(parts, placing, desk, settings, facts.siteIds)
}

/** The strategy that the settings name. */
function strategyNamed({ fulfilment: { strategy }, knobs }: Settings): AssignmentStrategy {
  if (strategy === 'nearest') return createNearest({ knobs })
  return strategy === 'lp-duals' ? createLpDuals({ knobs }) : createCheapestNow({ knobs })
}

class Service implements FulfilmentService {
  readonly desk: PromiseDesk
  readonly stock: StockKeeper
  readonly orders: OrderBook
  readonly webhooks: Webhooks
  readonly siteIds: readonly string[]
  private readonly parts: ServiceParts
  private readonly placing: PlacingParts
  private readonly room: TakenRoom
  private readonly situations: Situations
  /** Undefined where the settings turn it off. */
  private readonly reevaluator: Reevaluator | undefined
  /** What is under way for an order: events of one order go one after the other. */
  private readonly turns = new Map<string, Promise<unknown>>()
  private readonly stop = new AbortController()
  private readonly every: {
    readonly expire: number
    readonly wait: number
    readonly snapshot: number
    readonly grace: number
  }
  private readonly last = { expire: 0, wait: 0, snapshot: 0 }
  private timer: NodeJS.Timeout | undefined
  private ticking: Promise<void> | undefined
  private following: Promise<void> | undefined
  private snapshotAt = 0

  constructor(
    parts: ServiceParts,
    placing: PlacingParts,
    desk: PromiseDesk,
    { knobs, fulfilment }: Settings,
    siteIds: readonly string[],
  ) {
    this.parts = parts
    this.placing = placing
    this.desk = desk
    this.siteIds = siteIds
    this.stock = parts.stock
    this.orders = parts.orders.book
    this.webhooks = parts.webhooks
    this.room = placing.room
    this.situations = placing.situations
    this.snapshotAt = parts.stock.book.sequence
    if (fulfilment.reevaluate) {
      this.reevaluator = createReevaluator(placing, knobs, (ids, work) => this.inTurns(ids, work))
    }
    this.every = {
      expire: 1000 * readKnob(FULFILMENT_KNOBS.expireSeconds, knobs),
      wait: 1000 * readKnob(FULFILMENT_KNOBS.reevaluateSeconds, knobs),
      snapshot: MINUTE_MS * readKnob(FULFILMENT_KNOBS.snapshotMinutes, knobs),
      grace: MINUTE_MS * readKnob(FULFILMENT_KNOBS.missedGraceMinutes, knobs),
    }
  }

  serving(): readonly ServingSet[] {
    return this.parts.routes.serving()
  }

  place(request: OrderRequest): Promise<OrderChange> {
    if (this.placing.areaOf(request.areaId) < 0) {
      return Promise.reject(
        new StorewrightError('ERR_NOT_FOUND', `the store ships to no area ${request.areaId}`),
      )
    }
    return this.inTurn(request.orderId, () => placeOrder(this.placing, request))
  }

  happen(event: OrderEvent): Promise<OrderChange> {
    return this.inTurn(event.orderId, () => carryOut(this.placing, event))
  }

  async changeStock(commands: readonly StockCommand[]): Promise<readonly StockOutcome[]> {
    const outcomes = await this.stock.submitMany(commands)
    const comesIn = commands.some(({ kind }) => BRINGS_STOCK.includes(kind))
    if (comesIn) await this.fillWaiting(this.parts.options.clock())
    return outcomes
  }

  tick(): Promise<void> {
    // One at a time: a slow one is not overtaken by the next.
    this.ticking ??= this.tickOnce().finally(() => {
      this.ticking = undefined
    })
    return this.ticking
  }

  start(): void {
    const { onFailure } = this.parts.options
    this.timer = setInterval(() => this.tick().catch((error) => onFailure?.(error)), 1000)
    this.timer.unref()
    this.following = this.parts.routes.follow(this.stop.signal).catch((error) => onFailure?.(error))
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    this.stop.abort()
    await this.following
    await this.ticking?.catch(() => undefined)
    await Promise.allSettled(this.turns.values())
    const { stock, routes, source, webhooks, closing } = this.parts
    await webhooks.close()
    if (stock.book.sequence > this.snapshotAt) await stock.snapshot()
    await stock.close()
    routes.holder.close()
    await source.close()
    for (const ledger of closing.ledgers) await ledger.close()
    await closing.letGo()
  }

  /** Takes up what an earlier run left: room on departures, units that were not yet kept. */
  async recover(): Promise<void> {
    for (const order of this.orders.all()) {
      const open = inBuilding(order)
      if (open.length === 0) continue
      if (this.stock.reservation(order.orderId)?.expiresAt !== undefined) {
        await keepUnits(this.placing, order.orderId)
      }
      await takeMoveBack(this.placing, order)
      this.takeRoomAgain(order)
    }
  }

  private takeRoomAgain(order: Order): void {
    const area = this.placing.areaOf(order.areaId)
    if (area < 0) return
    const { set } = this.parts.routes.take(area)
    for (const parcel of inBuilding(order)) {
      const site = this.situations.siteIn(set, this.stock.book.siteOf(parcel.siteId))
      if (site >= 0) this.room.restore(parcel, set, site, area)
    }
  }

  private async tickOnce(): Promise<void> {
    const now = this.parts.options.clock()
    await this.parts.routes.refresh(now)
    if (now - this.last.expire >= this.every.expire) {
      this.last.expire = now
      await this.stock.expire(now)
    }
    if (now - this.last.wait >= this.every.wait) {
      this.last.wait = now
      await countMissed(this.parts.orders, now, this.every.grace)
      await this.fillWaiting(now)
      this.reevaluator?.begin()
    }
    await this.reevaluator?.lookOn(now)
    if (now - this.last.snapshot >= this.every.snapshot) {
      const { sequence } = this.stock.book
      if (this.last.snapshot > 0 && sequence > this.snapshotAt) await this.stock.snapshot()
      this.last.snapshot = now
      this.snapshotAt = sequence
    }
  }

  /** Orders that wait are given what has come in, oldest first. */
  private async fillWaiting(now: number): Promise<void> {
    for (const { orderId } of this.orders.withStatus('waiting')) {
      await this.inTurn(orderId, async () => {
        const order = this.orders.order(orderId)!
        if (order.waiting.length === 0) return
        await fillWaiting(this.placing, order, 'stock-arrived', `arrived-${orderId}-${now}`)
      })
    }
  }

  /** As inTurn, of several orders; nothing else waits for two, so that none waits for another. */
  private inTurns<Result>(
    [first, ...others]: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (first === undefined) return work()
    return this.inTurn(first, () => this.inTurns(others, work))
  }

  private inTurn<Result>(orderId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.turns.get(orderId) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(work)
    const settled = mine.catch(() => undefined)
    this.turns.set(orderId, settled)
    void settled.then(() => {
      if (this.turns.get(orderId) === settled) this.turns.delete(orderId)
    })
    return mine
  }
}
