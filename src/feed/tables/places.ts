import {
  boolean,
  day,
  id,
  integer,
  number,
  oneOf,
  optional,
  text,
  withDefault,
} from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const LATITUDE = { minimum: -90, maximum: 90 } as const
const LONGITUDE = { minimum: -180, maximum: 180 } as const

export const sites = defineTable(
  'sites',
  'Where stock lies and orders ship from: fulfilment centres, shops, cross docks.',
  {
    site_id: id('Site.', 'FC-RENO'),
    name: optional(text('Name.', 'Reno fulfilment centre')),
    kind: withDefault(
      oneOf(
        [
          'fulfilment_centre',
          'sort_centre',
          'delivery_station',
          'shop',
          'cross_dock',
          'vendor',
          'other',
        ],
        'What it is.',
      ),
      'fulfilment_centre',
    ),
    area_id: optional(id('Area in which it lies.', '32031')),
    lat: optional(number('degrees north', 'Latitude.', '39.53', LATITUDE)),
    lon: optional(number('degrees east', 'Longitude.', '-119.81', LONGITUDE)),
    time_zone: withDefault(
      text('IANA time zone.', 'America/Los_Angeles', { maxLength: 64 }),
      'UTC',
    ),
    capacity_m3: optional(number('m³', 'Room for stock.', '18000')),
    handling_minutes: optional(
      integer('minutes', 'From an order to a parcel that can be loaded; empty: a knob.', '120', {
        maximum: 10_079,
      }),
    ),
    handling_units_per_hour: optional(
      integer('units an hour', 'Units that it can pick in an hour; empty: no limit.', '1800'),
    ),
    opens_minute: withDefault(
      integer('minutes after local midnight', 'When picking begins.', '360', { maximum: 1439 }),
      0,
    ),
    closes_minute: withDefault(
      integer('minutes after local midnight', 'When picking ends; 1440: at midnight.', '1320', {
        maximum: 1440,
      }),
      1440,
    ),
  },
  { key: ['site_id'], references: { area_id: 'areas.area_id' } },
)

export const siteCalendars = defineTable(
  'site_calendars',
  'Days on which a site does not work as on other days.',
  {
    site_id: id('Site.', 'FC-RENO'),
    ds: day('Day, local to the site.', '2026-12-25'),
    is_open: withDefault(boolean('Works that day.', 'false'), false),
    opens_minute: optional(
      integer('minutes after local midnight', 'When picking begins that day.', '480', {
        maximum: 1439,
      }),
    ),
    closes_minute: optional(
      integer('minutes after local midnight', 'When picking ends that day.', '840', {
        maximum: 1440,
      }),
    ),
    note: optional(text('Why.', 'Christmas Day')),
  },
  { key: ['site_id', 'ds'], references: { site_id: 'sites.site_id' } },
)

export const areas = defineTable(
  'areas',
  'Where customers live: counties, postal areas or whatever the store plans by.',
  {
    area_id: id('Area.', '32031'),
    name: text('Name.', 'Washoe'),
    kind: text('What the area is: county, zip3, city, country …', 'county', { maxLength: 40 }),
    state: optional(text('State or province.', 'NV', { maxLength: 40 })),
    population: optional(integer('people', 'Inhabitants.', '486492')),
    lat: number('degrees north', 'Latitude of its centre.', '39.53', LATITUDE),
    lon: number('degrees east', 'Longitude of its centre.', '-119.81', LONGITUDE),
  },
  { key: ['area_id'] },
)

export const adjacency = defineTable(
  'adjacency',
  'Which areas touch: one row for each direction.',
  {
    area_id: id('Area.', '32031'),
    neighbor_id: id('Area beside it.', '06057'),
    kind: withDefault(
      oneOf(['land', 'bridge'], 'A common border, or a bridge, ferry or flight declared as one.'),
      'land',
    ),
  },
  {
    key: ['area_id', 'neighbor_id'],
    references: { area_id: 'areas.area_id', neighbor_id: 'areas.area_id' },
  },
)
