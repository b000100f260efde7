import { normalQuantile } from '../../core/distributions/normal.ts'
import type { ExpectedReceipt } from '../stock/types.ts'

/** Chances at which a receipt states its arrival, and their normal scores. */
const CHANCES = [0.1, 0.5, 0.9, 0.99] as const
const SCORES = CHANCES.map(normalQuantile)
const MINUTE_MS = 60_000

/**
 * Epoch minute by which a receipt has arrived with a chance: straight between the stated ones on the
 * scale of normal scores, rounded up. Below the first it is the first; beyond the last (0.99) nothing
 * is known and it is Infinity.
 */
export function receiptMinute({ arrivesBy }: ExpectedReceipt, chance: number): number {
  if (chance > CHANCES.at(-1)!) return Infinity
  const score = normalQuantile(chance)
  let at = 1
  while (at < CHANCES.length - 1 && SCORES[at]! < score) at++
  const [low, high] = [arrivesBy[at - 1]!, arrivesBy[at]!]
  const share = (score - SCORES[at - 1]!) / (SCORES[at]! - SCORES[at - 1]!)
  return Math.ceil((low + Math.max(0, share) * (high - low)) / MINUTE_MS)
}
