import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import { guardCsv } from '../csv.ts'
import type { ApiInstance } from '../instance.ts'
import type { LoadView } from '../load-view.ts'
import { errorReply } from '../schemas/common.ts'
import {
  approveOrdersRequest,
  curveQuery,
  errorsQuery,
  gamedayReport,
  loadCalendar,
  loadCurve,
  loadErrors,
  loadProfiles,
  loadSummary,
  orderParams,
  ordersReply,
  overrideOrderRequest,
  profilesQuery,
  serverOrders,
  undoOrdersRequest,
} from '../schemas/load.ts'
import { addCalendarRoutes } from './load-calendar.ts'
import { addLiveRoutes } from './load-live.ts'
import { replies } from './replies.ts'

/** The Load page: what comes to each service, and the servers for it. */
export function addLoadRoutes(app: ApiInstance, load: LoadView): void {
  addLoadReads(app, load)
  addErrorRoutes(app, load)
  addOrderRoutes(app, load)
  addLiveRoutes(app, load)
  addCalendarRoutes(app, load.calendar)
}

function addLoadReads(app: ApiInstance, load: LoadView): void {
  const tags = ['load']
  app.route({
    method: 'GET',
    url: '/api/load',
    schema: {
      operationId: 'getLoad',
      tags,
      summary: 'What the next event brings, and what each service lacks for it',
      response: replies(loadSummary),
    },
    handler: () => load.summary(),
  })
  app.route({
    method: 'GET',
    url: '/api/load/curve',
    schema: {
      operationId: 'getLoadCurve',
      tags,
      summary: 'Load of a service, past and to come, in a window at as many points as fit',
      querystring: curveQuery.strict(),
      response: replies(loadCurve),
    },
    handler: async ({ query }) => {
      const curve = await load.curve(query)
      if (curve !== undefined) return curve
      const { service, region } = query
      throw new StorewrightError('ERR_NOT_FOUND', `no load is known of ${service} in ${region}`)
    },
  })
  app.route({
    method: 'GET',
    url: '/api/load/profiles',
    schema: {
      operationId: 'getLoadProfiles',
      tags,
      summary: 'Events of a kind laid over each other, past and to come',
      querystring: profilesQuery.strict(),
      response: replies(loadProfiles),
    },
    handler: ({ query }) => load.profiles(query),
  })
  app.route({
    method: 'GET',
    url: '/api/load/events',
    schema: {
      operationId: 'listLoadEvents',
      tags,
      summary: 'The calendar of events that move load',
      response: replies(loadCalendar),
    },
    handler: () => load.events(),
  })
  app.route({
    method: 'GET',
    url: '/api/load/gameday',
    schema: {
      operationId: 'getGameday',
      tags,
      summary: 'The last game day: what held, what broke first',
      response: replies(gamedayReport),
    },
    handler: () => load.gameday(),
  })
}

function addErrorRoutes(app: ApiInstance, load: LoadView): void {
  const tags = ['load']
  app.route({
    method: 'GET',
    url: '/api/load/errors',
    schema: {
      operationId: 'getLoadErrors',
      tags,
      summary: 'How far off forecasts were by distance ahead, and what changed since the last',
      querystring: errorsQuery.strict(),
      response: replies(loadErrors),
    },
    handler: async ({ query }) => {
      const errors = await load.errors(query)
      if (errors !== undefined) return errors
      const { service, region } = query
      throw new StorewrightError('ERR_NOT_FOUND', `no load is known of ${service} in ${region}`)
    },
  })
  app.route({
    method: 'GET',
    url: '/api/load/outlook.csv',
    schema: {
      operationId: 'getServerOutlook',
      tags,
      summary: 'Two years of servers by quarter, region and server family, as CSV',
      response: {
        200: { description: 'CSV with a header', content: { 'text/csv': { schema: z.string() } } },
        default: errorReply,
      },
    },
    handler: async (_, reply) => {
      const csv = guardCsv(await load.outlookCsv())
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="server-outlook.csv"')
        .serializer((text: string) => text)
        .send(csv)
    },
  })
}

function addOrderRoutes(app: ApiInstance, load: LoadView): void {
  const tags = ['load']
  app.route({
    method: 'GET',
    url: '/api/load/orders',
    schema: {
      operationId: 'listServerOrders',
      tags,
      summary: 'Servers to order, with what was decided',
      response: replies(serverOrders),
    },
    handler: () => load.orders(),
  })
  app.route({
    method: 'POST',
    url: '/api/load/orders/approve',
    schema: {
      operationId: 'approveServerOrders',
      tags,
      summary: 'Approves orders for servers, all or none',
      body: approveOrdersRequest.strict(),
      response: replies(ordersReply),
    },
    handler: ({ body }) => load.approve(body),
  })
  app.route({
    method: 'POST',
    url: '/api/load/orders/:orderId/override',
    schema: {
      operationId: 'overrideServerOrder',
      tags,
      summary: 'Sets another number of servers on an order, with the reason',
      params: orderParams,
      body: overrideOrderRequest.strict(),
      response: replies(ordersReply),
    },
    handler: ({ params: { orderId }, body }) => load.override(orderId, body),
  })
  app.route({
    method: 'POST',
    url: '/api/load/orders/undo',
    schema: {
      operationId: 'undoServerOrders',
      tags,
      summary: 'Takes decisions on orders back, all or none',
      body: undoOrdersRequest.strict(),
      response: replies(ordersReply),
    },
    handler: ({ body }) => load.undo(body),
  })
}
