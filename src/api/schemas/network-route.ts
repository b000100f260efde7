import * as z from 'zod'
import { moment, share } from './common.ts'
import { regionId, regionMeasures } from './network.ts'

/** GET /api/network/route: the query. */
export const routeQuery = z.strictObject({
  from: z.string().max(200).optional().describe('site; absent: all that ship'),
  to: z.string().max(200).describe('area'),
  at: moment.optional().describe('when it is ordered; absent: now, or the first day of the set'),
  by: moment.optional().describe('promised; absent: any time'),
  kg: z.coerce.number().min(0).max(10_000).default(1),
  m3: z.coerce.number().min(0).max(200).default(0.005),
  version: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('route set; absent: that which serves the area, or else the newest'),
})
export type RouteQuery = z.infer<typeof routeQuery>

const leg = z.object({
  laneId: z.string(),
  from: z.string(),
  to: z.string(),
  leavesAt: moment,
})

export const routeAlternative = z.object({
  siteId: z.string(),
  site: z.string(),
  regionId: regionId.nullable(),
  orderBy: moment,
  arriveBy: moment,
  costCents: z.number().describe('the sum of the three below'),
  routeCents: z.number(),
  fillCents: z.number().describe('what the fill of its departures adds'),
  outOfRegionCents: z.number().describe('what leaving the region adds'),
  legs: z.array(leg),
  chosen: z.boolean(),
  again: z.int().describe('further departures of the same way for which the same holds'),
  why: z.string(),
})
export type RouteAlternative = z.infer<typeof routeAlternative>

/** GET /api/network/route */
export const routeReply = z.object({
  sentence: z.string(),
  version: z.int(),
  name: z.string(),
  inForce: z.boolean().describe('false: the set does not serve the area now'),
  to: z.string(),
  at: moment,
  by: moment.nullable(),
  chosen: routeAlternative.nullable(),
  alternatives: z.array(routeAlternative).describe('those nearest to being chosen first'),
})
export type RouteReply = z.infer<typeof routeReply>

/** POST /api/network/what-if */
export const whatIfRequest = z
  .strictObject({
    closeSites: z.array(z.string().min(1).max(200)).max(50).optional(),
    closeLanes: z.array(z.string().min(1).max(200)).max(500).optional(),
    closeAreas: z.array(z.string().min(1).max(200)).max(1000).optional(),
    storms: z
      .array(
        z.strictObject({
          lat: z.number().min(-90).max(90),
          lon: z.number().min(-180).max(180),
          km: z.number().positive().max(20_000),
        }),
      )
      .max(20)
      .optional()
      .describe('all sites and areas within so many km are closed'),
  })
  .refine(
    ({ closeSites = [], closeLanes = [], closeAreas = [], storms = [] }) =>
      closeSites.length + closeLanes.length + closeAreas.length + storms.length > 0,
    { message: 'Name a site, a lane or an area to close, or a storm.' },
  )
export type WhatIfRequest = z.infer<typeof whatIfRequest>

const effect = z.object({
  before: regionMeasures,
  after: regionMeasures.nullable().describe('null where no site with stock is left'),
})

const wayMeasures = z.object({
  inTimeShare: share.describe('parcels that arrive within the days promised'),
  elsewhereShare: share.describe('parcels that come from another region'),
  unreachedShare: share.describe('parcels that nothing can deliver'),
  hours: z.number().describe('mean from order to door, over what arrives before and after'),
  cents: z.number().describe('mean cost of the way, over the same'),
})

const changedArea = z.object({
  areaId: z.string(),
  name: z.string(),
  change: z.enum(['closed', 'unreached', 'later']),
  hoursBefore: z.number().nullable().describe('null where it is not reached'),
  hoursAfter: z.number().nullable(),
  x: z.number().nullable().describe('on the plane of the map; null where it is not shown'),
  y: z.number().nullable(),
})
export type ChangedArea = z.infer<typeof changedArea>

/** The answer: nothing is changed by asking. */
export const whatIfReply = z.object({
  sentence: z.string(),
  version: z.int().describe('of the regions in force'),
  closed: z.array(
    z.object({ siteId: z.string(), name: z.string(), regionId: regionId.nullable() }),
  ),
  closedLanes: z.array(z.object({ laneId: z.string(), name: z.string() })),
  closedAreas: z.array(z.string()).describe('areas that nothing can be delivered to'),
  ordersLost: z.number().describe('orders a day of these areas'),
  total: effect,
  regions: z.array(effect.extend({ regionId })).describe('those that change, worst first'),
  stockToMoveM3: z.number().describe('stock that the plan places at the closed sites'),
  lanesStopped: z.int().describe('planned lanes that are closed, or start or end where all is'),
  stoppedLanes: z.array(z.string()).describe('their ids'),
  parcels: z
    .object({
      before: wayMeasures,
      after: wayMeasures,
      promiseDays: z.number(),
      changed: z.int().describe('areas reached six hours later or more, or no more'),
    })
    .nullable()
    .describe(
      'the way of a usual parcel to each area, by its orders, over last week; null without a timetable',
    ),
  areas: z
    .array(changedArea)
    .describe('areas closed, no more reached or reached later; most orders first, 2,000 at most'),
  routeSet: z
    .object({ version: z.int(), name: z.string(), unreached: z.int() })
    .nullable()
    .describe('a route set built ahead for exactly this'),
  command: z.string().describe('builds such a route set'),
})
export type WhatIfReply = z.infer<typeof whatIfReply>
