import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import { guardCsv } from '../csv.ts'
import type { ApiInstance } from '../instance.ts'
import {
  approveRequest,
  buyingLineDetail,
  buyingPlan,
  decisionHistory,
  decisionReply,
  historyQuery,
  lineParams,
  overrideRequest,
  planCsvQuery,
  undoRequest,
} from '../schemas/buying.ts'
import { errorReply } from '../schemas/common.ts'
import type { StoreView } from '../store-view.ts'
import { replies } from './replies.ts'

/** The Buying page: the plan, and what a person decides on it. */
export function addBuyingRoutes(app: ApiInstance, view: StoreView): void {
  addPlanRoutes(app, view)
  addDecisionRoutes(app, view)
}

function addPlanRoutes(app: ApiInstance, view: StoreView): void {
  app.route({
    method: 'GET',
    url: '/api/buying',
    schema: {
      operationId: 'getPlan',
      tags: ['buying'],
      summary: 'The purchase plan: lines by rank, and its case-by-case steps',
      response: replies(buyingPlan),
    },
    handler: () => view.buying(),
  })
  app.route({
    method: 'GET',
    url: '/api/buying/lines/:lineId',
    schema: {
      operationId: 'getPlanLine',
      tags: ['buying'],
      summary: 'One line: why this quantity, what else could be done, what was decided',
      params: lineParams,
      response: replies(buyingLineDetail),
    },
    handler: async ({ params: { lineId } }) => {
      const line = await view.buyingLine(lineId)
      if (line !== undefined) return line
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', `the plan has no line ${lineId}`)
    },
  })
  app.route({
    method: 'GET',
    url: '/api/buying/history',
    schema: {
      operationId: 'listDecisions',
      tags: ['buying'],
      summary: 'Decisions, newest first',
      querystring: historyQuery.strict(),
      response: replies(decisionHistory),
    },
    handler: ({ query }) => view.decisions(query),
  })
  app.route({
    method: 'GET',
    url: '/api/buying/plan.csv',
    schema: {
      operationId: 'exportPlan',
      tags: ['buying'],
      summary: 'The plan as CSV, cut at a budget; cells that a spreadsheet would run are escaped',
      querystring: planCsvQuery.strict(),
      response: {
        200: { description: 'CSV with a header', content: { 'text/csv': { schema: z.string() } } },
        default: errorReply,
      },
    },
    handler: async ({ query }, reply) => {
      const csv = guardCsv(await view.planCsv(query))
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="purchase-plan.csv"')
        .serializer((text: string) => text)
        .send(csv)
    },
  })
}

function addDecisionRoutes(app: ApiInstance, view: StoreView): void {
  app.route({
    method: 'POST',
    url: '/api/buying/approve',
    schema: {
      operationId: 'approveLines',
      tags: ['buying'],
      summary: 'Approves lines, all or none; with a budget, at what the budget buys of them',
      body: approveRequest.strict(),
      response: replies(decisionReply),
    },
    handler: ({ body }) => view.approve(body),
  })
  app.route({
    method: 'POST',
    url: '/api/buying/lines/:lineId/override',
    schema: {
      operationId: 'overrideLine',
      tags: ['buying'],
      summary: 'Sets another quantity on a line, with the reason',
      params: lineParams,
      body: overrideRequest.strict(),
      response: replies(decisionReply),
    },
    handler: ({ params: { lineId }, body }) => view.override(lineId, body),
  })
  app.route({
    method: 'POST',
    url: '/api/buying/undo',
    schema: {
      operationId: 'undoDecisions',
      tags: ['buying'],
      summary: 'Takes decisions back, all or none: the lines are proposed again',
      body: undoRequest.strict(),
      response: replies(decisionReply),
    },
    handler: ({ body }) => view.undo(body),
  })
}
