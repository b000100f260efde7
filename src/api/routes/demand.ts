import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import type { ApiInstance } from '../instance.ts'
import { demandSummary, productDetail, productPage, productsQuery } from '../schemas/demand.ts'
import { productWhy } from '../schemas/explain.ts'
import type { StoreView } from '../store-view.ts'
import { replies } from './replies.ts'

const noProduct = (id: string) => new StorewrightError('ERR_NOT_FOUND', `there is no product ${id}`)

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
      throw noProduct(id)
    },
  })
  app.route({
    method: 'GET',
    url: '/api/demand/products/:id/why',
    schema: {
      operationId: 'explainProduct',
      tags: ['demand'],
      summary: 'Why a forecast is what it is: parts, changes, occasions, likes, lost sales',
      params: productParams,
      response: replies(productWhy),
    },
    handler: async ({ params: { id } }) => {
      const why = await view.productWhy(id)
      if (why !== undefined) return why
      throw noProduct(id)
    },
  })
}
