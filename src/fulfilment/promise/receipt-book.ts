import { requireArgument } from '../../core/errors.ts'
import type { ExpectedReceipt } from '../stock/types.ts'
import type { ReceiptClaim } from './types.ts'

/** Units on their way that orders wait for, so that none is promised twice. One thread owns it. */
export interface ReceiptBook {
  /** Receipts of a product at a site with the units that no order waits for, soonest first. */
  free(siteId: string, productId: string): readonly ExpectedReceipt[]
  /**
   * Takes all claims for an order or none: false where another order took the units meanwhile, or
   * the receipt is no longer expected. An order claims once; a repeated claim changes nothing.
   */
  claim(orderId: string, claims: readonly ReceiptClaim[]): boolean
  /** Frees what an order waits for: it is cancelled, or its units have arrived and are reserved. */
  release(orderId: string): void
  /** Orders that wait for a receipt, in the order of their claims: whom a late receipt makes late. */
  waitingFor(receiptId: string): readonly string[]
}

/**
 * A book over what is expected (`StockKeeper.expected`). Restored from orders by claiming for each
 * order again what its parcels wait for, in the order in which they were placed.
 */
export function createReceiptBook(
  expected: (siteId: string, productId: string) => readonly ExpectedReceipt[],
): ReceiptBook {
  const orders = new Map<string, readonly ReceiptClaim[]>()
  /** Units waited for, by receipt, site and product. */
  const waited = new Map<string, number>()
  const waitedFor = (receipt: Place) => waited.get(keyOf(receipt)) ?? 0
  const add = (claim: ReceiptClaim, quantity: number) => {
    const left = waitedFor(claim) + quantity
    if (left === 0) waited.delete(keyOf(claim))
    else waited.set(keyOf(claim), left)
  }
  const isFree = (claim: ReceiptClaim) => {
    const receipts = expected(claim.siteId, claim.productId)
    const receipt = receipts.find((one) => one.receiptId === claim.receiptId)
    return receipt !== undefined && receipt.quantity - waitedFor(claim) >= claim.quantity
  }
  return {
    free: (siteId, productId) =>
      expected(siteId, productId).flatMap((receipt) => {
        const quantity = receipt.quantity - waitedFor(receipt)
        return quantity > 0 ? [{ ...receipt, quantity }] : []
      }),
    claim(orderId, claims) {
      if (orders.has(orderId)) return true
      for (const { quantity } of claims) {
        requireArgument(Number.isInteger(quantity) && quantity > 0, `a claim of ${quantity} units`)
      }
      const taken: ReceiptClaim[] = []
      for (const claim of claims) {
        if (!isFree(claim)) {
          for (const one of taken) add(one, -one.quantity)
          return false
        }
        add(claim, claim.quantity)
        taken.push(claim)
      }
      orders.set(orderId, claims)
      return true
    },
    release(orderId) {
      for (const claim of orders.get(orderId) ?? []) add(claim, -claim.quantity)
      orders.delete(orderId)
    },
    waitingFor: (receiptId) =>
      Array.from(orders).flatMap(([orderId, claims]) =>
        claims.some((claim) => claim.receiptId === receiptId) ? [orderId] : [],
      ),
  }
}

type Place = Pick<ReceiptClaim, 'receiptId' | 'siteId' | 'productId'>

function keyOf({ receiptId, siteId, productId }: Place): string {
  return JSON.stringify([receiptId, siteId, productId])
}
