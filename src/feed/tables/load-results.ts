import { id, instant, integer, money, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const version = integer('counts from 1', 'Version of the forecast; see versions.', '7')
const result = { origin: 'result' } as const

export const loadForecast = defineTable(
  'load_forecast',
  'Load to come of each service and region, one row a step; grains agree.',
  {
    version,
    service_id: id('Service, or all.', 'search'),
    region: id('Region, or all.', 'us-west'),
    grain: oneOf(['week', 'day', 'hour', 'minute'], 'Length of the step.', 'hour'),
    starts_at: instant('Start of the step.', '2026-11-27T17:00:00Z'),
    mean: number('requests', 'Expected load in the step.', '81200'),
    q10: optional(number('requests', 'One of ten lies at or below.', '69400')),
    q50: number('requests', 'Half of the courses lie at or below.', '80100'),
    q90: number('requests', 'Nine of ten lie at or below.', '96000'),
    q99: number('requests', 'All but one of a hundred lie at or below.', '112000'),
    peak_q50: optional(
      number('requests a minute', 'Median of the largest minute within the step.', '1710'),
    ),
    peak_q95: optional(
      number('requests a minute', 'The largest minute within the step, 95 % quantile.', '2320'),
    ),
  },
  { key: ['version', 'service_id', 'region', 'grain', 'starts_at'], ...result },
)

export const loadParts = defineTable(
  'load_parts',
  'Why a forecast of load is what it is: parts of its mean that sum; of minutes events alone.',
  {
    version,
    service_id: id('Service.', 'search'),
    region: id('Region.', 'us-west'),
    grain: oneOf(['week', 'day', 'hour', 'minute'], 'Length of the step.', 'hour'),
    starts_at: instant('Start of the step.', '2026-11-27T17:00:00Z'),
    part: text('Level, a season, an event …', 'event BF-2026', { maxLength: 200 }),
    kind: oneOf(
      ['level', 'trend', 'season', 'event', 'driver', 'recent', 'other'],
      'What kind of part it is.',
      'event',
    ),
    requests: number('requests', 'What it adds to the mean; negative: takes away.', '24100', {
      minimum: -1e15,
    }),
  },
  { key: ['version', 'service_id', 'region', 'grain', 'starts_at', 'part'], ...result },
)

export const capacityOrders = defineTable(
  'capacity_orders',
  'Servers to order: what, where, how many, from when to when, and why.',
  {
    version: integer('counts from 1', 'Version of the plan; see versions.', '7'),
    order_id: id('Order.', 'search-us-west-c7g.2xlarge-2026-W47'),
    service_id: id('Service.', 'search'),
    region: id('Region or location.', 'us-west'),
    server_type_id: id('Server type.', 'c7g.2xlarge'),
    term: oneOf(['hourly', 'reserved'], 'By the hour, or for the minimum term.', 'reserved'),
    servers: integer('servers', 'How many more than before.', '12'),
    order_by: instant('Latest time to order.', '2026-11-02T00:00:00Z'),
    ready_at: instant('When they serve.', '2026-11-16T00:00:00Z'),
    until: instant('When they may go.', '2026-12-07T00:00:00Z'),
    cost_cents: money('What they cost from then to then.', '412300'),
    shortage_risk: number('share', 'Chance of too few servers without the order.', '0.31', {
      maximum: 1,
    }),
    shortage_risk_with: number('share', 'Chance of too few servers with it.', '0.008', {
      maximum: 1,
    }),
    reason: text('Why, for people.', 'Black Friday peaks at 2,320 a minute (95 %).'),
  },
  { key: ['version', 'order_id'], ...result },
)
