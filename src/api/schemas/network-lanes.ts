import * as z from 'zod'
import { cents, severity, share } from './common.ts'
import { lanePurpose } from './network.ts'

/** Orders of the grid of lanes; `empty` (money spent on room that goes empty) is the default. */
export const laneSort = z.enum(['empty', 'fill', 'cost', 'departures', 'volume', 'worth', 'lane'])
export type LaneSort = z.infer<typeof laneSort>

/** GET /api/network/lanes: the query. */
export const lanesQuery = z.strictObject({
  sort: laneSort.default('empty'),
  order: z.enum(['asc', 'desc']).optional().describe('default: the worst first'),
  q: z.string().max(200).optional().describe('words that lane or sites must contain'),
  status: z.enum(['runs', 'closed']).optional(),
  purpose: lanePurpose.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
})
export type LanesQuery = z.infer<typeof lanesQuery>

export const laneRow = z.object({
  laneId: z.string(),
  from: z.string(),
  to: z.string(),
  mode: z.enum(['truck', 'air']),
  status: z.enum(['runs', 'closed']),
  purpose: lanePurpose,
  severity: severity.describe('how empty it goes'),
  departuresAWeek: z.int(),
  departuresBefore: z.int(),
  extraDepartures: z.number().describe('expected departures hired beyond those a week'),
  meanM3: z.number().describe('m³ a week'),
  mostM3: z.number().describe('m³ of the fullest week that is planned for'),
  roomM3: z.number().nullable().describe('m³ of one departure; null where none is stated'),
  fill: share,
  costCents: cents.describe('a week'),
  emptyCents: cents.describe('a week: cost of the room that goes empty'),
  worthCents: cents
    .nullable()
    .describe('what a week costs more without it; null where nothing else gets there in time'),
  pairs: z.int().describe('pairs of a site and a station that take it'),
  reason: z.string(),
})
export type LaneRow = z.infer<typeof laneRow>

export const lanePage = z.object({ total: z.int(), rows: z.array(laneRow) })
export type LanePage = z.infer<typeof lanePage>

export const laneParams = z.object({ laneId: z.string().max(200) })

/** GET /api/network/lanes/:laneId */
export const laneDetail = z.object({
  row: laneRow,
  sentence: z.string().describe('why it runs as it does'),
  carrier: z.string(),
  miles: z.number().nullable(),
  hours: z.number().describe('mean time on the way'),
  departures: z
    .array(z.object({ weekday: z.int().min(0).max(6), minute: z.int().min(0).max(1439) }))
    .describe('by local time of its start; 0 = Monday'),
  alternatives: z.array(z.object({ action: z.string(), consequence: z.string() })),
})
export type LaneDetail = z.infer<typeof laneDetail>

export const weekday = z.enum([
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
])

/** GET /api/network/trucks: the query. */
export const trucksQuery = z.strictObject({
  day: weekday.default('monday'),
  q: z.string().max(200).optional().describe('words that lane or sites must contain'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
})
export type TrucksQuery = z.infer<typeof trucksQuery>

export const truckRow = z.object({
  laneId: z.string(),
  from: z.string(),
  to: z.string(),
  purpose: lanePurpose,
  minute: z.int().min(0).max(1439).describe('of the day, local to its start'),
  packedByMinute: z.int().describe('of the same day; below 0 = the day before'),
  m3: z.number().describe('expected'),
  roomM3: z.number().nullable(),
  fill: share,
  fullestFill: z
    .number()
    .describe('in the fullest week that is planned for; above 1 = not all fits'),
  costCents: cents,
  severity,
})
export type TruckRow = z.infer<typeof truckRow>

/** GET /api/network/trucks: emptiest money first. */
export const truckPage = z.object({
  day: weekday,
  total: z.int(),
  fill: share.nullable().describe('of all trucks of the day'),
  hours: z
    .array(z.object({ trucks: z.int(), fill: share.nullable() }))
    .length(24)
    .describe('by the hour of departure'),
  rows: z.array(truckRow),
})
export type TruckPage = z.infer<typeof truckPage>
