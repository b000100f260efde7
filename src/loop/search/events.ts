import * as z from 'zod'
import { defineEvent } from '../../ledger/index.ts'

const id = z.string().min(1).max(200)

/** A search, what was chosen to answer it, and what was shown. */
export const searchAsked = defineEvent(
  'search.asked',
  z.object({
    queryId: id,
    raw: z.string(),
    text: z.string(),
    at: z.int(),
    sessionId: id.exactOptional(),
    customerId: id.exactOptional(),
    shown: z.array(z.string()).readonly(),
    broughtBy: z.array(z.array(z.int()).readonly()).readonly(),
    shares: z.array(z.object({ arm: z.string(), count: z.int() })).readonly(),
    choice: z.string(),
    propensity: z.number().gt(0).max(1),
    defaultPropensity: z.number().min(0).max(1).exactOptional(),
    seen: z
      .object({
        context: z.array(z.number()).readonly(),
        arms: z.record(z.string(), z.array(z.number()).readonly()),
      })
      .exactOptional(),
    version: z.int(),
    /** Products that matched in all. */
    total: z.int(),
  }),
)

/** What a customer did with a result. */
export const searchActed = defineEvent(
  'search.acted',
  z.object({
    kind: z.enum(['view', 'click', 'add_to_cart', 'purchase']),
    queryId: id,
    productId: id,
    position: z.int().exactOptional(),
    at: z.int(),
    sessionId: id.exactOptional(),
    customerId: id.exactOptional(),
  }),
)

/** How well a person finds a product to answer a query; null takes the judgment back. */
export const searchJudged = defineEvent(
  'search.judged',
  z.object({
    query: z.string().min(1),
    productId: id,
    grade: z.int().min(0).max(4).nullable(),
    by: z.string().min(1),
  }),
)

/** All business rules from now on, whole. */
export const searchRuled = defineEvent(
  'search.ruled',
  z.object({ rules: z.array(z.json()).readonly(), by: z.string().min(1) }),
)

/** The models or the policy were switched by a person. */
export const searchSwitched = defineEvent(
  'search.switched',
  z.object({
    version: z.int().exactOptional(),
    policy: z.enum(['on', 'off']).exactOptional(),
    by: z.string().min(1),
  }),
)
