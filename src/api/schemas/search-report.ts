import * as z from 'zod'
import { day, moment, share } from './common.ts'
import { configuration, searchFilter } from './search.ts'

const rate = share.nullable().describe('null where nothing was searched')

/** How a day (or all of them) went. */
export const searchDay = z.object({
  day: day.nullable().describe('null for all days together'),
  searches: z.int(),
  withClick: rate.describe('share of searches with a click'),
  withCart: rate,
  withPurchase: rate,
  empty: rate.describe('share of searches without a result'),
  reciprocalRank: z
    .number()
    .nullable()
    .describe('mean of 1 / position of the first click, 0 without one'),
  explored: rate.describe('share of searches on which the policy tried something'),
})
export type SearchDay = z.infer<typeof searchDay>

const queryRow = z.object({
  text: z.string(),
  searches: z.int(),
  withClick: rate,
  meanPosition: z.number().nullable().describe('mean position of the clicks'),
  results: z.number().nullable().describe('mean number of results'),
})

/** GET /api/search/report */
export const searchReport = z.object({
  sentence: z.string().describe('what there is to know, in words'),
  all: searchDay,
  days: z.array(searchDay).describe('oldest first'),
  unanswered: z.array(queryRow).describe('searches without results, most searched first'),
  unclicked: z.array(queryRow).describe('results that nobody clicks, most searched first'),
  frequent: z.array(queryRow),
  arms: z.array(
    z.object({
      arm: z.string(),
      about: z.string(),
      asked: share.describe('share of searches that asked it'),
      shown: share.describe('share of results shown that it brought'),
      clicked: share.describe('share of clicked results that it brought'),
      alone: share.describe('share of clicked results that it alone brought'),
    }),
  ),
})
export type SearchReport = z.infer<typeof searchReport>

/** GET /api/search/status */
export const searchStatus = z.object({
  sentence: z.string(),
  products: z.int(),
  fields: z.array(z.object({ name: z.string(), role: z.string(), facet: z.boolean() })),
  version: z.int().describe('version of the models in force; 0 before any were trained'),
  versions: z.array(
    z.object({ version: z.int(), madeAt: moment, sentence: z.string(), current: z.boolean() }),
  ),
  policy: z.object({
    on: z.boolean(),
    retreated: z.boolean().describe('the guard has put the default in force'),
    explored: share,
    sentence: z.string(),
  }),
  ranker: z
    .object({
      features: z.array(z.object({ feature: z.string(), about: z.string(), gain: share })),
    })
    .nullable(),
  command: z.string().describe('the command that trains, to copy'),
})
export type SearchStatus = z.infer<typeof searchStatus>

/** POST /api/search/judgments */
export const judgeRequest = z.strictObject({
  query: z.string().min(1).max(400),
  productId: z.string().min(1).max(200),
  grade: z.int().min(0).max(4).nullable().describe('0 useless … 4 perfect; null takes it back'),
  by: z.string().min(1).max(200),
})
export type JudgeRequest = z.infer<typeof judgeRequest>

export const judgmentList = z.object({
  judgments: z.array(
    z.object({ query: z.string(), productId: z.string(), grade: z.int(), by: z.string() }),
  ),
})
export type JudgmentList = z.infer<typeof judgmentList>

export const judgmentsQuery = z.strictObject({ query: z.string().max(400) })

export const querySet = z
  .enum(['judged', 'clicked', 'frequent'])
  .describe('queries that people judged, those with clicks, or the most frequent ones')

/** POST /api/search/compare */
export const compareRequest = z.strictObject({
  left: configuration.default('default'),
  right: configuration.default('learned'),
  queries: querySet.default('clicked'),
  size: z.int().min(1).max(1000).default(200).describe('queries at the most'),
})
export type CompareRequest = z.infer<typeof compareRequest>

export const compareReply = z.object({
  sentence: z.string(),
  measure: z.string().describe('what the values are'),
  queries: z.int(),
  left: z.number().nullable(),
  right: z.number().nullable(),
  difference: z
    .object({ mean: z.number(), low: z.number(), high: z.number() })
    .nullable()
    .describe('right less left, with its 95 % interval'),
  wins: z.int(),
  losses: z.int(),
  ties: z.int(),
  rows: z
    .array(
      z.object({
        query: z.string(),
        searches: z.int(),
        left: z.number(),
        right: z.number(),
        overlap: share.describe('share of the first ten results in common'),
      }),
    )
    .describe('largest loss first'),
})
export type CompareReply = z.infer<typeof compareReply>

const ruleTarget = z.strictObject({
  productIds: z.array(z.string().min(1).max(200)).max(1000).optional(),
  filters: z.array(searchFilter).max(20).optional(),
})

/** A business rule: what a merchant wants whatever the model says. */
export const searchRule = z.strictObject({
  name: z.string().min(1).max(200),
  query: z
    .strictObject({ kind: z.enum(['is', 'begins', 'has']), text: z.string().min(1).max(400) })
    .optional()
    .describe('which queries it is for; all where absent'),
  action: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('pin'),
      productId: z.string().min(1).max(200),
      position: z.int().min(1).max(1000),
    }),
    z.strictObject({
      kind: z.literal('boost'),
      target: ruleTarget,
      by: z.number().min(-100).max(100).describe('standard deviations of the scores at hand'),
    }),
    z.strictObject({ kind: z.literal('bury'), target: ruleTarget }),
  ]),
})
export type SearchRule = z.infer<typeof searchRule>

export const rulesRequest = z.strictObject({
  rules: z.array(searchRule).max(1000),
  by: z.string().min(1).max(200),
})
export type RulesRequest = z.infer<typeof rulesRequest>

export const ruleList = z.object({
  rules: z.array(searchRule),
  conflicts: z.array(z.string()).describe('rules that cannot all be met, in words'),
})
export type RuleList = z.infer<typeof ruleList>

/** POST /api/search/switch */
export const switchRequest = z.strictObject({
  version: z.int().min(1).optional().describe('models to go to'),
  policy: z.enum(['on', 'off']).optional(),
  by: z.string().min(1).max(200),
})
export type SwitchRequest = z.infer<typeof switchRequest>
