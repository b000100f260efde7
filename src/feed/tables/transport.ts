import {
  boolean,
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

export const lanes = defineTable(
  'lanes',
  'Ways a parcel or pallet can go: from a site to another site or to an area, by one carrier.',
  {
    lane_id: id('Lane.', 'RENO-94-GROUND'),
    from_site_id: id('Site it starts at.', 'FC-RENO'),
    to_site_id: optional(id('Site it ends at; empty where it ends in an area.', 'FC-TULSA')),
    to_area_id: optional(id('Area it ends in; empty where it ends at a site.', '06075')),
    carrier: text('Carrier and service.', 'UPS Ground', { maxLength: 100 }),
    mode: withDefault(oneOf(['truck', 'air'], 'How it goes.'), 'truck'),
    distance_km: optional(
      number('km', 'Length of the way; empty: 1.2 times the great circle.', '2250'),
    ),
    transit_days: number('days', 'Mean time on the way.', '2'),
    transit_sd_days: withDefault(number('days', 'Standard deviation of that time.', '0.4'), 0),
    cost_per_parcel_cents: withDefault(money('Cost of one parcel.', '540'), 0),
    cost_per_kg_cents: withDefault(number('cents a kg', 'Cost by weight.', '35'), 0),
    cost_per_truck_cents: optional(money('Cost of one truck run.', '145000')),
    capacity_m3: optional(number('m³ a departure', 'Room in one departure.', '70')),
  },
  {
    key: ['lane_id'],
    references: {
      from_site_id: 'sites.site_id',
      to_site_id: 'sites.site_id',
      to_area_id: 'areas.area_id',
    },
  },
)

export const departures = defineTable(
  'departures',
  'When a lane leaves in a week, and until when an order must be packed for it.',
  {
    lane_id: id('Lane.', 'RENO-94-GROUND'),
    weekday: integer('0 = Monday … 6 = Sunday', 'Day of the week, local to the site.', '0', {
      maximum: 6,
    }),
    departs_minute: integer('minutes after local midnight', 'Departure.', '1080', {
      maximum: 1439,
    }),
    cutoff_minutes: withDefault(
      integer('minutes before departure', 'Orders packed later take the next one.', '90'),
      0,
    ),
  },
  { key: ['lane_id', 'weekday', 'departs_minute'], references: { lane_id: 'lanes.lane_id' } },
)

export const laneTransit = defineTable(
  'lane_transit',
  'Times on the way by the hour in which a lane is left, where they differ from those of the lane; a row for a weekday stands before one for every day.',
  {
    lane_id: id('Lane.', 'OAK-STATION-4'),
    weekday: withDefault(
      integer(
        '0 = Monday … 6 = Sunday, 7 = every day',
        'Day of the week, local to the site.',
        '4',
        {
          maximum: 7,
        },
      ),
      7,
    ),
    hour: integer('hour of the day, 0 … 23', 'Local hour of departure.', '17', { maximum: 23 }),
    transit_days: number('days', 'Mean time on the way of departures in this hour.', '0.11'),
    transit_sd_days: optional(
      number('days', "Standard deviation of that time; empty: the lane's.", '0.03'),
    ),
  },
  { key: ['lane_id', 'weekday', 'hour'], references: { lane_id: 'lanes.lane_id' } },
)

export const carrierCalendars = defineTable(
  'carrier_calendars',
  'Days on which a carrier does not do what it does on other days.',
  {
    carrier: id('Carrier and service, as in lanes.', 'UPS Ground'),
    ds: day('Day.', '2026-12-25'),
    picks_up: withDefault(boolean('Takes parcels that day.', 'false'), false),
    delivers: withDefault(boolean('Delivers that day.', 'false'), false),
    note: optional(text('Why.', 'Christmas Day')),
  },
  { key: ['carrier', 'ds'] },
)

export const sellers = defineTable(
  'sellers',
  "Third parties who keep their goods in the store's sites.",
  {
    seller_id: id('Seller.', 'S-204'),
    name: optional(text('Name.', 'Lakeside Crafts')),
    joined_on: optional(day('First day.', '2025-06-01')),
    limit_m3: optional(number('m³', 'Room the seller may fill now.', '120')),
    storage_fee_cents: optional(
      number('cents a m³ a month', 'What room costs the seller.', '2600'),
    ),
  },
  { key: ['seller_id'] },
)

export const sellerShipments = defineTable(
  'seller_shipments',
  'What sellers announced and sent to a site.',
  {
    shipment_id: id('Shipment.', 'SS-9001'),
    seller_id: id('Seller.', 'S-204'),
    site_id: id('Site it goes to.', 'FC-RENO'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    announced_on: day('Day it was announced.', '2026-03-02'),
    arrived_on: optional(day('Day it arrived; empty while it is on the way.', '2026-03-12')),
    announced_quantity: integer('units', 'Units announced.', '600'),
    arrived_quantity: optional(integer('units', 'Units that arrived.', '588')),
    status: withDefault(
      oneOf(['announced', 'arrived', 'refused', 'cancelled'], 'Where it stands.'),
      'announced',
    ),
  },
  {
    key: ['shipment_id', 'product_id'],
    references: {
      seller_id: 'sellers.seller_id',
      site_id: 'sites.site_id',
      product_id: 'products.product_id',
    },
    notBefore: { arrived_on: 'announced_on' },
  },
)
