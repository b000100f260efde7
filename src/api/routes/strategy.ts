import type { FulfilmentView } from '../fulfilment-view.ts'
import type { ApiInstance } from '../instance.ts'
import { strategyReply } from '../schemas/strategy.ts'
import { replies } from './replies.ts'

/** How orders are given to sites, and what that costs. */
export function addStrategyRoute(app: ApiInstance, { strategy }: FulfilmentView): void {
  app.route({
    method: 'GET',
    url: '/api/fulfilment/strategy',
    config: { need: 'read' },
    schema: {
      operationId: 'getStrategy',
      tags: ['fulfilment'],
      summary: 'How sites are chosen, and what that costs beside cheapest-now on the same orders',
      response: replies(strategyReply),
    },
    handler: () => strategy(),
  })
}
