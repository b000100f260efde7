import * as z from 'zod'
import { moment } from './common.ts'

/** GET /api/fulfilment/strategy */
export const strategyReply = z.object({
  strategy: z.string().describe('as the settings name it'),
  serves: z.string().describe('the one that gives orders to sites now'),
  fallenBackUntil: moment.nullable().describe('it did worse, and rests until then'),
  orders: z.int().describe('orders compared since counting began'),
  ownCents: z.number().describe('shipping as planned at the click'),
  simpleCents: z.number().describe('what cheapest-now would have planned'),
  stockCents: z
    .number()
    .describe('what the stock that cheapest-now would have left is worth above that there is'),
  excess: z.number().describe('(own + stock − simple) / simple; above 0 it does worse'),
  worth: z
    .object({
      at: moment.nullable().describe('stock of which moment; null before the first time'),
      orders: z.int().describe('expected orders that it is computed from'),
      cells: z.int(),
      meanCents: z.number().describe('mean worth of a unit in stock'),
    })
    .nullable()
    .describe('null where the strategy counts no worth of stock'),
})
export type StrategyReply = z.infer<typeof strategyReply>
