import { id, instant, integer, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const internal = { origin: 'internal' } as const

export const versions = defineTable(
  'versions',
  'Every result that was ever written, by kind.',
  {
    kind: id('What it is: demand_forecast, purchase_plan, outcome …', 'demand_forecast'),
    version: integer('counts from 1', 'Version.', '7'),
    created_at: instant('When.'),
    input_hash: text('Hash of all it was made from; the same hash means the same result.', '9f2c'),
    note: optional(text('A word on it.', 'nightly run')),
  },
  { key: ['kind', 'version'], ...internal },
)

export const currentVersions = defineTable(
  'current_versions',
  'Which version of each kind is in force; switching is one update of this table.',
  {
    kind: id('What it is.', 'demand_forecast'),
    version: integer('counts from 1', 'Version in force.', '7'),
  },
  { key: ['kind'], ...internal },
)
