import { id, integer, money, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const sitePlan = defineTable(
  'site_plan',
  'Where to open, enlarge and close buildings, by scenario and year.',
  {
    version: integer('counts from 1', 'Version of the result; see versions.', '7'),
    scenario: id('Way in which demand goes.', 'high'),
    year: integer('counts from 1', 'Year ahead.', '2'),
    site_id: id('Site, or a new place: NEW- and the area in which it lies.', 'NEW-48113'),
    area_id: optional(id('Area in which it lies.', '48113')),
    action: oneOf(['open', 'enlarge', 'close'], 'What happens.'),
    from_m3: number('m³', 'Room before.', '0'),
    size_m3: number('m³', 'Room afterwards.', '18000'),
    cost_cents: money('What building or closing costs.', '144000000'),
    saves_cents: optional(
      number(
        'cents',
        'Expected discounted cost of the plan without this step, less that of the plan; empty where demand would not fit.',
        '61200000',
        { minimum: -1e15 },
      ),
    ),
    reason: text(
      'Why.',
      'Opening NEW-48113 in year 2 saves 612,000 dollars of expected cost over the years planned.',
    ),
  },
  { key: ['version', 'scenario', 'year', 'site_id'], origin: 'result' },
)
