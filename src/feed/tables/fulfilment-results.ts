import { boolean, id, instant, integer, number, oneOf, optional, text } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

const version = integer('counts from 1', 'Version of the result; see versions.', '7')
const result = { origin: 'result' } as const
const routeVersion = text('Route set that it was made from.', '3')
const units = (about: string) => integer('units', about, '2')

export const promises = defineTable(
  'promises',
  'What each order was promised, and what became of it.',
  {
    version,
    order_id: id('Order.', 'W-10021'),
    area_id: id('Area it ships to.', '32031'),
    kind: oneOf(['guaranteed', 'approximate'], 'How sure the date was.'),
    promised_at: instant('When it was given.', '2026-03-31T17:05:00Z'),
    arrive_by: instant('Date that was promised.', '2026-04-02T20:00:00Z'),
    route_version: routeVersion,
    kept: optional(boolean('Whether it came in time; empty while it is not known.')),
    because: optional(text('Why it was broken: short-pick, late-packing …', 'late-packing')),
    delivered_at: optional(instant('When all of it was there.', '2026-04-02T15:10:00Z')),
  },
  { key: ['version', 'order_id'], ...result },
)

export const shipments = defineTable(
  'shipments',
  'Parcels of orders: from where, which way, and how far they are.',
  {
    version,
    parcel_id: id('Parcel.', 'W-10021-1'),
    shipment_id: id('Parcels that travel in one box share it.', 'W-10021-1'),
    order_id: id('Order.', 'W-10021'),
    site_id: id('Site that sends it.', 'FC-RENO'),
    status: oneOf(
      ['planned', 'picking', 'packed', 'shipped', 'delivered', 'cancelled'],
      'How far it is.',
    ),
    route_version: routeVersion,
    lanes: text('Lanes it takes, in order, apart by ;.', 'RENO-OAK;OAK-06001'),
    pick_by: instant('Latest start of picking.', '2026-03-31T20:00:00Z'),
    ships_by: instant('Planned departure.', '2026-04-01T02:00:00Z'),
    arrive_by: instant('Planned arrival.', '2026-04-02T18:00:00Z'),
    boxes: integer('boxes', 'Boxes it fills.', '1'),
    kg: number('kg', 'Weight.', '1.2'),
    m3: number('m³', 'Volume of its boxes.', '0.008'),
    shipping_cents: number('cents', 'Boxes, packing and the way.', '538'),
    reason: text('Why this site.', 'cheapest-now: 538 cents to ship'),
  },
  { key: ['version', 'parcel_id'], ...result },
)

export const shipmentLines = defineTable(
  'shipment_lines',
  'What is in the parcels.',
  {
    version,
    parcel_id: id('Parcel.', 'W-10021-1'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    quantity: units('Units in it.'),
  },
  { key: ['version', 'parcel_id', 'product_id'], ...result },
)

export const reservations = defineTable(
  'reservations',
  'Units that are held for orders and have not left their building.',
  {
    version,
    reservation_id: id('The order.', 'W-10021'),
    site_id: id('Site.', 'FC-RENO'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    quantity: units('Units held.'),
    expires_at: optional(instant('Until when; empty: without end.', '2026-03-31T17:20:00Z')),
  },
  { key: ['version', 'reservation_id', 'site_id', 'product_id'], ...result },
)

export const stockSnapshot = defineTable(
  'stock_snapshot',
  'Live stock at the moment it was published: one row a site and product.',
  {
    version,
    site_id: id('Site.', 'FC-RENO'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    on_hand: integer('units', 'Units in the building.', '312', { minimum: -1e9 }),
    reserved: units('Units of these that orders hold.'),
    incoming: units('Units ordered or on the way.'),
  },
  { key: ['version', 'site_id', 'product_id'], ...result },
)
