import {
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
    core_speed: withDefault(
      number(
        'ratio',
        'Speed of a core relative to that of the other types; a newer generation has more.',
        '1.2',
      ),
      1,
    ),
  },
  { key: ['server_type_id'] },
)

export const serverLocations = defineTable(
  'server_locations',
  'Places where servers stand.',
  {
    location_id: id('Location.', 'us-west-2'),
    region: id('Region whose load it carries.', 'us-west'),
    zones: withDefault(integer('zones', 'Zones that fail one at a time.', '3'), 3),
  },
  { key: ['location_id'] },
)

export const serverOffers = defineTable(
  'server_offers',
  'Ways to have servers of a type at a location: price, term, lead time, how many there are.',
  {
    server_type_id: id('Server type.', 'c7g.2xlarge'),
    location_id: id('Location.', 'us-west-2'),
    term: oneOf(['hourly', 'reserved'], 'By the hour, or for a term.', 'reserved'),
    term_weeks: withDefault(integer('weeks', 'Weeks that are paid at the least.', '52'), 1),
    cost_per_hour_cents: money('Price of an hour.', '18'),
    lead_time_days: withDefault(number('days', 'From order to use.', '14'), 0),
    available_from: optional(instant('From when there are any.', '2027-01-04T00:00:00Z')),
    available_until: optional(instant('Until when they may be taken.', '2028-01-03T00:00:00Z')),
    most_servers: optional(integer('servers', 'Most at the location, over all services.', '400')),
  },
  {
    key: ['server_type_id', 'location_id', 'term', 'term_weeks'],
    references: {
      server_type_id: 'server_types.server_type_id',
      location_id: 'server_locations.location_id',
    },
  },
)

export const serverBookings = defineTable(
  'server_bookings',
  'Servers that will be there for a time beside those that run: booked, or scheduled in an autoscaler.',
  {
    service_id: id('Service that they serve.', 'search'),
    region: id('Region or location.', 'us-west'),
    server_type_id: id('Server type.', 'c7g.2xlarge'),
    starts_at: instant('From when they serve.', '2026-11-27T22:00:00Z'),
    ends_at: instant('When they go.', '2026-11-28T05:00:00Z'),
    servers: integer('servers', 'How many more than run.', '12'),
  },
  {
    key: ['service_id', 'region', 'server_type_id', 'starts_at'],
    references: {
      service_id: 'services.service_id',
      server_type_id: 'server_types.server_type_id',
    },
    notBefore: { ends_at: 'starts_at' },
  },
)

export const loadTests = defineTable(
  'load_tests',
  'What one server of a type answered at a rate of requests: a row a step of a load test.',
  {
    service_id: id('Service.', 'search'),
    server_type_id: id('Server type.', 'c7g.2xlarge'),
    tested_at: instant('When.', '2026-10-02T09:00:00Z'),
    requests_per_second: number('requests/s', 'On one server.', '240'),
    latency_p99_ms: number('ms', 'Answer time at the 99th percentile.', '95'),
    error_share: optional(
      number('share', 'Of the requests, refused or failed.', '0.001', { maximum: 1 }),
    ),
  },
  {
    key: ['service_id', 'server_type_id', 'tested_at', 'requests_per_second'],
    references: {
      service_id: 'services.service_id',
      server_type_id: 'server_types.server_type_id',
    },
  },
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
