import { boolean, day, id, integer, money, number, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const version = integer('counts from 1', 'Version of the result; see versions.', '7')
const SIGNED = { minimum: -1e15 } as const
const SHARE = { maximum: 1 } as const
const result = { origin: 'result' } as const

const quantile = (level: number) =>
  number('units', `Demand is at or below it with probability ${level}.`, '4')

export const demandForecast = defineTable(
  'demand_forecast',
  'How many of a product will sell on a day, with its spread.',
  {
    version,
    product_id: id('Product.', 'MUG-BLUE-11'),
    place_id: id('Place, as in sales.', 'all'),
    ds: day('Day.'),
    model: text('Model that made it.', 'ets'),
    mean: number('units', 'Expected units.', '6.4'),
    'q0.05': quantile(0.05),
    'q0.1': quantile(0.1),
    'q0.25': quantile(0.25),
    'q0.5': quantile(0.5),
    'q0.75': quantile(0.75),
    'q0.9': quantile(0.9),
    'q0.95': quantile(0.95),
  },
  { key: ['version', 'product_id', 'place_id', 'ds'], ...result },
)

export const forecastBacktest = defineTable(
  'forecast_backtest',
  'How each model did on the past of a product, forecasting from what came before.',
  {
    version,
    product_id: id('Product.', 'MUG-BLUE-11'),
    place_id: id('Place, as in sales.', 'all'),
    model: id('Model.', 'ets'),
    scaled_pinball: optional(
      number('ratio', 'Pinball loss over the mean size of the naive step.', '0.61'),
    ),
    pinball: optional(number('units', 'Mean pinball loss over days and levels.', '1.9')),
    wape: optional(number('ratio', 'Sum of absolute errors over the sum of sales.', '0.48')),
    bias: optional(
      number(
        'ratio',
        'Sum of errors over the sum of sales; above 0 forecasts too much.',
        '0.03',
        SIGNED,
      ),
    ),
    coverage50: optional(number('share', 'Days inside the middle 50 % band.', '0.52', SHARE)),
    coverage90: optional(number('share', 'Days inside the middle 90 % band.', '0.91', SHARE)),
    chosen: boolean('Whether this model makes the forecast.'),
  },
  { key: ['version', 'product_id', 'place_id', 'model'], ...result },
)

export const purchasePlan = defineTable(
  'purchase_plan',
  'What to buy: one line a product, ranked by money gained for a unit of budget.',
  {
    version,
    line_id: id('Line.', '7-MUG-BLUE-11'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    vendor_id: optional(id('Vendor.', 'V-017')),
    site_id: optional(id('Site it goes to.', 'FC-RENO')),
    rank: integer('counts from 1', 'Place in the list.', '1'),
    quantity: integer('units', 'Units to order.', '96'),
    cases: integer('cases', 'Cases to order.', '8'),
    order_on: day('Day to order.'),
    expected_arrival_on: day('Day it should arrive.', '2026-04-21'),
    unit_cost_cents: money('Price of one unit.', '640'),
    cost_cents: money('Price of the line.', '61440'),
    gain_cents: money('Expected gain over not ordering.', '38210', SIGNED),
    gain_low_cents: money('Gain that is reached in 9 of 10 cases.', '12100', SIGNED),
    gain_high_cents: money('Gain that is reached in 1 of 10 cases.', '61500', SIGNED),
    run_out_on: optional(day('Day the stock runs out without the order.', '2026-04-12')),
    run_out_early_on: optional(day('The same in the worst 1 of 10 cases.', '2026-04-08')),
    on_hand: integer('units', 'Units in stock.', '31'),
    incoming: integer('units', 'Units on the way.', '0'),
    stockout_probability: number(
      'probability',
      'Of running out before arrival, without it.',
      '0.34',
      SHARE,
    ),
    within_budget: boolean('Whether the budget reaches it.'),
    detail: text('JSON: reasons, alternatives, marginal cases.', '{"reasons":[]}', {
      maxLength: 1_000_000,
    }),
  },
  { key: ['version', 'line_id'], ...result },
)

const metrics = {
  profit_cents: optional(
    number('cents', 'Margin less holding, order and lost-sale costs.', '91230', SIGNED),
  ),
  margin_cents: optional(number('cents', 'Margin of what was sold.', '120400', SIGNED)),
  holding_cents: optional(number('cents', 'Cost of holding stock.', '18100')),
  order_cents: optional(number('cents', 'Cost of ordering.', '6000')),
  lost_margin_cents: optional(number('cents', 'Margin of what could not be sold.', '5070', SIGNED)),
  in_stock_rate: optional(number('share', 'Product-days with stock.', '0.97', SHARE)),
  fill_rate: optional(number('share', 'Units asked for that were sold.', '0.96', SHARE)),
  orders: optional(number('orders', 'Purchase orders.', '12')),
  units_bought: optional(number('units', 'Units bought.', '1140')),
  units_sold: optional(number('units', 'Units sold.', '1020')),
  units_lost: optional(number('units', 'Units asked for and not sold.', '41')),
  turns: optional(number('times a year', 'Cost of goods sold over the mean stock value.', '8.1')),
  stock_value_cents: optional(number('cents', 'Mean value of the stock at cost.', '440100')),
}

const policy = id('Policy that was replayed: plan, naive, bound …', 'plan')

export const outcomeTotal = defineTable(
  'outcome_total',
  'What a policy would have earned over all products and days, simulated.',
  { version, policy, seed: integer('none', 'Seed of the random arrivals.', '1'), ...metrics },
  { key: ['version', 'policy', 'seed'], ...result },
)

export const outcomeDaily = defineTable(
  'outcome_daily',
  'The same by day, the mean over the seeds.',
  { version, policy, ds: day('Day.'), ...metrics },
  { key: ['version', 'policy', 'ds'], ...result },
)

export const outcomeProduct = defineTable(
  'outcome_product',
  'The same by product, the mean over the seeds.',
  { version, policy, product_id: id('Product.', 'MUG-BLUE-11'), ...metrics },
  { key: ['version', 'policy', 'product_id'], ...result },
)
