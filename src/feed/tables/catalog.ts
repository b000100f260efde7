import {
  day,
  id,
  integer,
  money,
  number,
  oneOf,
  optional,
  text,
  withDefault,
} from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const products = defineTable(
  'products',
  'What the store sells: one row a product (a stock keeping unit).',
  {
    product_id: id('Product.', 'MUG-BLUE-11'),
    title: text('Name that customers see.', 'Blue mug, 11 oz'),
    category: optional(text('Category path, parts apart by >.', 'Kitchen > Mugs')),
    brand: optional(text('Brand.', 'Hearth & Co')),
    price_cents: optional(money('Usual selling price of one unit.', '1295')),
    unit_cost_cents: optional(money('What one unit costs the store.', '640')),
    volume_m3: optional(number('m³', 'Room that one unit takes.', '0.0012')),
    weight_kg: optional(number('kg', 'Weight of one unit.', '0.38')),
    description: optional(
      text('Longer text that search reads.', 'Stoneware mug, safe in the dishwasher.', {
        maxLength: 20_000,
      }),
    ),
    launched_on: optional(day('First day on sale.', '2026-02-01')),
  },
  { key: ['product_id'] },
)

export const vendors = defineTable(
  'vendors',
  'Whom the store buys from.',
  {
    vendor_id: id('Vendor.', 'V-017'),
    name: optional(text('Name.', 'Porcelain Works Ltd')),
    country: optional(text('Country.', 'Portugal')),
  },
  { key: ['vendor_id'] },
)

export const offers = defineTable(
  'offers',
  'On what terms a vendor sells a product to the store: one row a vendor and product.',
  {
    vendor_id: id('Vendor.', 'V-017'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    unit_cost_cents: money('Price of one unit.', '640'),
    lead_time_days: optional(number('days', 'Mean time from order to arrival.', '21')),
    lead_time_sd_days: optional(number('days', 'Standard deviation of that time.', '4.5')),
    minimum_quantity: optional(
      integer('units', 'Smallest order that the vendor takes.', '48', { minimum: 1 }),
    ),
    case_pack: optional(
      integer('units', 'Units in a case; orders are whole cases.', '12', { minimum: 1 }),
    ),
  },
  {
    key: ['vendor_id', 'product_id'],
    references: { vendor_id: 'vendors.vendor_id', product_id: 'products.product_id' },
  },
)

export const prices = defineTable(
  'prices',
  'Selling prices over time: a price holds from its first to its last day.',
  {
    product_id: id('Product.', 'MUG-BLUE-11'),
    starts_on: day('First day of the price.', '2026-03-01'),
    ends_on: optional(day('Last day of the price; empty while it holds.', '2026-03-14')),
    price_cents: money('Price of one unit.', '1095'),
    kind: withDefault(
      oneOf(['regular', 'promotion'], 'A promotion ends and the regular price returns.'),
      'regular',
    ),
  },
  {
    key: ['product_id', 'starts_on'],
    references: { product_id: 'products.product_id' },
    notBefore: { ends_on: 'starts_on' },
  },
)

export const substitution = defineTable(
  'substitution',
  'How often customers who find a product out of stock take another one instead.',
  {
    product_id: id('Product that is out of stock.', 'MUG-BLUE-11'),
    substitute_id: id('Product that is taken instead.', 'MUG-GREEN-11'),
    probability: number('share of customers', 'How many of them take it.', '0.22', { maximum: 1 }),
  },
  {
    key: ['product_id', 'substitute_id'],
    references: { product_id: 'products.product_id', substitute_id: 'products.product_id' },
  },
)
