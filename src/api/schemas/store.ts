import * as z from 'zod'
import { day, moment } from './common.ts'

/** One step of the loop and the version of its result that is in use. */
export const storeVersion = z.object({
  step: z.enum(['import', 'forecast', 'plan', 'simulate']),
  version: z.int().nullable().describe('null where the step has not run yet'),
  madeAt: moment.nullable(),
  rows: z.int().nullable().describe('rows of the result'),
})

/** The nightly run that the server makes at its hour. */
const nightlyRun = z.object({
  at: z.string().nullable().describe('HH:MM in the store’s time zone; null: none is made'),
  nextAt: moment.nullable(),
  running: z
    .object({
      step: z.string(),
      share: z.number().nullable().describe('of the step, 0 to 1; null where it is not known'),
    })
    .nullable(),
  last: z
    .object({
      dueAt: moment,
      startedAt: moment,
      endedAt: moment.nullable(),
      outcome: z
        .enum(['running', 'done', 'failed', 'stopped'])
        .describe('stopped, or running of a server that is gone: begun again with the next server'),
      message: z.string().nullable().describe('why it failed'),
    })
    .nullable(),
  doneAt: moment.nullable().describe('end of the last that was done'),
})

/** GET /api/store */
export const storeInfo = z.object({
  name: z.string(),
  currency: z.string().length(3).describe('ISO 4217 code'),
  asOf: day.nullable().describe('last day the data covers; null in an empty store'),
  versions: z.array(storeVersion),
  counts: z.object({
    products: z.int(),
    orders: z.int(),
    saleDays: z.int().describe('days with sales'),
    forecastProducts: z.int(),
    planLines: z.int(),
  }),
  staleness: z.object({
    stale: z.boolean(),
    message: z.string().nullable().describe('what is old and by how much; null if nothing is'),
    command: z.string().nullable().describe('the command that makes it new'),
  }),
  nightly: nightlyRun.nullable().describe('null where the server makes none at any hour'),
  actor: z.string().nullable().describe('name put under decisions when the request gives none'),
})
export type StoreInfo = z.infer<typeof storeInfo>
