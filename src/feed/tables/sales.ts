import {
  boolean,
  day,
  id,
  instant,
  integer,
  money,
  number,
  oneOf,
  optional,
  text,
  withDefault,
} from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const sales = defineTable(
  'sales',
  'Units sold: one row a day, product and place; a day without a row sold nothing.',
  {
    ds: day('Day, local to the store.'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    place_id: withDefault(id('Where the customers are: an area, a site, or all.', 'all'), 'all'),
    units: number('units', 'Units sold.', '7'),
    revenue_cents: optional(money('What customers paid.', '9065')),
    in_stock: withDefault(boolean('Whether it could be bought all day.'), true),
  },
  { key: ['ds', 'product_id', 'place_id'], references: { product_id: 'products.product_id' } },
)

export const events = defineTable(
  'events',
  'What moves demand on certain days: holidays, sales, campaigns, outages.',
  {
    event_id: id('Event.', 'EASTER-2026'),
    name: text('Name; the same for each year of a moving event.', 'Easter'),
    kind: text('Holiday, promotion, campaign, outage …', 'holiday', { maxLength: 40 }),
    starts_on: day('First day.', '2026-04-03'),
    ends_on: day('Last day.', '2026-04-06'),
    places: optional(text('Places it touches, apart by ;. Empty: everywhere.', '06;32')),
    strength: optional(
      number(
        'times its past effect',
        'Expected effect relative to its past dates: 2 moves sales twice as far, 0 not at all. Empty: 1.',
        '1.5',
      ),
    ),
  },
  { key: ['event_id'], notBefore: { ends_on: 'starts_on' } },
)

export const closedDays = defineTable(
  'closed_days',
  'Days on which the store sells nothing because it is closed.',
  {
    ds: day('Day, local to the store.', '2026-12-25'),
    reason: withDefault(
      oneOf(
        ['weekday', 'day', 'stated'],
        'Closed on that weekday always; on that day alone; or stated by the store.',
      ),
      'stated',
    ),
  },
  { key: ['ds'] },
)

export const orders = defineTable(
  'orders',
  'What customers ordered: one row an order. Customers are ids alone.',
  {
    order_id: id('Order.', '536365'),
    ordered_at: instant('When.', '2026-03-31T17:05:00Z'),
    customer_id: optional(id('Customer.', '17850')),
    area_id: optional(id('Area it ships to.', '32031')),
    country: optional(text('Country it ships to.', 'United Kingdom', { maxLength: 100 })),
    channel: optional(text('Where it was placed.', 'web', { maxLength: 100 })),
  },
  { key: ['order_id'], references: { area_id: 'areas.area_id' } },
)

export const orderLines = defineTable(
  'order_lines',
  'The lines of the orders: a product, how many, and at what price.',
  {
    order_id: id('Order.', '536365'),
    line_number: integer('counts from 1', 'Line of the order.', '1'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    quantity: integer('units', 'Units, after cancellations.', '2'),
    unit_price_cents: money('What the customer paid for one unit.', '1295'),
  },
  {
    key: ['order_id', 'line_number'],
    references: { order_id: 'orders.order_id', product_id: 'products.product_id' },
  },
)

export const panelCovariates = defineTable(
  'panel_covariates',
  'What else a plain panel said of a series and a day, beside its sales.',
  {
    unique_id: id('Series: the product.', 'MUG-BLUE-11'),
    ds: day('Day.'),
    name: id('Covariate.', 'temperature'),
    value: text('Its value, as in the panel.', '21.5'),
  },
  { key: ['unique_id', 'ds', 'name'], references: { unique_id: 'products.product_id' } },
)
