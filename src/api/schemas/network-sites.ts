import * as z from 'zod'
import { cents, moment, share } from './common.ts'

/** GET /api/network/sites: the query. */
export const sitesQuery = z.strictObject({
  version: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('of the plan of sites; absent: the newest'),
})
export type SitesQuery = z.infer<typeof sitesQuery>

const scenario = z.string().describe('name of a way in which demand may go')
const year = z.int().min(1).describe('counts from 1')

export const siteStep = z.object({
  stepId: z.string().describe('for addresses: what, where, when and in which scenarios'),
  action: z.enum(['open', 'enlarge', 'close']),
  siteId: z.string().describe('a new place is NEW- and its area'),
  name: z.string(),
  place: z.string().describe('where it lies, for people; empty where no area is stated'),
  year,
  scenarios: z.array(scenario).describe('in which it happens'),
  committed: z.boolean().describe('decided now, whichever way demand goes'),
  fromM3: z.number(),
  sizeM3: z.number(),
  costCents: cents.describe('what building or closing costs'),
  savesCents: cents
    .nullable()
    .describe('expected and discounted, all years; null where demand would not fit without it'),
  savesByScenario: z
    .array(z.object({ scenario, savesCents: cents.nullable() }))
    .describe('parts of the same, probability included; empty in plans made before this was told'),
  driver: z.string().describe('which way of demand it answers to, in words'),
  reason: z.string(),
  alternatives: z
    .array(z.object({ siteId: z.string(), name: z.string(), extraCents: cents }))
    .describe('other places that could grow instead, least dear first'),
})
export type SiteStepRow = z.infer<typeof siteStep>

export const siteYear = z.object({
  scenario,
  year,
  ordersADay: z.number(),
  sites: z.int().describe('buildings open'),
  neededM3: z.number(),
  roomM3: z.number(),
  miles: z.number().nullable().describe('mean way to a customer; null where miles cost nothing'),
  buildingCents: cents.describe('not discounted, like all money of a year'),
  changeCents: cents,
  transportCents: cents,
  orderCents: z.number().describe('all money of the year, cents an order'),
})
export type SiteYearRow = z.infer<typeof siteYear>

export const sitesVersion = z.object({
  version: z.int(),
  madeAt: moment,
  years: z.int(),
  steps: z.int(),
})

const xy = z.number().describe('on the plane of width × height')

export const plannedPlace = z.object({
  siteId: z.string(),
  name: z.string(),
  kind: z.enum(['centre', 'shop', 'new']),
  x: xy,
  y: xy,
  roomM3: z.number().nullable().describe('today; 0 for new places, null where none is stated'),
})
export type PlannedPlace = z.infer<typeof plannedPlace>

/** GET /api/network/sites */
export const sitesPlan = z.object({
  sentence: z.string().describe('what there is to know, in words'),
  shown: sitesVersion,
  versions: z.array(sitesVersion).describe('newest first'),
  years: z.int(),
  committedYears: z.int().describe('years whose changes are decided now'),
  scenarios: z.array(
    z.object({ name: scenario, probability: share, growth: z.number().describe('a year') }),
  ),
  ordersADay: z.number().describe('today'),
  neededM3: z.number().describe('today'),
  costCents: cents.describe('expected and discounted, all years'),
  boundCents: cents.describe('no plan costs less'),
  gap: z.number(),
  proven: z.boolean(),
  cut: z.boolean().describe('time ended the search'),
  stayingCents: z.number().nullable().describe('what changing nothing costs; null: see blocked'),
  blocked: z.string().nullable().describe('why changing nothing does not work'),
  steps: z.array(siteStep).describe('in order of years'),
  path: z.array(siteYear),
  map: z.object({
    width: z.number(),
    height: z.number(),
    states: z.string().describe('SVG path of inner borders; empty outside the United States'),
    country: z.string().describe('SVG path; empty where the areas have no shapes'),
    areas: z.array(z.object({ x: xy, y: xy })).describe('points, where they have no shapes'),
    places: z.array(plannedPlace),
  }),
  command: z.string().describe('plans anew'),
})
export type SitesPlan = z.infer<typeof sitesPlan>
