import type { ApiInstance } from '../instance.ts'
import { knobList } from '../schemas/knobs.ts'
import { storeInfo } from '../schemas/store.ts'
import type { StoreView } from '../store-view.ts'
import { replies } from './replies.ts'

/** What the store is, how old its results are, and its knobs. */
export function addStoreRoutes(app: ApiInstance, view: StoreView): void {
  app.route({
    method: 'GET',
    url: '/api/store',
    schema: {
      operationId: 'getStore',
      tags: ['store'],
      summary: 'What the store holds, and how old its results are',
      response: replies(storeInfo),
    },
    handler: () => view.store(),
  })
  app.route({
    method: 'GET',
    url: '/api/knobs',
    schema: {
      operationId: 'getKnobs',
      tags: ['store'],
      summary: 'Every knob: what it trades, its range, its value',
      response: replies(knobList),
    },
    handler: () => view.knobs(),
  })
}
