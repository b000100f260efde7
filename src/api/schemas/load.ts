import * as z from 'zod'
import { cents, moment, severity, share } from './common.ts'

const word = z.string().min(1).max(200)
const person = z.string().trim().min(1).max(100)
const perMinute = z.number().describe('requests a minute')

/** The next event that is planned, and what it brings to all services together. */
export const nextEvent = z.object({
  eventId: z.string(),
  name: z.string(),
  startsAt: moment,
  endsAt: moment,
  peakPerMinute: perMinute.nullable().describe('median of the largest minute'),
  peakHighPerMinute: perMinute.nullable().describe('95 % quantile of the largest minute'),
  usualPerMinute: perMinute.nullable().describe('what the same time would bring without it'),
})

/** One service in one region: what comes, what it has, what it lacks. */
export const loadService = z.object({
  serviceId: z.string(),
  name: z.string(),
  region: z.string(),
  lastHourPerMinute: perMinute.nullable(),
  peakPerMinute: perMinute.nullable().describe('median of the largest minute to come'),
  peakHighPerMinute: perMinute.nullable(),
  peakAt: moment.nullable(),
  servers: z.number().nullable().describe('servers that run'),
  serverTypeId: z.string().nullable(),
  bookedServers: z.int().describe('servers booked for the peak beside those that run'),
  heldPerMinute: perMinute
    .nullable()
    .describe('what those that run or are booked hold with a zone gone'),
  shortServers: z
    .int()
    .describe('servers that lack to hold the peak with 95 %, a zone gone; 0: enough'),
  shortFrom: moment.nullable(),
  risk: share.nullable().describe('chance that the peak passes what is held; null: not short'),
  severity,
  words: z.string(),
  week: z.array(z.number()).describe('requests a minute of the next 168 hours, for a small curve'),
})
export type LoadService = z.infer<typeof loadService>

/** GET /api/load */
export const loadSummary = z.object({
  version: z.int(),
  madeAt: moment,
  knownFrom: moment,
  knownUntil: moment.describe('end of the load that the forecast knows'),
  forecastUntil: moment,
  timeZone: z.string(),
  currency: z.string(),
  sentence: z.string().describe('the answer in words'),
  next: nextEvent.nullable(),
  services: z.array(loadService).describe('worst first'),
  regions: z.array(z.string()),
  orders: z.object({
    proposed: z.int(),
    servers: z.int(),
    costCents: cents,
    decided: z.int(),
    orderBy: moment.nullable().describe('latest time to order the first'),
  }),
  stale: z.object({ message: z.string(), command: z.string() }).nullable(),
})
export type LoadSummary = z.infer<typeof loadSummary>

/** What a curve is asked for: a window and how many points fit. */
export const curveQuery = z.object({
  service: word.default('all'),
  region: word.default('all'),
  from: moment,
  to: moment,
  points: z.coerce.number().int().min(50).max(4000).default(600),
})
export type CurveQuery = z.infer<typeof curveQuery>

export const loadEvent = z.object({
  eventId: z.string(),
  name: z.string(),
  kind: z.string(),
  startsAt: moment,
  endsAt: moment,
  serviceId: z.string().nullable().describe('null: all'),
  region: z.string().nullable().describe('null: all'),
  strength: z.number().nullable().describe('relative to the mean of its kind; null: as its kind'),
  isPast: z.boolean(),
})
export type LoadEventInfo = z.infer<typeof loadEvent>

const line = z.array(z.number().nullable())

/** GET /api/load/curve: all in requests a minute, whatever the step. */
export const loadCurve = z.object({
  serviceId: z.string(),
  region: z.string(),
  stepSeconds: z.int().describe('what was asked for is averaged over steps of this length'),
  startSeconds: z.int().describe('start of the first step, seconds since 1970'),
  actual: line,
  actualHigh: line.describe('largest minute of each step'),
  mean: line,
  q10: line,
  q50: line,
  q90: line,
  q99: line,
  held: z.number().nullable().describe('what the servers that run hold, requests a minute'),
  parts: z
    .array(
      z.object({
        name: z.string(),
        label: z.string(),
        kind: z.string(),
        values: z.array(z.number()),
      }),
    )
    .describe('contributions to the mean; they sum to it'),
  events: z.array(loadEvent).describe('events within the window'),
})
export type LoadCurve = z.infer<typeof loadCurve>

