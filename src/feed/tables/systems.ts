import {
  id,
  instant,
  integer,
  money,
  number,
  optional,
  text,
  withDefault,
} from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const services = defineTable(
  'services',
  'The programs that answer requests.',
  {
    service_id: id('Service.', 'search'),
    name: optional(text('Name.', 'Search')),
    cpu_ms_per_request: optional(number('ms', 'CPU time of one request.', '3.5')),
    memory_mb: optional(number('MB', 'Memory of one instance.', '900')),
    latency_target_ms: optional(number('ms', 'Longest answer time at the 99th percentile.', '120')),
    startup_seconds: optional(number('s', 'Time until a new instance answers.', '45')),
    server_type_id: optional(id('Type its servers are of now.', 'c7g.2xlarge')),
  },
  { key: ['service_id'] },
)

export const serverTypes = defineTable(
  'server_types',
  'Servers that can be rented.',
  {
    server_type_id: id('Server type.', 'c7g.2xlarge'),
    cpu_cores: number('cores', 'CPU cores.', '8'),
    memory_gb: number('GB', 'Memory.', '16'),
    cost_per_hour_cents: money('Price of an hour.', '29'),
    reserved_cost_per_hour_cents: optional(money('Price of an hour when rented for a year.', '18')),
    lead_time_days: withDefault(number('days', 'From order to use.', '0'), 0),
  },
  { key: ['server_type_id'] },
)

export const load = defineTable(
  'load',
  'Requests that a service saw: one row a service, region and minute.',
  {
    service_id: id('Service.', 'search'),
    region: withDefault(id('Region.', 'us-west'), 'all'),
    minute_at: instant('Start of the minute.', '2026-03-31T17:05:00Z'),
    requests: number('requests', 'Requests in the minute.', '1650'),
    errors: optional(number('requests', 'Of these, refused or failed.', '2')),
    cpu_seconds: optional(number('s', 'CPU time used in the minute.', '5.8')),
    latency_p99_ms: optional(number('ms', 'Answer time at the 99th percentile.', '88')),
    servers: optional(number('servers', 'Servers that answered, mean of the minute.', '6')),
  },
  {
    key: ['service_id', 'region', 'minute_at'],
    references: { service_id: 'services.service_id' },
  },
)

export const loadEvents = defineTable(
  'load_events',
  'What moves load at certain times: matches, launches, campaigns, robots, outages.',
  {
    event_id: id('Event.', 'LAUNCH-0412'),
    name: text('Name; the same for each repetition.', 'Spring launch'),
    kind: text('Launch, match, campaign, robot, outage …', 'launch', { maxLength: 40 }),
    starts_at: instant('Start.', '2026-04-12T16:00:00Z'),
    ends_at: instant('End.', '2026-04-12T20:00:00Z'),
    service_id: optional(id('Service it touches. Empty: all.', 'search')),
    region: optional(id('Region it touches. Empty: all.', 'us-west')),
    strength: optional(
      number('ratio', 'Expected effect over the mean of its kind. Empty: as its kind.', '1.2'),
    ),
  },
  {
    key: ['event_id'],
    references: { service_id: 'services.service_id' },
    notBefore: { ends_at: 'starts_at' },
  },
)

export const queryLog = defineTable(
  'query_log',
  "What was asked of the store's own tables.",
  {
    statement_id: id('Statement.', 'st-000918'),
    asked_at: instant('When.'),
    asked_by: optional(id('Who or what asked.', 'dashboard')),
    sql: text('The statement.', 'SELECT sum(units) FROM sales', { maxLength: 100_000 }),
    duration_ms: optional(number('ms', 'How long it took.', '12.5')),
    rows_read: optional(integer('rows', 'Rows read.', '250000')),
    rows_returned: optional(integer('rows', 'Rows returned.', '1')),
  },
  { key: ['statement_id'] },
)
