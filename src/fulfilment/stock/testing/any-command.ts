import fc from 'fast-check'
import type { ExpectedReceipt, StockCommand, StockLine } from '../types.ts'
import { PRODUCTS, SITES } from './small-keeper.ts'

// Few sites, products, reservations and receipts, so that commands meet; now and then a name that
// does not exist, a quantity that is none, a request that came before.

const siteId = fc.oneof(
  { arbitrary: fc.constantFrom(...SITES), weight: 60 },
  { arbitrary: fc.constant('FC9'), weight: 1 },
)
const productId = fc.oneof(
  { arbitrary: fc.constantFrom(...PRODUCTS), weight: 60 },
  { arbitrary: fc.constant('Z'), weight: 1 },
)
const linesWith = (quantity: fc.Arbitrary<number>) =>
  fc.array(fc.record({ siteId, productId, quantity }), {
    minLength: 0,
    maxLength: 4,
    size: 'max',
  })
const receiptsWith = (quantity: fc.Arbitrary<number>): fc.Arbitrary<readonly ExpectedReceipt[]> =>
  fc.array(
    fc.record({
      ...{ siteId, productId, quantity },
      receiptId: fc.constantFrom('p1', 'p2', 'p3'),
      arrivesBy: fc.nat(1_000).map((at) => [at, at + 1, at + 2, at + 3] as const),
    }),
    { maxLength: 3, size: 'max' },
  )
const some = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 6 }), weight: 40 },
  { arbitrary: fc.constantFrom(0, -1, 1.5), weight: 1 },
)
const reservationId = fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6')
const someLines: fc.Arbitrary<readonly StockLine[]> = linesWith(some)

type Asked<T = StockCommand> = T extends StockCommand ? Omit<T, 'requestId'> : never

const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ kind: fc.constant('count' as const), lines: linesWith(fc.nat(12)) }),
  fc.record({ kind: fc.constant('expect' as const), receipts: receiptsWith(fc.nat(9)) }),
  fc.record(
    {
      kind: fc.constant('receive' as const),
      receiptId: fc.constantFrom('p1', 'p2', 'p3'),
      lines: someLines,
    },
    { requiredKeys: ['kind', 'lines'] },
  ),
  fc.record({
    kind: fc.constant('adjust' as const),
    reason: fc.constantFrom('damaged' as const, 'found' as const),
    lines: linesWith(fc.integer({ min: -4, max: 4 })),
  }),
  fc.record({
    kind: fc.constant('transfer' as const),
    fromSiteId: siteId,
    receipts: receiptsWith(some),
  }),
  fc.record({ kind: fc.constant('move' as const), reservationId, lines: someLines }),
  fc.record({ kind: fc.constant('keep' as const), reservationId }),
  fc.record(
    { kind: fc.constant('confirm' as const), reservationId, lines: someLines },
    { requiredKeys: ['kind', 'reservationId'] },
  ),
  fc.record(
    { kind: fc.constant('release' as const), reservationId, lines: someLines },
    { requiredKeys: ['kind', 'reservationId'] },
  ),
)

/** A reservation; `lasts`: milliseconds from now, where it ends. */
const reserving = fc.record(
  { kind: fc.constant('reserve' as const), reservationId, lines: someLines, lasts: fc.nat(40) },
  { requiredKeys: ['kind', 'reservationId', 'lines'] },
)

/** Something that is asked for. */
export type AnyAsked =
  | Asked
  | {
      readonly kind: 'reserve'
      readonly reservationId: string
      readonly lines: readonly StockLine[]
      readonly lasts?: number
    }

/** Commands that are asked together after the clock has gone on, and what else happens then. */
export interface AnyStep {
  readonly milliseconds: number
  /** `again`: how many requests before, where it is one of those once more. */
  readonly asked: readonly { readonly what: AnyAsked; readonly again?: number }[]
  readonly after: 'nothing' | 'expire' | 'snapshot'
}

/** Steps of one to six commands each, `count` of them. */
export function anySteps(count: number): fc.Arbitrary<AnyStep[]> {
  const what: fc.Arbitrary<AnyAsked> = fc.oneof(
    { arbitrary: asked, weight: 3 },
    { arbitrary: reserving, weight: 1 },
  )
  const again = fc.integer({ min: 1, max: 30 })
  const one = fc.oneof(
    { arbitrary: fc.record({ what }), weight: 20 },
    { arbitrary: fc.record({ what, again }), weight: 1 },
  )
  return fc.array(
    fc.record({
      milliseconds: fc.nat(8),
      asked: fc.array(one, { minLength: 1, maxLength: 6, size: 'max' }),
      after: fc.oneof(
        { arbitrary: fc.constant('nothing' as const), weight: 20 },
        { arbitrary: fc.constantFrom('expire' as const, 'snapshot' as const), weight: 1 },
      ),
    }),
    { minLength: count, maxLength: count },
  )
}

/** The command that something asked for is at `now`. */
export function commandOf(what: AnyAsked, requestId: string, now: number): StockCommand {
  if (what.kind !== 'reserve') return { ...what, requestId } as StockCommand
  const { kind, reservationId, lines } = what
  const lasts = 'lasts' in what ? what.lasts : undefined
  const command = { kind, requestId, reservationId, lines }
  return lasts === undefined ? command : { ...command, expiresAt: now + lasts }
}
