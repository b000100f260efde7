import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../core/random/random.ts'
import { keepParts, type ReservationPart, reserveParts } from '../parts.ts'
import type { StockRouter } from '../router.ts'
import type { PlainStock } from './plain-stock.ts'

/** A reservation that a buyer was told of, and what the buyer was told about its end. */
export interface Bought {
  readonly parts: readonly ReservationPart[]
  /** What was asked for next; `asked` without an answer may or may not have happened. */
  end: 'none' | 'kept' | 'release-asked' | 'confirm-asked' | 'confirmed' | 'keep-refused'
}

/** What buyers were told. */
export interface Told {
  readonly bought: Bought[]
  refused: number
  /** Calls that ended without an answer. */
  unanswered: number
  /** Times of answers, ms since `origin`, for the longest silence. */
  lastAnswer: number
  longestSilence: number
}

export function createTold(): Told {
  const now = performance.now()
  return { bought: [], refused: 0, unanswered: 0, lastAnswer: now, longestSilence: 0 }
}

const HOLD_MILLISECONDS = 3_600_000
const SITE = 'FC1'

/** Buys scarce products, one after the other, until the signal. */
export async function buy(
  router: StockRouter,
  name: string,
  productIds: readonly string[],
  random: Random,
  told: Told,
  signal: AbortSignal,
): Promise<void> {
  for (let k = 0; !signal.aborted; k++) {
    await sleep(random.int(20))
    try {
      await buyOnce(router, `${name}-${k}`, productIds, random, told)
    } catch {
      told.unanswered++
    }
  }
}

async function buyOnce(
  router: StockRouter,
  attemptId: string,
  productIds: readonly string[],
  random: Random,
  told: Told,
): Promise<void> {
  const lines = Array.from({ length: 1 + random.int(3) }, () => ({
    siteId: SITE,
    productId: productIds[random.int(productIds.length)]!,
    quantity: 1 + random.int(2),
  }))
  const expiresAt = Date.now() + HOLD_MILLISECONDS
  const wish = random.int(10)
  const outcome = await reserveParts(router, { attemptId, expiresAt, lines })
  answered(told)
  if (!outcome.ok) {
    told.refused++
    return
  }
  const bought: Bought = { parts: outcome.parts, end: 'none' }
  told.bought.push(bought)
  if (wish < 4) {
    bought.end = 'release-asked'
    await finish(router, 'release', outcome.parts)
  } else if (wish < 7) {
    const kept = await keepParts(router, outcome.parts)
    bought.end = kept.ok ? 'kept' : 'keep-refused'
  } else if (wish < 9) {
    bought.end = 'confirm-asked'
    await finish(router, 'confirm', outcome.parts)
    bought.end = 'confirmed'
  }
  answered(told)
}

async function finish(
  router: StockRouter,
  kind: 'release' | 'confirm',
  parts: readonly ReservationPart[],
): Promise<void> {
  for (const { shard, reservationId } of parts) {
    const requestId = `${kind} ${reservationId}`
    const outcome = await router.submit({ kind, requestId, reservationId }, shard)
    if (!outcome.ok) throw new Error(outcome.message)
  }
}

function answered(told: Told): void {
  const now = performance.now()
  told.longestSilence = Math.max(told.longestSilence, now - told.lastAnswer)
  told.lastAnswer = now
}

/** Brings a few units of a product at a time, until the signal: products stay scarce. */
export async function supply(
  router: StockRouter,
  name: string,
  productIds: readonly string[],
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  for (let k = 0; !signal.aborted; k++) {
    await sleep(random.int(10))
    const productId = productIds[random.int(productIds.length)]!
    const lines = [{ siteId: SITE, productId, quantity: 1 + random.int(3) }]
    await router
      .submit({ kind: 'receive', requestId: `${name}-${k}`, lines })
      .catch(() => undefined)
  }
}

/** True when the shards' ledgers hold all parts that the buyer was told of, with the end that was told. */
export function isAsTold(plain: readonly PlainStock[], { parts, end }: Bought): boolean {
  return parts.every(({ shard, reservationId, lines }) => {
    const stock = plain[shard]!
    const units = new Map<string, number>()
    for (const { productId, quantity } of lines) {
      units.set(productId, (units.get(productId) ?? 0) + quantity)
    }
    const made = stock.made(reservationId)
    if (made === undefined || made.size !== units.size) return false
    if ([...units].some(([productId, quantity]) => made.get(productId) !== quantity)) return false
    const held = stock.isHeld(reservationId)
    if (end === 'none' || end === 'kept') return held
    if (end === 'confirmed') return stock.isConfirmed(reservationId)
    if (end === 'confirm-asked') return held || stock.isConfirmed(reservationId)
    return end !== 'keep-refused'
  })
}
