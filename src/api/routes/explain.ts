import { StorewrightError } from '../../core/errors.ts'
import type { ApiInstance } from '../instance.ts'
import {
  calibration,
  calibrationQuery,
  eventList,
  eventsQuery,
  lostSales,
  segmentList,
} from '../schemas/explain.ts'
import { groupDetail, groupList, groupQuery, groupsQuery } from '../schemas/groups.ts'
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
  app.route({
    method: 'GET',
    url: '/api/demand/groups',
    schema: {
      operationId: 'listGroups',
      tags: ['demand'],
      summary: 'Forecasts of categories, departments or places and of the total, worst first',
      querystring: groupsQuery.strict(),
      response: replies(groupList),
    },
    handler: ({ query }) => view.groups(query),
  })
  app.route({
    method: 'GET',
    url: '/api/demand/group',
    schema: {
      operationId: 'getGroup',
      tags: ['demand'],
      summary: 'One of these groups: history, forecast, the products with most at stake',
      querystring: groupQuery.strict(),
      response: replies(groupDetail),
    },
    handler: async ({ query }) => {
      const found = await view.group(query)
      if (found !== undefined) return found
      throw new StorewrightError('ERR_NOT_FOUND', `there is no ${query.level} ${query.group}`)
    },
  })
}
