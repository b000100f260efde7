import * as z from 'zod'
import { MAX_QUERY_LENGTH } from '../../search/index.ts'
import { moment, share } from './common.ts'

/** Longer texts are refused; what is longer than people type is cut. */
const queryText = z
  .string()
  .max(20_000)
  .describe(`as typed; read up to ${MAX_QUERY_LENGTH} characters`)
const identifier = z.string().min(1).max(200)

/** A condition on results; all conditions of a request must be met. */
export const searchFilter = z.strictObject({
  field: z.string().min(1).max(200),
  oneOf: z.array(z.string().max(2000)).min(1).max(1000).optional().describe('whole values'),
  from: z.number().optional().describe('numbers from here on'),
  to: z.number().optional().describe('numbers up to here'),
  missing: z.boolean().optional().describe('products without a value (true), or with one (false)'),
  not: z.boolean().optional().describe('turns the condition round'),
})
export type SearchFilter = z.infer<typeof searchFilter>

export const configuration = z
  .enum(['learned', 'default'])
  .describe('the learned policy and ranking, or the static default they are measured against')
export type Configuration = z.infer<typeof configuration>

/** POST /search */
export const searchRequest = z.strictObject({
  query: queryText,
  from: z.int().min(0).max(10_000).default(0).describe('place of the first result, from 0'),
  size: z.int().min(0).max(200).default(24),
  filters: z.array(searchFilter).max(50).default([]),
  facets: z
    .array(z.string().max(200))
    .max(50)
    .optional()
    .describe('fields to count; by default the useful ones'),
  sort: z
    .array(z.strictObject({ field: z.string().max(200), order: z.enum(['rising', 'falling']) }))
    .max(5)
    .default([])
    .describe('empty: by relevance'),
  sessionId: identifier.optional(),
  customerId: identifier.optional(),
  unfinished: z.boolean().default(false).describe('the last word is still being typed'),
  explain: z.boolean().default(false).describe('say why each result stands where it does'),
  configuration: configuration.default('learned'),
  log: z.boolean().default(true).describe('whether this search counts as a customer’s'),
})
export type SearchRequest = z.infer<typeof searchRequest>

const highlight = z.object({
  field: z.string(),
  parts: z.array(z.object({ text: z.string(), hit: z.boolean() })),
})

const contribution = z.object({
  feature: z.string(),
  about: z.string(),
  value: z.number().nullable().describe('null where missing'),
  contribution: z.number().describe('what it adds to the score'),
})

export const searchItem = z.object({
  productId: z.string(),
  title: z.string(),
  position: z.int(),
  score: z.number(),
  category: z.string().nullable(),
  brand: z.string().nullable(),
  priceCents: z.int().nullable(),
  highlights: z.array(highlight),
  arms: z
    .array(z.object({ arm: z.string(), rank: z.int(), score: z.number() }))
    .describe('which arms brought it, and at which rank'),
  rule: z.string().nullable().describe('the business rule that moved it'),
  why: z.array(contribution).nullable().describe('with explain: parts that sum to the score'),
})
export type SearchItem = z.infer<typeof searchItem>

export const searchFacet = z.object({
  field: z.string(),
  kind: z.enum(['value', 'number']),
  values: z.array(z.object({ value: z.string(), count: z.int(), chosen: z.boolean() })),
  bounds: z
    .array(z.object({ from: z.number(), to: z.number(), count: z.int() }))
    .describe('for numbers'),
  more: z.int().describe('values beyond those listed'),
})
export type SearchFacet = z.infer<typeof searchFacet>

export const readingSlot = z.object({
  field: z.string(),
  words: z.string().describe('the words that say it'),
  value: z.string().nullable(),
  from: z.number().nullable(),
  to: z.number().nullable(),
  negated: z.boolean().describe('said to be unwanted: “without black”'),
  probability: share,
})

export const searchBlend = z.object({
  choice: z.string(),
  propensity: share,
  explored: z.boolean(),
  reasons: z.array(z.string()),
  arms: z.array(
    z.object({
      arm: z.string(),
      about: z.string(),
      asked: z.int().describe('candidates it was asked for'),
      brought: z.int(),
      alone: z.int().describe('candidates that no other arm brought'),
      shown: z.int().describe('results of this page it brought'),
      milliseconds: z.number(),
    }),
  ),
})
export type SearchBlend = z.infer<typeof searchBlend>

