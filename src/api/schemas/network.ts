import * as z from 'zod'
import { cents, moment, share } from './common.ts'

export const regionId = z
  .string()
  .regex(/^R\d+$/)
  .describe('R1, R2, …')

/** What regions give, over all or each; see docs/feed.md, `region_measures`. */
export const regionMeasures = z.object({
  ordersADay: z.number(),
  areas: z.int(),
  sites: z.int(),
  capacityM3: z.number(),
  breadth: z.number().describe('products that the sites of a region hold'),
  wholeShare: share.describe('orders filled wholly inside their region'),
  lineShare: share.describe('order lines filled inside their region'),
  miles: z.number().describe('mean way of a parcel inside its region'),
  costCents: z.number().describe('transport and lanes, cents an order'),
  promisedShare: share.describe('orders whole and promised in time'),
  lanes: z.int(),
  outsideLines: z.number().describe('order lines a day that come from another region'),
  objectiveCents: z.number().describe('cost with the prices of split and slow orders'),
})
export type RegionMeasures = z.infer<typeof regionMeasures>

export const curvePoint = z.object({
  regions: z.int().describe('number of regions'),
  feasible: z.boolean(),
  chosen: z.boolean(),
  why: z.string().describe('why it was chosen or not, or what stands in its way'),
  movedAreas: z.int().nullable(),
  measures: regionMeasures.nullable().describe('null where no plan keeps all limits'),
})
export type CurvePoint = z.infer<typeof curvePoint>

export const regionsVersion = z.object({
  version: z.int(),
  madeAt: moment,
  current: z.boolean().describe('in force'),
  regions: z.int(),
  wholeShare: share,
  movedAreas: z.int().nullable().describe('areas that leave the region they were in'),
  unitsToMove: z.int().describe('units of stock that would go to another site'),
})
export type RegionsVersion = z.infer<typeof regionsVersion>

export const lanesSummary = z.object({
  version: z.int(),
  madeAt: moment,
  regionsVersion: z.int().describe('regions that the lanes were planned for'),
  lanes: z.int(),
  lanesBefore: z.int().describe('lanes that run today'),
  departuresAWeek: z.int(),
  departuresBefore: z.int(),
  fill: share.describe('share of all room that is filled'),
  directFill: share.describe('the same of direct lanes'),
  costCents: cents.describe('a week'),
  emptyCents: cents.describe('a week: cost of the room that goes empty'),
  meanHours: z.number().describe('from packed to station'),
  latePairs: z.int().describe('pairs of site and station served later than promised'),
})
export type LanesSummary = z.infer<typeof lanesSummary>

export const routeSet = z.object({
  version: z.int(),
  name: z.string(),
  madeAt: moment,
  from: moment.describe('first order that it routes'),
  to: moment,
  lanes: z.int(),
  routes: z.int(),
  unreached: z.int().describe('areas that no site reaches'),
  closed: z.array(z.string()).describe('what it was built without: sites, lanes, areas'),
  areas: z.int().describe('areas that it serves now'),
})
export type RouteSetRow = z.infer<typeof routeSet>

export const routeSwitch = z.object({
  number: z.int(),
  orderedAt: moment,
  at: moment.describe('from when it holds'),
  where: z.string(),
  versions: z.array(z.int()),
  by: z.string(),
  reason: z.string().nullable(),
  rolledBack: z.object({ at: moment, by: z.string(), reason: z.string().nullable() }).nullable(),
})
export type RouteSwitchRow = z.infer<typeof routeSwitch>

const routeStatus = z.object({
  sets: z.array(routeSet).describe('newest first'),
  areas: z.int().describe('areas that are planned by'),
  unserved: z.int().describe('areas that no route set serves'),
  switches: z.array(routeSwitch).describe('newest first'),
  revision: z.int().describe('send it back with a change: of two people the first wins'),
  undoes: z
    .object({ number: z.int(), versions: z.array(z.int()), where: z.string() })
    .nullable()
    .describe('the switch that a rollback would undo'),
})
export type RouteStatus = z.infer<typeof routeStatus>

/** GET /api/network: the query. */
export const networkQuery = z.strictObject({
  version: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('of the regions; absent: those in force, or else the newest'),
})
export type NetworkQuery = z.infer<typeof networkQuery>

