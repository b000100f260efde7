import { id, instant, integer, optional, withDefault } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const receipts = defineTable(
  'receipts',
  'What arrived from vendors, and when it had been ordered: lead times are learned from it.',
  {
    receipt_id: id('Receipt.', 'R-55120'),
    purchase_order_id: optional(id('Purchase order it belongs to.', 'PO-8871')),
    vendor_id: optional(id('Vendor.', 'V-017')),
    product_id: id('Product.', 'MUG-BLUE-11'),
    site_id: optional(id('Site it arrived at.', 'FC-RENO')),
    ordered_at: instant('When it was ordered.', '2026-02-03T09:00:00Z'),
    arrived_at: instant('When it arrived.', '2026-02-24T14:30:00Z'),
    ordered_quantity: integer('units', 'Units ordered.', '240'),
    arrived_quantity: integer('units', 'Units that arrived.', '228'),
  },
  {
    key: ['receipt_id'],
    references: {
      vendor_id: 'vendors.vendor_id',
      product_id: 'products.product_id',
      site_id: 'sites.site_id',
    },
    notBefore: { arrived_at: 'ordered_at' },
  },
)

export const stock = defineTable(
  'stock',
  'How many units of a product a site holds: one row a site and product, the newest count.',
  {
    site_id: id('Site.', 'FC-RENO'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    as_of: instant('When it was counted.', '2026-03-31T00:00:00Z'),
    on_hand: integer('units', 'Units in the site.', '312'),
    committed: withDefault(integer('units', 'Units of these that orders have reserved.', '9'), 0),
    incoming: withDefault(integer('units', 'Units ordered and not arrived.', '240'), 0),
  },
  {
    key: ['site_id', 'product_id'],
    references: { site_id: 'sites.site_id', product_id: 'products.product_id' },
  },
)
