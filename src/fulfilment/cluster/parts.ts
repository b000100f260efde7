import { requireArgument } from '../../core/errors.ts'
import type { StockCommand, StockLine, StockOutcome } from '../stock/types.ts'
import type { StockRouter } from './router.ts'
import { byShard } from './shards.ts'

/*
 * What is held for an order may lie on several shards, and no write spans two of them. It is then
 * several reservations, one a shard, each with a name of its own; the order keeps their names.
 *
 * They are made in the order of the shards. When one is refused, those before it are released and
 * the whole is refused. When the caller dies between two, those made expire: so a reservation of
 * several parts must have an end until it is kept. A second attempt makes parts with new names: an
 * old part whose release is still under way can then never be taken for a new one.
 */

/** A reservation on one shard. */
export interface ReservationPart {
  readonly shard: number
  readonly reservationId: string
  readonly lines: readonly StockLine[]
}

export type PartsOutcome =
  | { readonly ok: true; readonly parts: readonly ReservationPart[] }
  | Extract<StockOutcome, { readonly ok: false }>

export interface PartsRequest {
  /** Names this attempt: never used for another, not even for the same order. */
  readonly attemptId: string
  /** Epoch ms; until then the parts must be kept. */
  readonly expiresAt: number
  readonly lines: readonly StockLine[]
}

/**
 * Holds units on as many shards as they lie on, all or none. Throws ERR_ARGUMENT, and
 * ERR_STOCK_AWAY: parts may be held until `expiresAt`; try again under another attempt id.
 */
export async function reserveParts(
  router: StockRouter,
  { attemptId, expiresAt, lines }: PartsRequest,
): Promise<PartsOutcome> {
  requireArgument(lines.length > 0, `attempt ${attemptId} names no lines`)
  const parts: ReservationPart[] = []
  for (const [shard, own] of byShard(router.layout, lines)) {
    const reservationId = `${attemptId}@${shard}`
    const requestId = `reserve ${reservationId}`
    const outcome = await router.submit(
      { kind: 'reserve', requestId, reservationId, expiresAt, lines: own },
      shard,
    )
    if (!outcome.ok) {
      await submitParts(router, 'release', parts)
      return outcome
    }
    parts.push({ shard, reservationId, lines: own })
  }
  return { ok: true, parts }
}

/**
 * Parts no longer expire: the order is placed. When one has expired, the others are released and
 * the outcome says so. May be asked again. Throws ERR_STOCK_AWAY.
 */
export async function keepParts(
  router: StockRouter,
  parts: readonly ReservationPart[],
): Promise<PartsOutcome> {
  const refusal = await submitParts(router, 'keep', parts)
  if (refusal === undefined) return { ok: true, parts }
  // What has ended stays so: whoever asks again comes to the same end. Anything else may pass.
  const hasEnded = refusal.refusal === 'expired' || refusal.refusal === 'unknown-reservation'
  if (hasEnded) await submitParts(router, 'release', parts)
  return refusal
}

/** Units of parts are free again. Throws ERR_STOCK_AWAY. */
export async function releaseParts(
  router: StockRouter,
  parts: readonly ReservationPart[],
): Promise<void> {
  await submitParts(router, 'release', parts)
}

async function submitParts(
  router: StockRouter,
  kind: 'keep' | 'release',
  parts: readonly ReservationPart[],
): Promise<Extract<StockOutcome, { ok: false }> | undefined> {
  const outcomes = await Promise.all(
    parts.map(({ shard, reservationId }) => {
      const command: StockCommand = {
        kind,
        requestId: `${kind} ${reservationId}`,
        reservationId,
      }
      return router.submit(command, shard)
    }),
  )
  return outcomes.find((outcome) => !outcome.ok)
}