/** GET /api/load/profiles */
export const profilesQuery = z.object({
  kind: word.optional().describe('absent: the kind of the next event'),
  service: word.default('all'),
  region: word.default('all'),
})
export type ProfilesQuery = z.infer<typeof profilesQuery>

export const loadProfiles = z.object({
  kind: z.string(),
  kinds: z.array(z.string()),
  stepMinutes: z.int(),
  fromMinute: z.int().describe('of the first step, relative to the start of the event'),
  events: z.array(
    z.object({
      event: loadEvent,
      lift: line.describe('load over what the same time of the week brings otherwise'),
      peak: z.number().nullable(),
    }),
  ),
})
export type LoadProfiles = z.infer<typeof loadProfiles>

export const loadCalendar = z.object({ events: z.array(loadEvent).describe('by start') })
export type LoadCalendar = z.infer<typeof loadCalendar>

const orderDecision = z.object({
  action: z.enum(['approve', 'override']),
  by: z.string(),
  at: moment,
  servers: z.int(),
  reason: z.string().nullable(),
})

/** One order for servers, with what a person decided. */
export const serverOrder = z.object({
  orderId: z.string(),
  serviceId: z.string(),
  region: z.string(),
  serverTypeId: z.string(),
  term: z.enum(['hourly', 'reserved']),
  servers: z.int().describe('as planned'),
  serversNow: z.int().describe('as planned, or as decided'),
  orderBy: moment,
  readyAt: moment,
  until: moment,
  costCents: cents,
  risk: share.describe('chance of too few servers without it'),
  riskWith: share,
  reason: z.string(),
  status: z.enum(['proposed', 'approved', 'overridden']),
  severity,
  inPlan: z.boolean().describe('false: decided on before, or proposed by a game day'),
  gameday: z.string().nullable().describe('event of the game day that proposes it; null: the plan'),
  decision: orderDecision.nullable(),
})
export type ServerOrder = z.infer<typeof serverOrder>

/** GET /api/load/orders */
export const serverOrders = z.object({
  version: z.int(),
  madeAt: moment,
  currency: z.string(),
  weeks: z.int(),
  risk: share.describe('chance of too few servers that a week may have'),
  orders: z.array(serverOrder).describe('by the latest time to order'),
  shortWords: z.array(z.string()).describe('peaks that no order can meet in time'),
  notes: z.array(z.string()),
})
export type ServerOrders = z.infer<typeof serverOrders>

export const orderParams = z.object({ orderId: word })
const orderIds = z.array(word).min(1).max(10_000)

export const approveOrdersRequest = z.object({ orderIds, by: person.default('console') })
export type ApproveOrdersRequest = z.infer<typeof approveOrdersRequest>

export const overrideOrderRequest = z.object({
  servers: z.int().min(0).max(1_000_000),
  reason: z.string().trim().min(3).max(500),
  by: person.default('console'),
})
export type OverrideOrderRequest = z.infer<typeof overrideOrderRequest>

export const undoOrdersRequest = z.object({
  orderIds,
  by: person.default('console'),
  reason: z.string().trim().max(500).optional(),
})
export type UndoOrdersRequest = z.infer<typeof undoOrdersRequest>

export const ordersReply = z.object({ orders: z.array(serverOrder) })
export type OrdersReply = z.infer<typeof ordersReply>

const trackedEvent = z.object({
  event: loadEvent,
  sentence: z.string(),
  startSeconds: z.int().describe('first minute, seconds since 1970'),
  actual: line,
  expected: z.array(z.number()).describe('what was forecast before the event'),
  low: z.array(z.number()).describe('the band of nine in ten'),
  high: z.array(z.number()),
  inside: share.describe('of the minutes within the band'),
  error: z.number().describe('sum of misses over the sum of the load'),
  notices: z.array(
    z.object({
      at: moment,
      kind: z.enum(['above', 'below', 'back', 'edge-up', 'edge-down']),
      text: z.string(),
    }),
  ),
  projections: z.array(
    z.object({
      at: moment,
      peak: z.number(),
      peakLow: z.number(),
      peakHigh: z.number(),
      ends: moment,
    }),
  ),
})

