import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../../core/table.ts'
import type { GamedayShop } from '../../world/index.ts'
import { createAlias } from '../../world/index.ts'

/** Times whose orders say what is wanted, epoch ms; the end is not included. */
export interface ShopSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** Orders without which past events say too little of what is wanted. */
const FEWEST_ORDERS = 300
/** Days of orders that are looked at otherwise. */
const DAYS = 90
/** Queries and products from which customers choose. */
const MOST_QUERIES = 20_000
const MOST_PRODUCTS = 50_000

/**
 * What virtual customers of a store want and where they live: products and places as they were
 * ordered during past events of the kind, or in the last 90 days where those orders are few; queries
 * as they were typed, each for the product that was clicked most after it. Throws ERR_STORE_EMPTY
 * where nothing was ever ordered.
 */
export async function readGamedayShop(
  db: Database,
  spans: readonly ShopSpan[],
): Promise<GamedayShop> {
  const span = await ordersSpan(db, spans)
  const products = await db.table(PRODUCTS(span))
  const areas = await db.table(AREAS(span))
  if (products.rowCount === 0 || areas.rowCount === 0) {
    throw new StorewrightError('ERR_STORE_EMPTY', 'the store has no orders', {
      next: 'Virtual customers want what was ordered before: import orders and order_lines.',
    })
  }
  const productIds = textsIn(products, 'product_id')
  return {
    productIds,
    priceCents: numbersOf(products, 'price_cents'),
    popularity: numbersOf(products, 'lines'),
    areaIds: textsIn(areas, 'area_id'),
    areaWeights: numbersOf(areas, 'orders'),
    queryFor: await readQueries(db, productIds, textsIn(products, 'title')),
  }
}

function textsIn(table: Table, name: string): string[] {
  const column = textsOf(table, name)
  return Array.from({ length: table.rowCount }, (_, row) => textAt(column, row) ?? '')
}

/** A condition on orders: those of the spans where there are enough, else those of the last days. */
async function ordersSpan(db: Database, spans: readonly ShopSpan[]): Promise<string> {
  const within = spans.map(
    ({ fromMs, toMs }) => `epoch_ms(o.ordered_at) BETWEEN ${fromMs} AND ${toMs - 1}`,
  )
  if (within.length > 0) {
    const condition = `(${within.join(' OR ')})`
    const [row] = await db.rows<{ n: number }>(
      `SELECT count(*) AS n FROM orders o WHERE ${condition}`,
    )
    if (Number(row?.n ?? 0) >= FEWEST_ORDERS) return condition
  }
  return `o.ordered_at > (SELECT max(ordered_at) FROM orders) - INTERVAL ${DAYS} DAY`
}

const PRODUCTS = (span: string) => `
  SELECT l.product_id, any_value(p.title) AS title, count(*)::DOUBLE AS lines,
         coalesce(any_value(p.price_cents), max(l.unit_price_cents), 0)::DOUBLE AS price_cents
  FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
  WHERE ${span} GROUP BY l.product_id ORDER BY lines DESC, l.product_id LIMIT ${MOST_PRODUCTS}`

const AREAS = (span: string) => `
  SELECT o.area_id, count(*)::DOUBLE AS orders FROM orders o
  WHERE o.area_id IS NOT NULL AND ${span} GROUP BY o.area_id ORDER BY o.area_id`

const QUERIES = `
  SELECT c.product_id, s.user_query AS query, count(*)::DOUBLE AS n
  FROM searches s JOIN clicks c USING (query_id) WHERE s.user_query <> ''
  GROUP BY ALL ORDER BY n DESC, query, c.product_id LIMIT ${MOST_QUERIES}`

/** What is typed for a product: a query after which it was clicked, else the words of its title. */
async function readQueries(
  db: Database,
  productIds: readonly string[],
  titles: readonly string[],
): Promise<GamedayShop['queryFor']> {
  const table = await db.table(QUERIES)
  const placeOf = new Map(productIds.map((id, place) => [id, place]))
  const known = new Map<number, { readonly texts: string[]; readonly counts: number[] }>()
  const queries = textsIn(table, 'query')
  const counts = numbersOf(table, 'n')
  textsIn(table, 'product_id').forEach((id, row) => {
    const place = placeOf.get(id)
    if (place === undefined) return
    const own = known.get(place) ?? { texts: [], counts: [] }
    known.set(place, own)
    own.texts.push(queries[row]!)
    own.counts.push(counts[row]!)
  })
  const drawn = new Map(
    [...known].map(([place, own]) => [place, { texts: own.texts, alias: createAlias(own.counts) }]),
  )
  return (product, random) => {
    const own = drawn.get(product)
    if (own !== undefined) return own.texts[own.alias.sample(random)]!
    return titles[product]!.toLowerCase()
  }
}
