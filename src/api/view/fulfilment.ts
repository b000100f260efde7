import type { Order, OrderBook } from '../../fulfilment/index.ts'
import { closureHolds, type FulfilmentService, openFulfilment } from '../../loop/index.ts'
import { HttpError } from '../error-reply.ts'
import type { FulfilmentCounts, FulfilmentView } from '../fulfilment-view.ts'
import type { OrdersQuery, PlaceOrderBody } from '../schemas/orders.ts'
import type { StockEventsBody } from '../schemas/stock-events.ts'
import type { StrategyReply } from '../schemas/strategy.ts'
import type { WebhookList } from '../schemas/webhooks.ts'
import { createClosureView } from './closures.ts'
import { createFulfilmentPages } from './fulfilment-pages.ts'
import { iso, orderChangeOf, orderEventOf, orderReplyOf, orderRequestOf } from './orders.ts'
import { unknownArea, unknownProduct } from './promises.ts'
import { stockCommandOf, stockOutcomeOf, stockRefused, stockReplyOf } from './stock-events.ts'

export interface FulfilmentViewOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/**
 * The live fulfilment of a store folder behind the HTTP API. It opens when it is first asked, and
 * again when asked after it could not be opened.
 */
export function createFulfilmentView(
  folder: string,
  options: FulfilmentViewOptions,
): FulfilmentView {
  let service: FulfilmentService | undefined
  let opening: Promise<FulfilmentService> | undefined
  let isClosed = false
  const open = () => {
    if (isClosed) throw new HttpError(503, 'ERR_LEDGER_CLOSED', 'the server is stopping')
    opening ??= openFulfilment(folder, options).then(
      (opened) => {
        opened.start()
        service = opened
        return opened
      },
      (error: unknown) => {
        opening = undefined
        throw error
      },
    )
    return opening
  }
  return {
    open: async () => (await open()).desk,
    desk: () => service?.desk,
    counts: () => service && countsOf(service),
    async placeOrder(body) {
      const running = await open()
      requireKnown(running, body)
      return orderChangeOf(await running.place(orderRequestOf(body)))
    },
    async order(orderId) {
      const order = (await open()).orders.order(orderId)
      return order && orderReplyOf(order)
    },
    async orders(query) {
      const found = ordersOf((await open()).orders, query)
      const page = found.slice(query.offset, query.offset + query.limit)
      return { total: found.length, orders: page.map(orderReplyOf) }
    },
    async orderEvent(orderId, body) {
      const event = orderEventOf(orderId, body, options.clock())
      return orderChangeOf(await (await open()).happen(event))
    },
    stockEvents: async (body) => changeStock(await open(), body),
    stock: async (query) => stockReplyOf((await open()).stock.book, query),
    webhooks: async () => webhookListOf(await open()),
    async addWebhook({ url, events }) {
      const { webhookId, secret } = await (await open()).webhooks.add(url, events)
      return { webhookId, secret }
    },
    async removeWebhook(webhookId) {
      const running = await open()
      await running.webhooks.remove(webhookId)
      return webhookListOf(running)
    },
    strategy: async () => strategyOf(await open()),
    closures: createClosureView(async () => open(), options.clock),
    pages: createFulfilmentPages(folder, async () => open(), options.clock),
    async close() {
      isClosed = true
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}

function webhookListOf({ webhooks }: FulfilmentService): WebhookList {
  return {
    webhooks: webhooks.list().map(({ addedAt, events, lastError = null, ...one }) => ({
      ...one,
      ...{ events: [...events], addedAt: iso(addedAt), lastError },
    })),
  }
}

function requireKnown({ desk }: FulfilmentService, { areaId, lines }: PlaceOrderBody): void {
  if (desk.areaOf(areaId) < 0) throw unknownArea(areaId, 'body')
  lines.forEach(({ productId }, i) => {
    if (desk.productOf(productId) < 0) throw unknownProduct(productId, `body.lines.${i}.productId`)
  })
}

async function changeStock(service: FulfilmentService, body: StockEventsBody) {
  if ('events' in body) {
    const outcomes = await service.changeStock(body.events.map(stockCommandOf))
    return { outcomes: outcomes.map(stockOutcomeOf) }
  }
  const [outcome] = await service.changeStock([stockCommandOf(body)])
  if (!outcome!.ok) throw stockRefused(outcome!)
  return { outcomes: [stockOutcomeOf(outcome!)] }
}

/** Orders that a query asks for, newest first. */
function ordersOf(book: OrderBook, { status, customerId, siteId }: OrdersQuery): readonly Order[] {
  const found =
    customerId !== undefined
      ? book.ofCustomer(customerId)
      : siteId !== undefined
        ? book.atSite(siteId)
        : status !== undefined
          ? book.withStatus(status)
          : [...book.all()]
  return found
    .filter(
      (order) =>
        (status === undefined || order.status === status) &&
        (siteId === undefined || order.parcels.some((parcel) => parcel.siteId === siteId)),
    )
    .toReversed()
}

function countsOf(service: FulfilmentService): FulfilmentCounts {
  const { orders, stock } = service
  let promisesKept = 0
  const promisesBroken: Record<string, number> = {}
  for (const { outcome } of orders.all()) {
    if (outcome?.kept === true) promisesKept++
    if (outcome?.kept === false)
      promisesBroken[outcome.because] = (promisesBroken[outcome.because] ?? 0) + 1
  }
  return {
    orders: orders.size,
    stockSequence: stock.book.sequence,
    promisesKept,
    promisesBroken,
    serving: service.serving().map(({ routeVersion, areas }) => ({ routeVersion, areas })),
    strategy: strategyOf(service),
    closures: service.closures.list().filter((one) => closureHolds(one, service.now())).length,
  }
}

function strategyOf(service: FulfilmentService): StrategyReply {
  const { worth, fallenBackUntil, ...status } = service.strategy()
  return {
    ...status,
    fallenBackUntil: fallenBackUntil === undefined ? null : iso(fallenBackUntil),
    worth:
      worth === undefined ? null : { ...worth, at: worth.at === undefined ? null : iso(worth.at) },
  }
}
