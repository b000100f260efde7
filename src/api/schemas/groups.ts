import * as z from 'zod'
import { cents, closedDay, event, forecast, history } from './common.ts'

/** What is added up. */
export const groupLevel = z.enum(['total', 'department', 'category', 'place'])

/** GET /api/demand/groups: the query. */
export const groupsQuery = z.object({
  level: groupLevel
    .exclude(['total'])
    .optional()
    .describe('default: category, or the first level that there is'),
})
export type GroupsQuery = z.infer<typeof groupsQuery>

export const groupRow = z.object({
  level: groupLevel,
  group: z.string(),
  label: z.string(),
  products: z.int(),
  stakeCents: cents
    .nullable()
    .describe('money at stake: usual miss × units expected × mean price; null without prices'),
  wape: z.number().nullable().describe('sum of absolute errors of past days over units sold'),
  bias: z.number().nullable().describe('(forecast − sold) / sold; positive = too high'),
  last28Units: z.number(),
  next28Units: z.number(),
  next28Low: z.number().describe('0.05 quantile of the total'),
  next28High: z.number().describe('0.95 quantile of the total'),
  priceCents: cents.nullable().describe('mean price of what is expected to sell'),
  spark: z.array(z.number()).max(60).describe('units a week, oldest first'),
})
export type GroupRow = z.infer<typeof groupRow>

/** GET /api/demand/groups */
export const groupList = z.object({
  sentence: z.string().nullable().describe('what is expected in all and where it is least sure'),
  level: groupLevel,
  levels: z.array(z.object({ level: groupLevel, label: z.string() })),
  days: z.int().describe('days ahead that are added up'),
  total: groupRow.nullable(),
  groups: z.array(groupRow).describe('most money at stake first; they add up to the total'),
  command: z.string().describe('the command that fills it, to copy where it is empty'),
})
export type GroupList = z.infer<typeof groupList>

/** GET /api/demand/group: the query. */
export const groupQuery = z.object({ level: groupLevel, group: z.string().min(1).max(200) })
export type GroupQuery = z.infer<typeof groupQuery>

/** GET /api/demand/group */
export const groupDetail = z.object({
  row: groupRow,
  sentence: z.string(),
  adds: z.string().describe('how it agrees with the products, in words'),
  history,
  forecast,
  events: z.array(event),
  closedDays: z.array(closedDay),
  worst: z
    .array(
      z.object({
        productId: z.string(),
        title: z.string(),
        stakeCents: cents.nullable(),
        next28Units: z.number().nullable(),
      }),
    )
    .describe('its products with most money at stake; none for places'),
})
export type GroupDetail = z.infer<typeof groupDetail>
