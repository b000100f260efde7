import type { ApiInstance } from '../instance.ts'
import type { NetworkView } from '../network-view.ts'
import {
  applyRequest,
  mapQuery,
  networkInfo,
  networkMap,
  networkPlaces,
  networkQuery,
  networkSwitchRequest,
  rollbackRequest,
} from '../schemas/network.ts'
import {
  laneDetail,
  lanePage,
  laneParams,
  lanesQuery,
  truckPage,
  trucksQuery,
} from '../schemas/network-lanes.ts'
import { routeQuery, routeReply, whatIfReply, whatIfRequest } from '../schemas/network-route.ts'
import { sitesPlan, sitesQuery } from '../schemas/network-sites.ts'
import { replies } from './replies.ts'

/** The Network page: regions, lanes, trucks and routes, and what a person switches there. */
export function addNetworkRoutes(app: ApiInstance, network: NetworkView): void {
  addPlanRoutes(app, network)
  addLaneRoutes(app, network)
  addQuestionRoutes(app, network)
  addChangeRoutes(app, network)
}

function addPlanRoutes(app: ApiInstance, network: NetworkView): void {
  app.route({
    method: 'GET',
    url: '/api/network',
    schema: {
      operationId: 'getNetwork',
      tags: ['network'],
      summary: 'Regions, what each number of them would give, lanes in short, and route sets',
      querystring: networkQuery,
      response: replies(networkInfo),
    },
    handler: ({ query }) => network.info(query),
  })
  app.route({
    method: 'GET',
    url: '/api/network/map',
    schema: {
      operationId: 'getNetworkMap',
      tags: ['network'],
      summary: 'Regions, sites and lanes drawn on a plane, as planned or as they were before',
      querystring: mapQuery,
      response: replies(networkMap),
    },
    handler: ({ query }) => network.map(query),
  })
  app.route({
    method: 'GET',
    url: '/api/network/places',
    schema: {
      operationId: 'listPlaces',
      tags: ['network'],
      summary: 'Sites that ship and areas that are served, for those who ask for a route',
      response: replies(networkPlaces),
    },
    handler: () => network.places(),
  })
  app.route({
    method: 'GET',
    url: '/api/network/sites',
    schema: {
      operationId: 'getSitesPlan',
      tags: ['network'],
      summary: 'Where to open, enlarge and close buildings, by year and way of demand, and why',
      querystring: sitesQuery,
      response: replies(sitesPlan),
    },
    handler: ({ query }) => network.sites(query),
  })
}

function addLaneRoutes(app: ApiInstance, network: NetworkView): void {
  app.route({
    method: 'GET',
    url: '/api/network/lanes',
    schema: {
      operationId: 'listLanes',
      tags: ['network'],
      summary: 'Planned and closed lanes, most money for empty room first',
      querystring: lanesQuery,
      response: replies(lanePage),
    },
    handler: ({ query }) => network.lanes(query),
  })
  app.route({
    method: 'GET',
    url: '/api/network/lanes/:laneId',
    schema: {
      operationId: 'getLane',
      tags: ['network'],
      summary: 'One lane: why it runs as it does, when it leaves, and what else could be done',
      params: laneParams,
      response: replies(laneDetail),
    },
    handler: ({ params: { laneId } }) => network.lane(laneId),
  })
  app.route({
    method: 'GET',
    url: '/api/network/trucks',
    schema: {
      operationId: 'listTrucks',
      tags: ['network'],
      summary: 'The trucks of a weekday with what they are expected to carry',
      querystring: trucksQuery,
      response: replies(truckPage),
    },
    handler: ({ query }) => network.trucks(query),
  })
}

function addQuestionRoutes(app: ApiInstance, network: NetworkView): void {
  app.route({
    method: 'GET',
    url: '/api/network/route',
    schema: {
      operationId: 'getRoute',
      tags: ['network'],
      summary: 'The route of a parcel, its alternatives, and why each was or was not chosen',
      querystring: routeQuery,
      response: replies(routeReply),
    },
    handler: ({ query }) => network.route(query),
  })
  app.route({
    method: 'POST',
    url: '/api/network/what-if',
    config: { need: 'read' },
    schema: {
      operationId: 'askWhatIf',
      tags: ['network'],
      summary:
        'What the regions in force lose when sites and areas close, or a storm comes; changes nothing',
      body: whatIfRequest,
      response: replies(whatIfReply),
    },
    handler: ({ body }) => network.whatIf(body),
  })
}

function addChangeRoutes(app: ApiInstance, network: NetworkView): void {
  app.route({
    method: 'POST',
    url: '/api/network/apply',
    schema: {
      operationId: 'applyRegions',
      tags: ['network'],
      summary: 'Puts a plan of regions in force; another one the same way puts it back',
      body: applyRequest,
      response: replies(networkInfo),
    },
    handler: ({ body }) => network.apply(body),
  })
  app.route({
    method: 'POST',
    url: '/api/network/switch',
    schema: {
      operationId: 'switchRoutes',
      tags: ['network'],
      summary: 'Sends parcels by another route set, everywhere or region by region',
      body: networkSwitchRequest,
      response: replies(networkInfo),
    },
    handler: ({ body }) => network.switch(body),
  })
  app.route({
    method: 'POST',
    url: '/api/network/rollback',
    schema: {
      operationId: 'rollBackRoutes',
      tags: ['network'],
      summary: 'Undoes the last switch of route sets',
      body: rollbackRequest,
      response: replies(networkInfo),
    },
    handler: ({ body }) => network.rollBack(body),
  })
}
