import * as z from 'zod'
import { moment } from './common.ts'
import { identifier } from './promises.ts'

/** POST /webhooks */
export const addWebhookBody = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .describe('its origin must be listed under [fulfilment] webhook_origins in storewright.toml'),
  events: z
    .array(z.string().min(1).max(100))
    .max(50)
    .default([])
    .describe('types such as order.shipped; empty: all'),
})
export type AddWebhookBody = z.infer<typeof addWebhookBody>

export const webhook = z.object({
  webhookId: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  addedAt: moment,
  delivered: z.int().describe('number of the last event that it has acknowledged'),
  waiting: z.boolean().describe('events wait, or the last delivery failed'),
  lastError: z.string().nullable(),
})

export const webhookList = z.object({ webhooks: z.array(webhook) })
export type WebhookList = z.infer<typeof webhookList>

export const addedWebhook = z.object({
  webhookId: z.string(),
  secret: z.string().describe('deliveries are signed with it; it is not shown again'),
})
export type AddedWebhook = z.infer<typeof addedWebhook>

export const webhookParams = z.object({ webhookId: identifier })