/** Reply of POST /search */
export const searchReply = z.object({
  queryId: z.string().describe('name it in feedback'),
  total: z.int().describe('products that match'),
  from: z.int(),
  items: z.array(searchItem),
  facets: z.array(searchFacet),
  readings: z.array(z.object({ likelihood: share, slots: z.array(readingSlot) })),
  corrected: z
    .string()
    .nullable()
    .describe('the words that were searched instead of misspelt ones'),
  blend: searchBlend,
  version: z.int().describe('version of the models; 0 before any were trained'),
  milliseconds: z.number(),
})
export type SearchReply = z.infer<typeof searchReply>

/** POST /suggest */
export const suggestRequest = z.strictObject({
  text: queryText,
  size: z.int().min(1).max(50).default(8),
})
export type SuggestRequest = z.infer<typeof suggestRequest>

export const suggestReply = z.object({
  suggestions: z.array(
    z.object({
      text: z.string(),
      kind: z.enum(['query', 'category', 'brand', 'product', 'attribute']),
      field: z.string().nullable(),
      productId: z.string().nullable(),
    }),
  ),
  milliseconds: z.number(),
})
export type SuggestReply = z.infer<typeof suggestReply>

const feedbackKind = z.enum(['view', 'click', 'add_to_cart', 'purchase'])

/** One act, in our own words. */
export const ownFeedback = z.strictObject({
  kind: feedbackKind,
  queryId: identifier,
  productId: identifier,
  position: z.int().min(1).max(100_000).optional(),
  at: moment.optional().describe('now where absent'),
  sessionId: identifier.optional(),
  customerId: identifier.optional(),
})

/** User Behavior Insights 1.3, what is read of it. */
export const ubiFeedback = z.looseObject({
  action_name: z.string().max(100),
  query_id: identifier,
  timestamp: z.union([z.string(), z.number()]).optional(),
  client_id: identifier.optional(),
  session_id: identifier.optional(),
  event_attributes: z.looseObject({
    object: z.looseObject({ object_id: identifier }),
    position: z.looseObject({ ordinal: z.int().min(0).max(100_000) }).optional(),
  }),
})

const segmentProduct = z.looseObject({
  product_id: identifier.optional(),
  sku: identifier.optional(),
  position: z.int().min(0).max(100_000).optional(),
})

/** Segment e-commerce events, what is read of them. */
export const segmentFeedback = z.looseObject({
  event: z.string().max(100),
  timestamp: z.string().max(100).optional(),
  anonymousId: identifier.optional(),
  userId: identifier.optional(),
  properties: segmentProduct.extend({
    query_id: identifier.optional(),
    products: z.array(segmentProduct).max(1000).optional(),
  }),
})

/** POST /feedback: one event or several, each in one of three vocabularies. */
export const feedbackRequest = z.union([
  z.strictObject({
    events: z
      .array(z.union([ownFeedback, ubiFeedback, segmentFeedback]))
      .min(1)
      .max(1000),
  }),
  ownFeedback,
  ubiFeedback,
  segmentFeedback,
])
export type FeedbackRequest = z.infer<typeof feedbackRequest>

export const feedbackReply = z.object({
  status: z.literal('ok'),
  accepted: z.int().describe('events that are on disk'),
  ignored: z
    .array(z.object({ event: z.int(), reason: z.string() }))
    .describe('what says nothing to search'),
  milliseconds: z.number(),
})
export type FeedbackReply = z.infer<typeof feedbackReply>

/** POST /rank: orders given products for a query, as Metarank does. */
export const rankRequest = z.strictObject({
  query: queryText,
  items: z
    .array(z.looseObject({ id: identifier }))
    .min(1)
    .max(5000),
  user: identifier.optional(),
  session: identifier.optional(),
  configuration: configuration.default('learned'),
})
export type RankRequest = z.infer<typeof rankRequest>

export const rankQuery = z.strictObject({ explain: z.stringbool().default(false) })

export const rankReply = z.object({
  took: z.number().describe('milliseconds'),
  items: z.array(
    z.object({
      item: z.string(),
      score: z.number(),
      features: z.array(
        z.object({ name: z.string(), value: z.number().nullable(), contribution: z.number() }),
      ),
    }),
  ),
  unknown: z.array(z.string()).describe('ids that the catalogue does not have'),
})
export type RankReply = z.infer<typeof rankReply>
