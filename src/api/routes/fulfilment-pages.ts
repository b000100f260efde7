import type { FulfilmentPages } from '../fulfilment-pages.ts'
import type { ApiInstance } from '../instance.ts'
import {
  groundMap,
  orderDetail,
  orderPage,
  orderPageQuery,
  ordersSummary,
  pageOrderParams,
} from '../schemas/fulfilment-pages.ts'
import { noOrder } from './fulfilment.ts'
import { replies } from './replies.ts'

/** What the console's page Orders asks beside what shops ask. */
export function addFulfilmentPageRoutes(app: ApiInstance, pages: FulfilmentPages): void {
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
