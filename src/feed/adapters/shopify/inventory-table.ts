import { id, optional, text } from '../../declare/column.ts'
import { defineTable } from '../../declare/table.ts'

/** What a cell says where a location does not carry the item. */
export const NOT_STOCKED = 'not stocked'

/** Columns of counts, by what they count. */
export const COUNTS = {
  incoming: 'Incoming (not editable)',
  unavailable: 'Unavailable (not editable)',
  committed: 'Committed (not editable)',
  available: 'Available (not editable)',
  onHand: 'On hand (current)',
  onHandNew: 'On hand (new)',
} as const

const count = (what: string) =>
  optional(text(`${what}: a whole number, or "${NOT_STOCKED}".`, '12', { maxLength: 40 }))
const loose = (what: string, example: string) => optional(text(what, example))

/** Options that tell one variant of a product from another. */
export const OPTIONS = ['Option1 Value', 'Option2 Value', 'Option3 Value'] as const

const optionName = loose('What the option is.', 'Size')
const optionValue = loose('Its value.', '11 oz')

/** The inventory file of Shopify's admin, as it is exported: one row an item and location. */
export const shopifyInventory = defineTable(
  'inventory',
  'An inventory file of Shopify: one row an item and location.',
  {
    Handle: id('Address of the product.', 'blue-mug'),
    Title: loose('Title of the product.', 'Blue mug'),
    ...{ 'Option1 Name': optionName, 'Option1 Value': optionValue },
    ...{ 'Option2 Name': optionName, 'Option2 Value': optionValue },
    ...{ 'Option3 Name': optionName, 'Option3 Value': optionValue },
    SKU: loose('Stock keeping unit; becomes the product.', 'MUG-BLUE-11'),
    'HS Code': loose('Customs code.', '691110'),
    COO: loose('Country of origin.', 'PT'),
    Location: id('Where it lies; becomes the site.', 'Reno'),
    'Bin name': loose('Shelf.', 'A-12'),
    [COUNTS.incoming]: count('Units ordered and not arrived'),
    [COUNTS.unavailable]: count('Units in the building that may not be sold'),
    [COUNTS.committed]: count('Units that orders have reserved'),
    [COUNTS.available]: count('Units that can be sold'),
    [COUNTS.onHand]: count('Units in the building'),
    [COUNTS.onHandNew]: count('What the count is to become'),
  },
  { key: ['Handle', 'Location'] },
)