/** GET /api/load/live: the last event as it was followed, and the one that is followed now. */
export const liveEvent = z.object({
  tracked: trackedEvent.nullable().describe('the last event; null where none was followed'),
  now: z
    .object({
      source: z.enum(['replay', 'prometheus', 'file', 'push']),
      label: z.string().describe('where its minutes come from, in words'),
      phase: z.enum(['waiting', 'running', 'over']),
      at: moment.describe('up to where minutes are read; of a replay, the time of the event'),
      state: z.enum(['inside', 'above', 'below']).describe('where load is against its band'),
      peak: z
        .object({ middle: perMinute, low: perMinute, high: perMinute, at: moment, ends: moment })
        .nullable()
        .describe('peak and end as they look now; ranges of nine in ten'),
      trouble: z.string().nullable().describe('what the source last answered badly'),
      tracked: trackedEvent,
    })
    .nullable()
    .describe('null: nothing is followed now'),
  canReplay: z.boolean(),
})
export type TrackedEventInfo = z.infer<typeof trackedEvent>
export type LiveEvent = z.infer<typeof liveEvent>

/** GET /api/load/gameday: the last game day, or null where none was driven. */
export const gamedayReport = z.object({
  report: z
    .object({
      at: moment,
      eventName: z.string(),
      target: z.string(),
      compress: z.number(),
      sentence: z.string(),
      heldMultiple: z.number(),
      proposals: z.int(),
      runs: z.array(
        z.object({
          multiple: z.number(),
          planned: z.int(),
          sent: z.int(),
          seconds: z.number(),
          furthestFromCurve: z.number(),
          stopped: z.string().nullable(),
          services: z.array(
            z.object({
              serviceId: z.string(),
              sent: z.int(),
              failed: z.int(),
              p50Ms: z.number(),
              p99Ms: z.number(),
              objectiveMs: z.number(),
              heldPerSecond: z.number(),
              broke: z.string().nullable(),
            }),
          ),
          bySecond: z.object({
            planned: z.array(z.number()),
            sent: z.array(z.number()),
            failed: z.array(z.number()),
          }),
        }),
      ),
    })
    .nullable(),
  command: z.string().describe('the command that drives the next one'),
})
export type GamedayReport = z.infer<typeof gamedayReport>

/** GET /api/load/errors */
export const errorsQuery = z.object({ service: word.default('all'), region: word.default('all') })
export type ErrorsQuery = z.infer<typeof errorsQuery>

export const loadErrors = z.object({
  basis: z
    .enum(['kept', 'rehearsed', 'none'])
    .describe('kept versions; forecasts made in hindsight while there are none; nothing yet'),
  versions: z.int().describe('forecasts that load since has met'),
  sentence: z.string(),
  byHorizon: z
    .array(
      z.object({
        upToHours: z.number().describe('distance ahead, the longest that counts'),
        hours: z.int().describe('hours that were forecast so far ahead and have come'),
        error: z.number().describe('sum of misses over the sum of the load'),
        bias: z.number().describe('above 0: too much was forecast'),
        inBand: share.describe('of the hours within the band of 80 %'),
      }),
    )
    .describe('nearest first'),
  reductions: z
    .array(z.object({ what: z.string(), share: z.number(), advice: z.string() }))
    .describe('what would have reduced the errors, as shares of them; largest first'),
  change: z
    .object({
      before: moment.describe('when the forecast before was made'),
      sentence: z.string(),
      change: z.number().describe('of the load in the steps that both know, as a share'),
      days: z.array(z.object({ day: moment, now: z.number(), before: z.number() })),
    })
    .nullable()
    .describe('against the forecast before'),
})
export type LoadErrors = z.infer<typeof loadErrors>

/** POST /api/load/live/replay */
export const replayRequest = z.object({
  speed: z.number().min(1).max(3600).default(60).describe('times as fast as it went'),
})
export type ReplayRequest = z.infer<typeof replayRequest>

/** POST /api/load/metrics: OpenTelemetry metrics as JSON (ExportMetricsServiceRequest). */
export const metricsRequest = z.object({ resourceMetrics: z.array(z.unknown()).max(10_000) })
export type MetricsRequest = z.infer<typeof metricsRequest>
export const metricsReply = z.object({
  partialSuccess: z.object({}).describe('as OTLP over HTTP answers'),
  samples: z.int().describe('samples that were taken in'),
})
export type MetricsReply = z.infer<typeof metricsReply>
