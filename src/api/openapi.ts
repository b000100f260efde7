import fastifySwagger from '@fastify/swagger'
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { ApiInstance } from './instance.ts'
import * as buying from './schemas/buying.ts'
import * as common from './schemas/common.ts'
import * as demand from './schemas/demand.ts'
import * as explain from './schemas/explain.ts'
import * as knobs from './schemas/knobs.ts'
import * as network from './schemas/network.ts'
import * as networkLanes from './schemas/network-lanes.ts'
import * as networkRoute from './schemas/network-route.ts'
import * as outcome from './schemas/outcome.ts'
import * as search from './schemas/search.ts'
import * as searchReport from './schemas/search-report.ts'
import * as store from './schemas/store.ts'

/** Schemas that have a name of their own in the document. */
const named = {
  Error: common.errorReply,
  Breakdown: common.breakdown,
  History: common.history,
  Forecast: common.forecast,
  Event: common.event,
  ClosedDay: common.closedDay,
  StoreInfo: store.storeInfo,
  KnobList: knobs.knobList,
  DemandSummary: demand.demandSummary,
  ProductRow: demand.productRow,
  ProductPage: demand.productPage,
  ProductDetail: demand.productDetail,
  SegmentList: explain.segmentList,
  Calibration: explain.calibration,
  EventEffect: explain.eventEffect,
  EventList: explain.eventList,
  LostSales: explain.lostSales,
  ProductWhy: explain.productWhy,
  ForecastPart: explain.forecastPart,
  BuyingPlan: buying.buyingPlan,
  BuyingLine: buying.buyingLine,
  BuyingLineDetail: buying.buyingLineDetail,
  MarginalSteps: buying.marginalSteps,
  DecisionRecord: buying.decisionRecord,
  DecisionHistory: buying.decisionHistory,
  DecisionReply: buying.decisionReply,
  Outcome: outcome.outcome,
  SearchItem: search.searchItem,
  SearchFacet: search.searchFacet,
  SearchBlend: search.searchBlend,
  SearchReply: search.searchReply,
  SearchReport: searchReport.searchReport,
  SearchStatus: searchReport.searchStatus,
  SearchRule: searchReport.searchRule,
  NetworkInfo: network.networkInfo,
  NetworkMap: network.networkMap,
  RegionMeasures: network.regionMeasures,
  Lane: networkLanes.laneRow,
  Truck: networkLanes.truckRow,
  ParcelRoute: networkRoute.routeAlternative,
  WhatIf: networkRoute.whatIfReply,
} as const

/** Registers the OpenAPI document of all routes added after it, at /openapi.json. */
export function addOpenApi(app: ApiInstance, version: string): void {
  const schemaRegistry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) schemaRegistry.add(schema, { id })
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Storewright',
        version,
        description: 'What the console shows, and the decisions that it takes down.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  })
  app.register(async (scope) => {
    scope.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  })
}
