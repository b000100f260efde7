import { id, integer, number, oneOf } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const SIGNED = { minimum: -1e15 } as const

export const placementPlan = defineTable(
  'placement_plan',
  'Which stock each site should hold: one line a site and product, with what it gains and why it is no more.',
  {
    version: integer('counts from 1', 'Version of the result; see versions.', '7'),
    site_id: id('Site.', 'FC-RENO'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    target_units: integer('units', 'Units it should hold.', '24'),
    now_units: integer('units', 'Units it holds now.', '12'),
    cover_days: number('days', 'Days of demand that the stock is for.', '14'),
    volume_m3: number('m³', 'Room that the target takes.', '0.048'),
    gain_cents: number(
      'cents',
      'Expected parcels from other regions saved, less what waits unsold.',
      '5210',
      SIGNED,
    ),
    next_case_cents: number(
      'cents',
      'The same for one case more: the best alternative.',
      '-120',
      SIGNED,
    ),
    cover_probability: number(
      'probability',
      "That the region's stock of the product meets the demand of these days.",
      '0.93',
      { maximum: 1 },
    ),
    reason: oneOf(
      ['enough', 'no_room', 'no_supply', 'leaves'],
      'Why it is no more: the next case would not pay; there is no room for it; there are no units for it; the stock goes elsewhere.',
    ),
  },
  { key: ['version', 'site_id', 'product_id'], origin: 'result' },
)
