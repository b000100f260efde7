import type { ApiInstance } from '../instance.ts'
import { outcome } from '../schemas/outcome.ts'
import type { StoreView } from '../store-view.ts'
import { replies } from './replies.ts'

/** The Outcome page: what the plan brings in simulation, beside the naive policy and the bound. */
export function addOutcomeRoutes(app: ApiInstance, view: StoreView): void {
  app.route({
    method: 'GET',
    url: '/api/outcome',
    schema: {
      operationId: 'getOutcome',
      tags: ['outcome'],
      summary: 'The simulated outcome of the plan, the naive policy and the bound',
      response: replies(outcome),
    },
    handler: () => view.outcome(),
  })
}
