import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import type { ApiInstance } from '../instance.ts'
import { demandSummary, productDetail, productPage, productsQuery } from '../schemas/demand.ts'
import type { StoreView } from '../store-view.ts'
import { replies } from './replies.ts'

const productParams = z.object({ id: z.string().min(1) })

/** The Demand page: how good the forecasts are, product by product. */
export function addDemandRoutes(app: ApiInstance, view: StoreView): void {
  app.route({
    method: 'GET',
    url: '/api/demand/summary',
    schema: {
      operationId: 'getDemandSummary',
      tags: ['demand'],
      summary: 'How good the forecasts are, in all and by model',
      response: replies(demandSummary),
    },
    handler: () => view.demandSummary(),
  })
  app.route({
    method: 'GET',
    url: '/api/demand/products',
    schema: {
      operationId: 'listProducts',
      tags: ['demand'],
      summary: 'Products with their forecasts, worst first unless told otherwise',
      querystring: productsQuery.strict(),
      response: replies(productPage),
    },
    handler: ({ query }) => view.demandProducts(query),
  })
  app.route({
    method: 'GET',
    url: '/api/demand/products/:id',
    schema: {
      operationId: 'getProduct',
      tags: ['demand'],
      summary: 'One product: history, forecast, events, backtest',
      params: productParams,
      response: replies(productDetail),
    },
    handler: async ({ params: { id } }) => {
      const product = await view.demandProduct(id)
      if (product !== undefined) return product
      throw new StorewrightError('ERR_NOT_FOUND', `there is no product ${id}`)
    },
  })
}
