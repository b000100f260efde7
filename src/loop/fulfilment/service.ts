import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type {
  Order,
  OrderBook,
  OrderEvent,
  StockCommand,
  StockKeeper,
  StockOutcome,
} from '../../fulfilment/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Settings } from '../store/settings.ts'
import type { CatchUp } from './catch-up.ts'
import { healLate, isPlannedLate } from './heal-late.ts'
import type { Turns } from './in-turn.ts'
import { FULFILMENT_KNOBS } from './knobs.ts'
import type { LiveClosures } from './live-closures.ts'
import { countMissed } from './missed-promises.ts'
import { carryOut, type OrderChange, takeMoveBack } from './order-events.ts'
import type { TakenRoom } from './parcel-routes.ts'
import { inBuilding } from './parcels.ts'
import { keepUnits, type OrderRequest, type PlacingParts, placeOrder } from './place-order.ts'
import type { PromiseDesk } from './promise-desk.ts'
import { createReevaluator, type Reevaluator } from './reevaluate-open.ts'
import { repairWaiting } from './repair-orders.ts'
import type { RouteSource } from './route-sources.ts'
import type { RoutesInForce, ServingSet } from './routes-in-force.ts'
import { repairShortages, shortagesOf, shortCells } from './shortages.ts'
import type { Situations } from './situations.ts'
import { asideOf, settleWaiting, withArrivals } from './waiting-units.ts'
import type { Webhooks } from './webhooks.ts'
import type { LiveWorth, WorthStatus } from './worth/live-worth.ts'
import type { GuardedStrategy, StrategyStatus } from './worth/strategy-guard.ts'

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

/** The strategy beside cheapest-now, and the worths that it counts. */
export interface StoreStrategyStatus extends StrategyStatus {
  /** Undefined where the strategy counts none. */
  readonly worth: WorthStatus | undefined
}

/** A store's promises, orders and stock while it runs: the one process that keeps them. */
export interface FulfilmentService {
  readonly desk: PromiseDesk
  readonly stock: StockKeeper
  readonly orders: OrderBook
  readonly webhooks: Webhooks
  readonly closures: LiveClosures
  readonly siteIds: readonly string[]
  /** Epoch ms now, by the clock that it was opened with. */
  now(): number
  serving(): readonly ServingSet[]
  /** How the strategy of the settings does beside cheapest-now. */
  strategy(): StoreStrategyStatus
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

/** What a service is made of; it closes all of it. */
export interface ServiceParts {
  readonly stock: StockKeeper
  readonly orders: PlacingParts['orders']
  readonly webhooks: Webhooks
  readonly routes: RoutesInForce
  readonly source: RouteSource
  readonly options: FulfilmentOptions
  readonly siteIds: readonly string[]
  readonly desk: PromiseDesk
  readonly placing: PlacingParts
  readonly turns: Turns
  readonly closures: LiveClosures
  readonly guarded: GuardedStrategy
  readonly catchUp: CatchUp
  /** Undefined where the strategy counts no worth of stock. */
  readonly worth: LiveWorth | undefined
  readonly closing: { readonly ledgers: readonly Ledger[]; readonly letGo: () => unknown }
}

/** A service over what was opened for it, after what an earlier run left was taken up. */
export async function startService(
  settings: Settings,
  parts: ServiceParts,
): Promise<FulfilmentService> {
  const service = new Service(settings, parts)
  await service.recover()
  return service
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

  constructor({ knobs, fulfilment }: Settings, parts: ServiceParts) {
    const { placing } = parts
    this.parts = parts
    this.placing = placing
    this.desk = parts.desk
    this.siteIds = parts.siteIds
    this.turns = parts.turns
    this.closures = parts.closures
    this.stock = parts.stock
    this.orders = parts.orders.book
    this.webhooks = parts.webhooks
    this.room = placing.room
    this.situations = placing.situations
    this.snapshotAt = parts.stock.book.sequence
    if (fulfilment.reevaluate) {
      this.reevaluator = createReevaluator(placing, knobs, parts.turns.inTurns)
    }
    this.every = {
      expire: 1000 * readKnob(FULFILMENT_KNOBS.expireSeconds, knobs),
      wait: 1000 * readKnob(FULFILMENT_KNOBS.reevaluateSeconds, knobs),
      snapshot: MINUTE_MS * readKnob(FULFILMENT_KNOBS.snapshotMinutes, knobs),
      grace: MINUTE_MS * readKnob(FULFILMENT_KNOBS.missedGraceMinutes, knobs),
    }
  }

  now(): number {
    return this.parts.options.clock()
  }

  serving(): readonly ServingSet[] {
    return this.parts.routes.serving()
  }

  strategy(): StoreStrategyStatus {
    const { guarded, worth } = this.parts
    return { ...guarded.status(), worth: worth?.status() }
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
    const { all, own } = withArrivals(this.placing, commands)
    const done = await this.stock.submitMany(all)
    const outcomes = own.map((at) => done[at]!)
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
    await this.parts.worth?.close()
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
      await this.recoverWaiting(order)
      if (inBuilding(order).length === 0) continue
      if (this.stock.reservation(order.orderId)?.expiresAt !== undefined) {
        await keepUnits(this.placing, order.orderId)
      }
      await takeMoveBack(this.placing, order)
      this.takeRoomAgain(order)
    }
    await repairShortages(this.placing, this.turns, shortCells(this.stock.book))
    await this.closures.takeUp()
  }

  /** Claims again what an order waits for; units set aside for one that was written down are kept. */
  private async recoverWaiting(order: Order): Promise<void> {
    const aside = asideOf(order.orderId)
    const held = this.stock.reservation(aside)
    if (order.waiting.length === 0 && held === undefined) return
    if (held?.expiresAt !== undefined) await keepUnits(this.placing, aside)
    await settleWaiting(this.placing, order)
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
    // Told, and tried again: an import may be writing.
    const { onFailure } = this.parts.options
    await this.parts.catchUp.look(now).catch((error: unknown) => onFailure?.(error))
    const isRound = now - this.last.wait >= this.every.wait
    await this.closures.look(now, isRound)
    this.parts.guarded.look(now)
    // In a thread of its own: nothing waits for it.
    const { worth, options } = this.parts
    worth?.look(now).catch((error: unknown) => options.onFailure?.(error))
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
