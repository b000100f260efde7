import type { ApiInstance } from '../instance.ts'
import {
  calibration,
  calibrationQuery,
  eventList,
  eventsQuery,
  lostSales,
  segmentList,
} from '../schemas/explain.ts'
import type { StoreView } from '../store-view.ts'
import { replies } from './replies.ts'

/** What the forecast as a whole rests on: models by segment, calibration, occasions, lost sales. */
export function addExplainRoutes(app: ApiInstance, view: StoreView): void {
  app.route({
    method: 'GET',
    url: '/api/demand/segments',
    schema: {
      operationId: 'listSegments',
      tags: ['demand'],
      summary: 'Models compared by segment, and which of them is used',
      response: replies(segmentList),
    },
    handler: () => view.segments(),
  })
  app.route({
    method: 'GET',
    url: '/api/demand/calibration',
    schema: {
      operationId: 'getCalibration',
      tags: ['demand'],
      summary: 'How often days were below each quantile, before and after the correction',
      querystring: calibrationQuery.strict(),
      response: replies(calibration),
    },
    handler: ({ query }) => view.calibration(query),
  })
  app.route({
    method: 'GET',
    url: '/api/demand/events',
    schema: {
      operationId: 'listEventEffects',
      tags: ['demand'],
      summary: 'What occasions do to demand, day by day around them',
      querystring: eventsQuery.strict(),
      response: replies(eventList),
    },
    handler: ({ query }) => view.events(query),
  })
  app.route({
    method: 'GET',
    url: '/api/demand/lost-sales',
    schema: {
      operationId: 'getLostSales',
      tags: ['demand'],
      summary: 'What would have sold on days out of stock, in all and dearest first',
      response: replies(lostSales),
    },
    handler: () => view.lostSales(),
  })
}
