import type { FulfilmentPages } from '../fulfilment-pages.ts'
import type { ApiInstance } from '../instance.ts'
import {
  fulfilmentLive,
  groundMap,
  orderDetail,
  orderPage,
  orderPageQuery,
  ordersSummary,
  pageOrderParams,
} from '../schemas/fulfilment-pages.ts'
import {
  stockDetail,
  stockPage,
  stockPageQuery,
  stockProductParams,
  stockSummary,
  stockSummaryQuery,
} from '../schemas/stock-pages.ts'
import { unknownProduct } from '../view/promises.ts'
import { noOrder } from './fulfilment.ts'
import { replies } from './replies.ts'

/** What the console's pages Orders and Stock ask beside what shops ask. */
export function addFulfilmentPageRoutes(app: ApiInstance, pages: FulfilmentPages): void {
  addOrderPageRoutes(app, pages)
  addStockPageRoutes(app, pages)
}

function addOrderPageRoutes(app: ApiInstance, pages: FulfilmentPages): void {
  app.route({
    method: 'GET',
    url: '/api/fulfilment/live',
    config: { need: 'read' },
    schema: {
      operationId: 'getFulfilmentLive',
      tags: ['fulfilment'],
      summary: 'How far orders and stock have come; cheap to ask again and again',
      response: replies(fulfilmentLive),
    },
    handler: () => pages.live(),
  })
  app.route({
    method: 'GET',
    url: '/api/fulfilment/summary',
    config: { need: 'read' },
    schema: {
      operationId: 'getOrdersSummary',
      tags: ['fulfilment'],
      summary: 'Orders in a sentence: promises kept and broken by cause, splits, cost a unit',
      response: replies(ordersSummary),
    },
    handler: () => pages.summary(),
  })
  app.route({
    method: 'GET',
    url: '/api/fulfilment/orders',
    config: { need: 'read' },
    schema: {
      operationId: 'listOrderRows',
      tags: ['fulfilment'],
      summary: 'Orders by how they stand to their promise, broken ones first',
      querystring: orderPageQuery,
      response: replies(orderPage),
    },
    handler: ({ query }) => pages.orders(query),
  })
  app.route({
    method: 'GET',
    url: '/api/fulfilment/orders/:orderId',
    config: { need: 'read' },
    schema: {
      operationId: 'getOrderDetail',
      tags: ['fulfilment'],
      summary: 'One order with how it stands and where its boxes go',
      params: pageOrderParams,
      response: replies(orderDetail),
    },
    handler: async ({ params }) => {
      const order = await pages.order(params.orderId)
      if (order === undefined) throw noOrder(params.orderId)
      return order
    },
  })
  app.route({
    method: 'GET',
    url: '/api/fulfilment/map',
    config: { need: 'read' },
    schema: {
      operationId: 'getFulfilmentMap',
      tags: ['fulfilment'],
      summary: 'The ground on which boxes are drawn',
      response: replies(groundMap),
    },
    handler: () => pages.map(),
  })
}

function addStockPageRoutes(app: ApiInstance, pages: FulfilmentPages): void {
  app.route({
    method: 'GET',
    url: '/api/fulfilment/stock/summary',
    config: { need: 'read' },
    schema: {
      operationId: 'getStockSummary',
      tags: ['fulfilment'],
      summary: 'Live stock in a sentence: what runs out before more can come, and what that loses',
      querystring: stockSummaryQuery,
      response: replies(stockSummary),
    },
    handler: ({ query }) => pages.stockSummary(query),
  })
  app.route({
    method: 'GET',
    url: '/api/fulfilment/stock',
    config: { need: 'read' },
    schema: {
      operationId: 'listStockRows',
      tags: ['fulfilment'],
      summary: 'Products with their stock site by site, those that lose most money first',
      querystring: stockPageQuery,
      response: replies(stockPage),
    },
    handler: ({ query }) => pages.stock(query),
  })
  app.route({
    method: 'GET',
    url: '/api/fulfilment/stock/products/:productId',
    config: { need: 'read' },
    schema: {
      operationId: 'getStockDetail',
      tags: ['fulfilment'],
      summary: 'One product: why it runs out, who holds units of it, and what happened to it',
      params: stockProductParams,
      querystring: stockSummaryQuery,
      response: replies(stockDetail),
    },
    handler: async ({ params, query }) => {
      const product = await pages.stockProduct(params.productId, query)
      if (product === undefined) throw unknownProduct(params.productId, 'params.productId')
      return product
    },
  })
}
