import { boolean, id, instant, integer, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const version = integer('counts from 1', 'Version of the record; see versions.', '7')
const result = { origin: 'result' } as const
const ANY = { minimum: -1e15 } as const

export const queryTemplates = defineTable(
  'query_templates',
  'What is asked of the store’s own tables: statements that differ in constants alone, with what they take.',
  {
    version,
    fingerprint: id('Template.', '8f14e45fceea167a'),
    sql: text(
      'The statement with ? for each constant.',
      'SELECT sum(units) FROM sales WHERE ds > ?',
      {
        maxLength: 100_000,
      },
    ),
    asked_by: optional(id('Who or what asks most.', 'console')),
    statements: integer('statements', 'How many were seen.', '3120'),
    failures: integer('statements', 'How many of them failed.', '0'),
    first_at: instant('The first.'),
    last_at: instant('The last.'),
    cpu_ms: number('ms', 'CPU time of all of them.', '48900'),
    p50_cpu_ms: number('ms', 'Half take at most this.', '14.1'),
    p95_cpu_ms: number('ms', 'All but one of twenty take at most this.', '22.9'),
    tuned_p50_cpu_ms: optional(
      number('ms', 'Half take at most this with the actions applied.', '0.7'),
    ),
    rows_returned: number('rows', 'Mean rows returned.', '24'),
    off: boolean('Whether a person turned tuning off for it.'),
  },
  { key: ['version', 'fingerprint'], ...result },
)

export const warehouseActions = defineTable(
  'warehouse_actions',
  'What was done or proposed to the design of the store’s tables, with its gain, its cost and its way back.',
  {
    version,
    action_id: id('Action.', 'view-sales-by-day-8f14'),
    kind: oneOf(['view', 'layout', 'plan', 'knob', 'index'], 'What kind of change it is.', 'view'),
    target: text('View, table, fingerprint or setting it makes or changes.', 'sales_by_day', {
      maxLength: 500,
    }),
    summary: text('What it does.', 'sales by product and day, for 3 templates', {
      maxLength: 1000,
    }),
    reasons: optional(text('Why, one a line.', 'asked 3,120 times a day', { maxLength: 10_000 })),
    status: oneOf(
      ['proposed', 'approved', 'applied', 'undone', 'refused', 'failed'],
      'Where it stands.',
      'applied',
    ),
    decided_at: instant('When it last changed.'),
    predicted_saved_ms: number('CPU ms a day', 'Expected gain before upkeep.', '41000', ANY),
    measured_saved_ms: optional(
      number('CPU ms a day', 'Measured gain before upkeep.', '39500', ANY),
    ),
    upkeep_ms: number('CPU ms a day', 'What keeping it costs.', '310'),
    build_ms: number('CPU ms', 'What making it cost.', '820'),
    storage_bytes: number('bytes', 'Room it takes.', '1204224'),
    apply_sql: text(
      'Statements that make it, one a line.',
      'CREATE TABLE sales_by_day AS SELECT 1',
      { maxLength: 1_000_000 },
    ),
    undo_sql: text('Statements that unmake it, one a line.', 'DROP TABLE sales_by_day', {
      maxLength: 1_000_000,
    }),
  },
  { key: ['version', 'action_id'], ...result },
)

export const warehouseRefusals = defineTable(
  'warehouse_refusals',
  'Why nothing was done where something might have been.',
  {
    version,
    kind: oneOf(
      ['view', 'layout', 'plan', 'knob', 'index'],
      'What might have been done.',
      'layout',
    ),
    target: text('Table or fingerprint it would have served.', 'sales', { maxLength: 500 }),
    reason: text('Why not.', 'asked 12 times a day; sorting pays after 900 days', {
      maxLength: 2000,
    }),
  },
  { key: ['version', 'kind', 'target'], ...result },
)
