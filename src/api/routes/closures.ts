import type { FulfilmentView } from '../fulfilment-view.ts'
import type { ApiInstance } from '../instance.ts'
import {
  closeBody,
  closureChange,
  closureList,
  closureParams,
  reopenBody,
} from '../schemas/closures.ts'
import { replies } from './replies.ts'

/** Sites that send nothing and lanes that are down, as the people who run them say. */
export function addClosureRoutes(app: ApiInstance, { closures }: FulfilmentView): void {
  app.route({
    method: 'GET',
    url: '/closures',
    config: { need: 'read' },
    schema: {
      operationId: 'listClosures',
      tags: ['fulfilment'],
      summary: 'Sites and lanes that are or were closed, newest first',
      response: replies(closureList),
    },
    handler: () => closures.list(),
  })
  app.route({
    method: 'POST',
    url: '/closures',
    config: { need: 'operator' },
    schema: {
      operationId: 'close',
      tags: ['fulfilment'],
      summary: 'Closes a site or lanes: their orders go elsewhere, and each promise is told',
      body: closeBody,
      response: replies(closureChange),
    },
    handler: ({ body }) => closures.close(body),
  })
  app.route({
    method: 'POST',
    url: '/closures/:closureId/reopen',
    config: { need: 'operator' },
    schema: {
      operationId: 'reopen',
      tags: ['fulfilment'],
      summary: 'Opens it again: orders that wait or are late are looked at anew',
      params: closureParams,
      body: reopenBody,
      response: replies(closureChange),
    },
    handler: ({ params, body }) => closures.reopen(params.closureId, body),
  })
}
