import { z } from 'zod'
import { createRandom, type Random } from '../../src/core/random/random.ts'
import { defineEvent, type NewEvent, subjectOf } from '../../src/ledger/index.ts'

const stockMoved = defineEvent(
  'stock.moved',
  z.strictObject({
    productId: z.string(),
    siteId: z.string(),
    quantity: z.int(),
    onHand: z.int(),
    reason: z.enum(['sale', 'arrival', 'transfer', 'count']),
  }),
)
const orderPlaced = defineEvent(
  'order.placed',
  z.strictObject({
    orderId: z.string(),
    customerId: z.string(),
    lines: z.array(
      z.strictObject({ productId: z.string(), quantity: z.int(), unitPriceCents: z.int() }),
    ),
  }),
)
const purchaseApproved = defineEvent(
  'plan.purchase.approved',
  z.strictObject({
    planVersion: z.int(),
    productId: z.string(),
    quantity: z.int(),
    costCents: z.int(),
    by: z.string(),
    reason: z.string(),
  }),
)

const productIdOf = (random: Random) => `SKU-${10_000 + random.int(4_000)}`

function moveStock(random: Random, time: number): NewEvent {
  const productId = productIdOf(random)
  const siteId = `FC${1 + random.int(6)}`
  const data = { productId, siteId, quantity: -1 - random.int(9), onHand: random.int(400) }
  return stockMoved.of(subjectOf('stock', siteId, productId), { ...data, reason: 'sale' }, { time })
}

function placeOrder(random: Random, time: number): NewEvent {
  const lines = Array.from({ length: 1 + random.int(4) }, () => ({
    productId: productIdOf(random),
    quantity: 1 + random.int(12),
    unitPriceCents: 95 + random.int(4_000),
  }))
  const orderId = `order-${500_000 + random.int(100_000)}`
  const customerId = `${12_000 + random.int(6_000)}`
  return orderPlaced.of(`order.area-${random.int(50)}`, { orderId, customerId, lines }, { time })
}

function approvePurchase(random: Random, time: number): NewEvent {
  const productId = productIdOf(random)
  const quantity = 12 * (1 + random.int(20))
  const data = { planVersion: 7, productId, quantity, costCents: quantity * 240, by: 'buyer' }
  const reason = 'runs out before the next delivery'
  const subject = subjectOf('plan', 'purchase', productId)
  return purchaseApproved.of(subject, { ...data, reason }, { time, cause: 1 + random.int(1_000) })
}

/** Events of a store: seven in ten a stock movement, two an order of one to four lines, one an approved purchase. */
export function storeEvents(count: number, seed: number): NewEvent[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, k) => {
    const time = 1_700_000_000_000 + 40 * k + random.int(40)
    const kind = random.int(10)
    if (kind < 7) return moveStock(random, time)
    return kind < 9 ? placeOrder(random, time) : approvePurchase(random, time)
  })
}
