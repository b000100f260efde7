import type {
  MapQuery,
  NetworkApplyRequest,
  NetworkInfo,
  NetworkMapReply,
  NetworkPlaces,
  NetworkQuery,
  NetworkSwitchRequest,
  RollbackRequest,
} from './schemas/network.ts'
import type {
  LaneDetail,
  LanePage,
  LanesQuery,
  TruckPage,
  TrucksQuery,
} from './schemas/network-lanes.ts'
import type { RouteQuery, RouteReply, WhatIfReply, WhatIfRequest } from './schemas/network-route.ts'
import type { SitesPlan, SitesQuery } from './schemas/network-sites.ts'

/**
 * What the HTTP API needs of a store's network: one method for each endpoint. All throw
 * ERR_STORE_EMPTY with the command that plans, before the first plan of regions.
 */
export interface NetworkView {
  /** Throws ERR_PLAN_NOT_FOUND on regions that are not kept. */
  info(query: NetworkQuery): Promise<NetworkInfo>
  /** Throws as info does. */
  map(query: MapQuery): Promise<NetworkMapReply>
  places(): Promise<NetworkPlaces>
  /** Throws ERR_STORE_EMPTY before lanes are planned. */
  lanes(query: LanesQuery): Promise<LanePage>
  /** Throws ERR_NOT_FOUND where the plan has no such lane. */
  lane(laneId: string): Promise<LaneDetail>
  /** Throws ERR_STORE_EMPTY before sites are planned, ERR_PLAN_NOT_FOUND on a plan not kept. */
  sites(query: SitesQuery): Promise<SitesPlan>
  trucks(query: TrucksQuery): Promise<TruckPage>
  /** Throws ERR_ROUTES_VERSION without a route set, ERR_NOT_FOUND on an unknown place. */
  route(query: RouteQuery): Promise<RouteReply>
  /** Changes nothing. Throws ERR_NOT_FOUND, ERR_ARGUMENT as closePlaces does. */
  whatIf(request: WhatIfRequest): Promise<WhatIfReply>
  /** Throws ERR_PLAN_NOT_FOUND on regions that are not kept. */
  apply(request: NetworkApplyRequest): Promise<NetworkInfo>
  /** Throws ERR_ROUTES_VERSION, ERR_ROUTES_CONFLICT. */
  switch(request: NetworkSwitchRequest): Promise<NetworkInfo>
  /** Throws ERR_ROUTES_VERSION where no switch stands, ERR_ROUTES_CONFLICT. */
  rollBack(request: RollbackRequest): Promise<NetworkInfo>
}
