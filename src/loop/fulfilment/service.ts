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
import { healLate, isPlannedLate } from './heal-late.ts'
import { createTurns, type Turns } from './in-turn.ts'
import { FULFILMENT_KNOBS } from './knobs.ts'
import { createLiveClosures, type LiveClosures } from './live-closures.ts'
import { countMissed } from './missed-promises.ts'
import { readOpening, takeOpening } from './opening.ts'
import { carryOut, type OrderChange, takeMoveBack } from './order-events.ts'
import { ownFulfilment } from './owner.ts'
import { createTakenRoom, type TakenRoom } from './parcel-routes.ts'
import { inBuilding } from './parcels.ts'
import { keepUnits, type OrderRequest, type PlacingParts, placeOrder } from './place-order.ts'
import type { PromiseDesk } from './promise-desk.ts'
import { createReevaluator, type Reevaluator } from './reevaluate-open.ts'
import { repairWaiting } from './repair-orders.ts'
import { createRouteSource, type RouteSource } from './route-sources.ts'
import { openRoutesInForce, type RoutesInForce, type ServingSet } from './routes-in-force.ts'
import { repairShortages, shortagesOf, shortCells } from './shortages.ts'
import { createSituations, type Situations } from './situations.ts'
import { webhookFiles } from './webhook-files.ts'
import { openWebhooks, type Webhooks } from './webhooks.ts'

const MINUTE_MS = 60_000
/** Orders planned too late that are looked at in one round. */
const MOST_HEALED = 100
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
  readonly closures: LiveClosures
  readonly siteIds: readonly string[]
  serving(): readonly ServingSet[]
  /** Throws as placeOrder does. */
  place(request: OrderRequest): Promise<OrderChange>
  /** Throws as carryOut does. */
  happen(event: OrderEvent): Promise<OrderChange>
  /**
   * Changes stock. Before the outcomes are told, what comes in goes to orders that wait for it, and
   * orders that lost their units get others.
   */
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
  const service = createService(settings, facts, {
    ...{ stock, orders, routes, source, options, webhooks, closing, orderLedger },
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
  readonly orderLedger: Ledger
  readonly closing: { readonly ledgers: readonly Ledger[]; readonly letGo: () => unknown }
}

function createService(settings: Settings, facts: FulfilmentFacts, parts: ServiceParts): Service {
  const { stock, orders, routes, source, options } = parts
  const { knobs } = settings
  const { book } = stock
  const areas = new Map(facts.areaIds.map((id, area) => [id, area]))
  const areaOf = (areaId: string) => areas.get(areaId) ?? -1
  const shut = new Set<number>()
  const situations = createSituations({
    ...{ stock: book, facts, room: source.book, settings: lookUpSettings(knobs) },
    isClosed: (site) => shut.has(site),
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
  const turns = createTurns()
  const closures = createLiveClosures({
    ...{ ledger: parts.orderLedger, facts, book: source.book, placing, turns, shut },
    onFailure: options.onFailure,
  })
  return new Service(parts, placing, desk, settings, { siteIds: facts.siteIds, turns, closures })
}

/** What a service works with beside what it opens. */
interface Tools {
  readonly siteIds: readonly string[]
  readonly turns: Turns
  readonly closures: LiveClosures
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
  readonly closures: LiveClosures
  readonly siteIds: readonly string[]
  private readonly parts: ServiceParts
  private readonly placing: PlacingParts
  private readonly room: TakenRoom
  private readonly situations: Situations
  /** Undefined where the settings turn it off. */
  private readonly reevaluator: Reevaluator | undefined
  private readonly turns: Turns
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
  private following: Promise<unknown> | undefined
  private snapshotAt = 0
  private healedTo = 0

  constructor(
    parts: ServiceParts,
    placing: PlacingParts,
    desk: PromiseDesk,
    { knobs, fulfilment }: Settings,
    { siteIds, turns, closures }: Tools,
  ) {
    this.parts = parts
    this.placing = placing
    this.desk = desk
    this.siteIds = siteIds
    this.turns = turns
    this.closures = closures
    this.stock = parts.stock
    this.orders = parts.orders.book
    this.webhooks = parts.webhooks
    this.room = placing.room
    this.situations = placing.situations
    this.snapshotAt = parts.stock.book.sequence
    if (fulfilment.reevaluate) {
      this.reevaluator = createReevaluator(placing, knobs, turns.inTurns)
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
    return this.turns.inTurn(request.orderId, () => placeOrder(this.placing, request))
  }

  happen(event: OrderEvent): Promise<OrderChange> {
    return this.turns.inTurn(event.orderId, () => carryOut(this.placing, event))
  }

  async changeStock(commands: readonly StockCommand[]): Promise<readonly StockOutcome[]> {
    const outcomes = await this.stock.submitMany(commands)
    await repairShortages(this.placing, this.turns, shortagesOf(commands, outcomes))
    const comesIn = commands.some(({ kind }) => BRINGS_STOCK.includes(kind))
    if (comesIn) await this.fillWaiting()
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
    const { signal } = this.stop
    const follow = [this.parts.routes.follow(signal), this.closures.follow(signal)]
    this.following = Promise.all(
      follow.map((one) => one.catch((error: unknown) => onFailure?.(error))),
    )
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    this.stop.abort()
    await this.following
    await this.ticking?.catch(() => undefined)
    await this.turns.settled()
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
    await repairShortages(this.placing, this.turns, shortCells(this.stock.book))
    await this.closures.takeUp()
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
    const isRound = now - this.last.wait >= this.every.wait
    await this.closures.look(now, isRound)
    if (now - this.last.expire >= this.every.expire) {
      this.last.expire = now
      await this.stock.expire(now)
    }
    if (isRound) {
      this.last.wait = now
      await countMissed(this.parts.orders, now, this.every.grace)
      await this.fillWaiting()
      await this.healLate()
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

  /** Orders that wait are given what has come in, in fair shares. */
  private async fillWaiting(): Promise<void> {
    const waiting = this.orders.withStatus('waiting')
    await repairWaiting(this.placing, this.turns, waiting, 'stock-arrived')
  }

  /** Some of the orders that are planned too late are looked at again, the next of them each time. */
  private async healLate(): Promise<void> {
    const late = this.orders.withStatus('assigned').filter(isPlannedLate)
    const from = this.healedTo < late.length ? this.healedTo : 0
    this.healedTo = from + MOST_HEALED
    await healLate(this.placing, this.turns, late.slice(from, this.healedTo))
  }
}
