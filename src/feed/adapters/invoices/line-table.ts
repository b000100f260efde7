import { id, instant, integer, number, optional, text } from '../../declare/column.ts'
import { defineTable } from '../../declare/table.ts'

/** The columns of shop invoices, as the UCI Online Retail data has them. */
export const invoiceLines = defineTable(
  'invoice_lines',
  'Every line of every invoice of a shop.',
  {
    InvoiceNo: id('Invoice; a C in front marks a cancellation.', '536365'),
    StockCode: text('Product or accounting code.', '85123A', { maxLength: 200 }),
    Description: optional(
      text('Name of the product, or a word on the line.', 'WHITE METAL LANTERN'),
    ),
    Quantity: integer('units', 'Units; below 0 in cancellations.', '6', {
      minimum: -1e9,
      maximum: 1e9,
    }),
    InvoiceDate: instant('When, local to the shop.', '2010-12-01 08:26:00'),
    UnitPrice: number('currency units', 'Price of one unit.', '2.55', {
      minimum: -1e9,
      maximum: 1e9,
    }),
    CustomerID: optional(id('Customer.', '17850')),
    Country: optional(text('Country of the customer.', 'United Kingdom', { maxLength: 100 })),
  },
  { key: [] },
)
