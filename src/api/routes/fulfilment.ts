import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpError } from '../error-reply.ts'
import type { FulfilmentView } from '../fulfilment-view.ts'
import type { ApiInstance } from '../instance.ts'
import {
  orderChangeReply,
  orderEventBody,
  orderParams,
  orderReply,
  ordersQuery,
  ordersReply,
  placeOrderBody,
} from '../schemas/orders.ts'
import { promiseBody, promisesReply } from '../schemas/promises.ts'
import {
  stockEventsBody,
  stockEventsReply,
  stockQuery,
  stockReply,
} from '../schemas/stock-events.ts'
import { addedWebhook, addWebhookBody, webhookList, webhookParams } from '../schemas/webhooks.ts'
import { promiseOne, requireKnown } from '../view/promises.ts'
import { replies } from './replies.ts'

/** Promises, orders and stock, as a shop and its warehouses use them. */
export function addFulfilmentRoutes(
  app: ApiInstance,
  fulfilment: FulfilmentView,
  hasConsole: boolean,
): void {
  addPromiseRoute(app, fulfilment)
  addOrderRoutes(app, fulfilment, hasConsole)
  addOrderEventRoute(app, fulfilment)
  addStockRoutes(app, fulfilment, hasConsole)
  addWebhookRoutes(app, fulfilment)
}

function addPromiseRoute(app: ApiInstance, fulfilment: FulfilmentView): void {
  app.route({
    method: 'POST',
    url: '/promises',
    config: { need: 'read' },
    schema: {
      operationId: 'promise',
      tags: ['fulfilment'],
      summary: 'The earliest and the cheapest date of a product, a cart, or many of these at once',
      body: promiseBody,
      response: replies(promisesReply),
    },
    handler: async ({ body }) => {
      const desk = await fulfilment.open()
      const { requests, detail } = body
      if (requests === undefined) {
        requireKnown(desk, body, 'body')
        return promiseOne(desk, body, detail)
      }
      const now = desk.now()
      return { promises: requests.map((asked) => promiseOne(desk, asked, detail, now)) }
    },
  })
}

/** A browser that opens /orders or /stock wants the console's page of that name. */
async function pageFirst(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  if (request.headers.accept?.includes('text/html') !== true) return undefined
  reply.callNotFound()
  // Returned, it tells that the reply is on its way: the route itself must not answer too.
  return reply
}

function addOrderRoutes(app: ApiInstance, fulfilment: FulfilmentView, hasConsole: boolean): void {
  const page = hasConsole ? { preValidation: pageFirst } : {}
  app.route({
    method: 'POST',
    url: '/orders',
    config: { need: 'shop' },
    schema: {
      operationId: 'placeOrder',
      tags: ['fulfilment'],
      summary: 'Takes an order: checks its promise, reserves its units, chooses sites and boxes',
      body: placeOrderBody,
      response: replies(orderChangeReply),
    },
    handler: ({ body }) => fulfilment.placeOrder(body),
  })
  app.route({
    method: 'GET',
    url: '/orders',
    ...page,
    config: { need: 'read' },
    schema: {
      operationId: 'listOrders',
      tags: ['fulfilment'],
      summary: 'Orders, newest first',
      querystring: ordersQuery,
      response: replies(ordersReply),
    },
    handler: ({ query }) => fulfilment.orders(query),
  })
  app.route({
    method: 'GET',
    url: '/orders/:orderId',
    ...page,
    config: { need: 'read' },
    schema: {
      operationId: 'getOrder',
      tags: ['fulfilment'],
      summary: 'One order with its parcels, its promise and all that happened to it',
      params: orderParams,
      response: replies(orderReply),
    },
    handler: async ({ params }) => {
      const order = await fulfilment.order(params.orderId)
      if (order === undefined) throw noOrder(params.orderId)
      return order
    },
  })
}

export function noOrder(orderId: string): HttpError {
  return new HttpError(404, 'ERR_NOT_FOUND', `there is no order ${orderId}`)
}

function addOrderEventRoute(app: ApiInstance, fulfilment: FulfilmentView): void {
  app.route({
    method: 'POST',
    url: '/orders/:orderId/events',
    config: { need: ['shop', 'warehouse', 'operator'] },
    schema: {
      operationId: 'orderEvent',
      tags: ['fulfilment'],
      summary: 'What happened: picking, packed, shipped, delivered, short, cancelled, returned',
      params: orderParams,
      body: orderEventBody,
      response: replies(orderChangeReply),
    },
    handler: ({ params, body }) => fulfilment.orderEvent(params.orderId, body),
  })
}

function addStockRoutes(app: ApiInstance, fulfilment: FulfilmentView, hasConsole: boolean): void {
  app.route({
    method: 'POST',
    url: '/stock/events',
    config: { need: ['warehouse', 'operator'] },
    schema: {
      operationId: 'stockEvents',
      tags: ['fulfilment'],
      summary:
        'Counts, receipts, adjustments, transfers and reservations; each once, all or nothing',
      body: stockEventsBody,
      response: replies(stockEventsReply),
    },
    handler: ({ body }) => fulfilment.stockEvents(body),
  })
  app.route({
    method: 'GET',
    url: '/stock',
    ...(hasConsole ? { preValidation: pageFirst } : {}),
    config: { need: 'read' },
    schema: {
      operationId: 'getStock',
      tags: ['fulfilment'],
      summary: 'On hand, reserved, available and incoming by site and product',
      querystring: stockQuery,
      response: replies(stockReply),
    },
    handler: ({ query }) => fulfilment.stock(query),
  })
}

function addWebhookRoutes(app: ApiInstance, fulfilment: FulfilmentView): void {
  app.route({
    method: 'GET',
    url: '/webhooks',
    config: { need: 'admin' },
    schema: {
      operationId: 'listWebhooks',
      tags: ['fulfilment'],
      summary: 'Addresses that are told of orders, and how far each has heard',
      response: replies(webhookList),
    },
    handler: () => fulfilment.webhooks(),
  })
  app.route({
    method: 'POST',
    url: '/webhooks',
    config: { need: 'admin' },
    schema: {
      operationId: 'addWebhook',
      tags: ['fulfilment'],
      summary: 'Tells an address of orders from now on, signed, at least once each',
      body: addWebhookBody,
      response: replies(addedWebhook),
    },
    handler: ({ body }) => fulfilment.addWebhook(body),
  })
  app.route({
    method: 'DELETE',
    url: '/webhooks/:webhookId',
    config: { need: 'admin' },
    schema: {
      operationId: 'removeWebhook',
      tags: ['fulfilment'],
      summary: 'Tells it no more',
      params: webhookParams,
      response: replies(webhookList),
    },
    handler: ({ params }) => fulfilment.removeWebhook(params.webhookId),
  })
}
