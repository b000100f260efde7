import { boolean, id, integer, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const version = integer('counts from 1', 'Version of the result; see versions.', '7')
const SHARE = { maximum: 1 } as const
const result = { origin: 'result' } as const

export const regions = defineTable(
  'regions',
  'Which region each area and each site belongs to.',
  {
    version,
    place_kind: oneOf(['area', 'site'], 'What the place is.'),
    place_id: id('Area or site.', '32031'),
    region_id: id('Region.', 'R3'),
    before_region_id: optional(id('Region in force when the plan was made.', 'R2')),
    reason: text('Why it lies there.', 'nearest site FC-RENO, 12 miles'),
  },
  { key: ['version', 'place_kind', 'place_id'], ...result },
)

const measures = {
  orders_a_day: number('orders a day', 'Demand.', '41200'),
  areas: integer('areas', 'Areas.', '102'),
  sites: integer('sites', 'Sites.', '5'),
  capacity_m3: number('m³', 'Room for stock.', '94000'),
  breadth: number('products', 'Products that the sites of a region hold.', '71200'),
  whole_share: number('share', 'Orders filled wholly inside their region.', '0.76', SHARE),
  line_share: number('share', 'Order lines filled inside their region.', '0.87', SHARE),
  miles: number('miles', 'Mean way of a parcel inside its region.', '190'),
  cost_cents: number('cents an order', 'Transport and lanes.', '231.4'),
  promised_share: number('share', 'Orders whole and promised in time.', '0.74', SHARE),
  lanes: integer('lanes', 'Ways kept open from sites to areas of their region.', '4510'),
  outside_lines: number('order lines a day', 'Lines that come from another region.', '9800'),
  objective_cents: number(
    'cents an order',
    'Cost with the prices of split and slow orders.',
    '262',
  ),
}

/** The same columns, empty where no plan keeps all limits. */
const measuresIfAny = Object.fromEntries(
  Object.entries(measures).map(([name, column]) => [name, optional(column)]),
)

export const regionMeasures = defineTable(
  'region_measures',
  'What each region of the plan gives.',
  { version, region_id: id('Region.', 'R3'), ...measures },
  { key: ['version', 'region_id'], ...result },
)

export const regionCurve = defineTable(
  'region_curve',
  'What each number of regions would give, and which was chosen.',
  {
    version,
    regions: integer('regions', 'Number of regions.', '8'),
    ...measuresIfAny,
    moved_areas: optional(
      integer('areas', 'Areas that would leave the region they are in now.', '31'),
    ),
    score: optional(
      number('cents an order', 'What the simulator made of the best plan.', '258.1', {
        minimum: -1e15,
      }),
    ),
    feasible: boolean('Whether the plan keeps all limits.'),
    chosen: boolean('Whether this number was chosen.', 'true'),
    why: text('Why it was chosen or not, or what stands in its way.', '3.1 cents an order more'),
  },
  { key: ['version', 'regions'], ...result },
)