/** GET /api/network */
export const networkInfo = z.object({
  sentence: z.string().describe('what there is to know, in words'),
  shown: regionsVersion.describe('the regions that this is about'),
  proposal: regionsVersion.nullable().describe('newer ones that nobody has applied'),
  versions: z.array(regionsVersion).describe('newest first'),
  total: regionMeasures,
  regions: z.array(regionMeasures.extend({ regionId, sites: z.int() })),
  curve: z.array(curvePoint).describe('by number of regions'),
  lanes: lanesSummary.nullable(),
  routes: routeStatus,
  commands: z.object({
    regions: z.string().describe('plans regions and applies them'),
    lanes: z.string(),
    routes: z.string(),
    sites: z.string().describe('proposes where to build'),
  }),
})
export type NetworkInfo = z.infer<typeof networkInfo>

/** GET /api/network/map: the query. */
export const mapQuery = networkQuery.extend({
  side: z.enum(['plan', 'before']).default('plan').describe('the plan, or what it starts from'),
})
export type MapQuery = z.infer<typeof mapQuery>

const xy = z.number().describe('on the plane of width × height')
export const lanePurpose = z.enum(['direct', 'feeder', 'trunk', 'bridge', 'spoke'])
export type LanePurpose = z.infer<typeof lanePurpose>

export const mapLane = z.object({
  laneId: z.string(),
  from: z.string(),
  to: z.string(),
  fromX: xy,
  fromY: xy,
  toX: xy,
  toY: xy,
  purpose: lanePurpose,
  departuresAWeek: z.int(),
  m3: z.number().nullable().describe('m³ a week; null where it was not planned'),
  fill: share.nullable(),
})
export type MapLane = z.infer<typeof mapLane>

export const mapSite = z.object({
  siteId: z.string(),
  name: z.string(),
  kind: z.string(),
  regionId: regionId.nullable(),
  x: xy,
  y: xy,
  capacityM3: z.number().nullable().describe('null where none is stated'),
  placedM3: z.number().describe('stock that the plan places'),
})
export type MapSite = z.infer<typeof mapSite>

/** GET /api/network/map */
export const networkMap = z.object({
  version: z.int(),
  side: z.enum(['plan', 'before']),
  width: z.number(),
  height: z.number(),
  states: z.string().describe('SVG path of inner borders; empty outside the United States'),
  regions: z.array(
    z.object({
      regionId: regionId.nullable().describe('null = the whole country, without regions'),
      path: z.string().describe('SVG path; empty where the areas have no shapes'),
      x: xy.nullable().describe('where its label stands'),
      y: xy.nullable(),
    }),
  ),
  areas: z
    .array(z.object({ name: z.string(), regionId: regionId.nullable(), x: xy, y: xy }))
    .describe('points, where the areas have no shapes'),
  sites: z.array(mapSite),
  lanes: z
    .array(mapLane)
    .describe('those with most volume; none where they were planned for other regions'),
  lanesTotal: z.int(),
})
export type NetworkMapReply = z.infer<typeof networkMap>

/** GET /api/network/places: what routes can be asked of. */
export const networkPlaces = z.object({
  sites: z
    .array(z.object({ siteId: z.string(), name: z.string(), regionId: regionId.nullable() }))
    .describe('those that ship'),
  areas: z
    .array(
      z.object({
        areaId: z.string(),
        name: z.string(),
        lat: z.number(),
        lon: z.number(),
        x: xy.nullable().describe('as on the map; null where it is not shown'),
        y: xy.nullable(),
      }),
    )
    .describe('most people first'),
})
export type NetworkPlaces = z.infer<typeof networkPlaces>

const by = z.string().min(1).max(100)
const reason = z.string().max(500).optional()
const expected = z.int().min(0).optional().describe('revision of the routes that was seen')

/** POST /api/network/apply */
export const applyRequest = z.strictObject({
  version: z.int().positive().describe('of the regions'),
  by,
})
export type NetworkApplyRequest = z.infer<typeof applyRequest>

/** POST /api/network/switch */
export const networkSwitchRequest = z.strictObject({
  version: z.int().positive().describe('of the route set'),
  regions: z.array(regionId).min(1).optional().describe('absent: everywhere'),
  at: moment.optional().describe('from when; absent: now'),
  by,
  reason,
  expected,
})
export type NetworkSwitchRequest = z.infer<typeof networkSwitchRequest>

/** POST /api/network/rollback */
export const rollbackRequest = z.strictObject({ by, reason, expected })
export type RollbackRequest = z.infer<typeof rollbackRequest>
