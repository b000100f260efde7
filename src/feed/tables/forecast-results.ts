import { FORECAST_PARTS } from '../../core/forecast-parts.ts'
import { boolean, day, id, integer, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const version = integer('counts from 1', 'Version of the forecast; see versions.', '7')
const product_id = id('Product.', 'MUG-BLUE-11')
const place_id = id('Place, as in sales.', 'all')
const SIGNED = { minimum: -1e15 } as const
const SHARE = { maximum: 1 } as const
const result = { origin: 'result' } as const

export const forecastSegments = defineTable(
  'forecast_segments',
  'How each model did on the past of the products of a segment, and the weight it got.',
  {
    version,
    segment: id('Segment: volume, intermittency and age.', 'high/smooth/old'),
    model: id('classical (the floor), trees, mqcnn … or combined.', 'trees'),
    products: integer('products', 'Products of the segment.', '412'),
    units: number('units', 'Units they sold in the backtest.', '91200'),
    weight: number('share', 'Weight of the model in the combination.', '0.4', SHARE),
    scaled_pinball: optional(
      number('ratio', 'Mean pinball loss over the mean size of the naive step.', '0.41'),
    ),
    floor_ratio: optional(
      number('ratio', 'Pinball loss over that of the floor; below 1 is better.', '0.93'),
    ),
    wape: optional(number('ratio', 'Error of the sum over the horizon, over sales.', '0.48')),
    bias: optional(number('ratio', 'Sum of errors over the sum of sales.', '0.03', SIGNED)),
    coverage80: optional(number('share', 'Days inside the middle 80 % band.', '0.79', SHARE)),
    coverage90: optional(number('share', 'Days inside the middle 90 % band.', '0.89', SHARE)),
    used: boolean('Whether the combination uses it for the segment.'),
  },
  { key: ['version', 'segment', 'model'], ...result },
)

export const forecastCalibration = defineTable(
  'forecast_calibration',
  'Share of days at or below each quantile on the past, before and after the conformal correction (out of sample).',
  {
    version,
    segment: id('Segment, or all.', 'high/smooth/old'),
    horizon_from: integer('buckets', 'First bucket ahead, counts from 1.', '1'),
    horizon_to: integer('buckets', 'Last bucket ahead.', '7'),
    level: number('share', 'Quantile.', '0.9', SHARE),
    share_before: number('share', 'Share at or below it as the models gave it.', '0.86', SHARE),
    share_after: number(
      'share',
      'Share at or below it as corrected, each past origin by what the others show.',
      '0.9',
      SHARE,
    ),
    shift: number(
      'band widths',
      'Correction added, in widths of the forecast’s 5 % to 95 % band.',
      '0.1',
      SIGNED,
    ),
    points: integer('days', 'Days it was learned from.', '20412'),
  },
  { key: ['version', 'segment', 'horizon_from', 'level'], ...result },
)

const part = oneOf(FORECAST_PARTS, 'What it comes from.')

export const forecastContributions = defineTable(
  'forecast_contributions',
  'What a forecast is made of: parts that sum to the mean of a calendar week.',
  {
    version,
    product_id,
    place_id,
    week_of: day(
      'Monday of the week; the first and the last may be cut by the horizon.',
      '2026-03-30',
    ),
    part,
    units: number('units', 'Units this part adds.', '12.4', SIGNED),
  },
  { key: ['version', 'product_id', 'place_id', 'week_of', 'part'], ...result },
)

export const forecastChanges = defineTable(
  'forecast_changes',
  'What changed since the forecast before, over the whole weeks both cover, and why; the parts sum.',
  {
    version,
    previous_version: integer('counts from 1', 'The forecast compared with.', '6'),
    product_id,
    place_id,
    part: oneOf(
      [...FORECAST_PARTS, 'model'],
      'What changed; model = the models differ and do not tell more.',
    ),
    units: number('units', 'Units this adds to the forecast.', '-3.5', SIGNED),
    days: integer('days', 'Days of the whole weeks that both cover.', '21'),
  },
  { key: ['version', 'product_id', 'place_id', 'part'], ...result },
)

export const eventEffects = defineTable(
  'event_effects',
  'What an occasion did to demand, day by day around it, learned from its past dates.',
  {
    version,
    name: id('Occasion.', 'Easter'),
    kind: text('Holiday, promotion, campaign …', 'holiday', { maxLength: 40 }),
    segment: id('Category, or all.', 'all'),
    day_offset: integer('days', 'Day from its first day; below 0 is before.', '-3', SIGNED),
    multiplier: number('ratio', 'Demand over what it would have been.', '1.8'),
    low: number('ratio', 'The same in the worst 1 of 10 cases.', '1.3'),
    high: number('ratio', 'The same in the best 1 of 10 cases.', '2.4'),
    occurrences: integer('dates', 'Past dates it was learned from.', '2'),
  },
  { key: ['version', 'name', 'segment', 'day_offset'], ...result },
)

export const coldStartLikes = defineTable(
  'cold_start_likes',
  'Which products the forecast of a new product leans on.',
  {
    version,
    product_id,
    like_id: id('Product it is like.', 'MUG-GREEN-11'),
    rank: integer('counts from 1', 'Most alike first.', '1'),
    weight: number('share', 'Share of what was borrowed.', '0.31', SHARE),
    reason: text('What they share.', 'category Mugs; words mug, blue'),
    units_per_week: number('units', 'What it sold a week at the same age.', '14.2'),
  },
  { key: ['version', 'product_id', 'like_id'], ...result },
)

export const lostSales = defineTable(
  'lost_sales',
  'What would have sold on days out of stock.',
  {
    version,
    ds: day('Day.'),
    product_id,
    place_id,
    sold: number('units', 'Units sold before the stock ran out.', '2'),
    wanted: number('units', 'Expected units wanted.', '6.3'),
    lost: number('units', 'wanted − sold.', '4.3'),
    lost_cents: optional(number('cents', 'Expected revenue lost.', '5569')),
  },
  { key: ['version', 'ds', 'product_id', 'place_id'], ...result },
)

const level = oneOf(
  ['total', 'department', 'category', 'place'],
  'What is added up: everything, the first part of the category path, the category, or a place.',
)
const group_id = id('Group of the level; all for the total.', 'Kitchen > Mugs')
const quantile = (share: number) =>
  number('units', `Demand is at or below it with probability ${share}.`, '40')
const units = {
  mean: number('units', 'Expected units: those of its products added up.', '64.2'),
  'q0.05': quantile(0.05),
  'q0.1': quantile(0.1),
  'q0.25': quantile(0.25),
  'q0.5': quantile(0.5),
  'q0.75': quantile(0.75),
  'q0.9': quantile(0.9),
  'q0.95': quantile(0.95),
}

export const groupForecast = defineTable(
  'group_forecast',
  'How many units of all products, of a category or at a place will sell on a day, in agreement with demand_forecast.',
  { version, level, group_id, ds: day('Day.'), ...units },
  { key: ['version', 'level', 'group_id', 'ds'], ...result },
)

export const forecastGroups = defineTable(
  'forecast_groups',
  'What groups will sell over the days shown, with the spread of the sum, and how far off they were in the past.',
  {
    version,
    level,
    group_id,
    products: integer('products', 'Products of the group; at a place, those sold there.', '38'),
    days: integer('days', 'Days added up.', '28'),
    ...units,
    method: oneOf(
      ['bottom-up', 'mint', 'own', 'shares'],
      'How it was made to agree: sums of products, minimum trace, or for places their own forecasts or usual shares fitted to the total.',
    ),
    wape: optional(
      number('ratio', 'Sum of absolute errors of days over sales, on the past.', '0.21'),
    ),
    bias: optional(number('ratio', 'Sum of errors over sales, on the past.', '-0.04', SIGNED)),
  },
  { key: ['version', 'level', 'group_id'], ...result },
)
