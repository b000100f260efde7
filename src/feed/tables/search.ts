import { id, instant, integer, oneOf, optional, text, withDefault } from '../declare/column.ts'
import { defineTable } from '../declare/table.ts'

export const searches = defineTable(
  'searches',
  'What customers searched for: one row a search (User Behavior Insights: ubi_queries).',
  {
    query_id: id('Search; joins it with its clicks.', 'q-71c2'),
    searched_at: instant('When.'),
    session_id: optional(id('Session.', 's-881')),
    customer_id: optional(id('Customer.', '17850')),
    user_query: text('What was typed.', 'blue mug'),
    result_count: optional(integer('products', 'Results that were found.', '34')),
  },
  { key: ['query_id'] },
)

export const clicks = defineTable(
  'clicks',
  'What customers did with the results of a search.',
  {
    query_id: id('Search.', 'q-71c2'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    action_name: withDefault(
      oneOf(['click', 'add_to_cart', 'view', 'purchase'], 'What was done.'),
      'click',
    ),
    happened_at: instant('When first.'),
    session_id: optional(id('Session.', 's-881')),
    position: optional(integer('counts from 1', 'Place of the product in the results.', '3')),
  },
  {
    key: ['query_id', 'product_id', 'action_name'],
    references: { query_id: 'searches.query_id', product_id: 'products.product_id' },
  },
)

export const judgments = defineTable(
  'judgments',
  'How well a product answers a query, as people judged it.',
  {
    user_query: id('Query.', 'blue mug'),
    product_id: id('Product.', 'MUG-BLUE-11'),
    rater: withDefault(id('Who judged.', 'anna'), 'all'),
    grade: integer('0 = useless … 4 = perfect', 'Grade.', '3', { maximum: 4 }),
    judged_at: optional(instant('When.')),
  },
  { key: ['user_query', 'product_id', 'rater'], references: { product_id: 'products.product_id' } },
)
