// What stock is, what can happen to it, and who may say so.
//
// A cell is one product at one site. Four counts describe it: units on hand (in the building),
// reserved (of these, promised to orders), and incoming (ordered or on the way, not in the building);
// available = on hand − reserved, and never negative by a reservation.

/** Words of one cell in `StockBook.cells`: four cells a cache line. */
export const CELL_WORDS = 4
export const CELL_SITE = 0
export const CELL_ON_HAND = 1
export const CELL_RESERVED = 2
export const CELL_INCOMING = 3

/**
 * Live stock, readable from any thread: the cells of a product lie together.
 *
 *   index   two words a product: first word of its cells in `cells` (a multiple of 16), their number
 *   cells   CELL_WORDS words a cell: site, on hand, reserved, incoming
 *
 * Only the keeper writes. A product that gains a site may move to another place in `cells`, its
 * first word changing before its number of cells: who reads the number first and the word then sees
 * whole cells always, and who reads units reserved before those on hand never sees more available
 * than there is. When the room is used up, the arrays are replaced by larger ones, and the word
 * `generation` rises: other threads then hold arrays that change no more, and must be given the new.
 */
export interface StockBook {
  readonly siteIds: readonly string[]
  readonly productIds: readonly string[]
  /** Dense number of an id; −1 where it is unknown. */
  siteOf(siteId: string): number
  productOf(productId: string): number
  readonly index: Int32Array
  readonly cells: Int32Array
  /** One shared word; absent where nothing ever grows. */
  readonly generation?: Int32Array
  /** Sequence number of the last event of the ledger that the counts hold. */
  readonly sequence: number
}

/** Units of a product at a site. */
export interface StockLine {
  readonly siteId: string
  readonly productId: string
  /** Whole units, at least 1 unless stated otherwise. */
  readonly quantity: number
}

/** Why stock changed without an order or a receipt. */
export type AdjustReason = 'counted' | 'damaged' | 'lost' | 'found' | 'returned' | 'written-off'

/** Units on their way to a site, with the spread of their arrival. */
export interface ExpectedReceipt extends StockLine {
  readonly receiptId: string
  /** Epoch ms by which they arrive with the chances 0.1, 0.5, 0.9 and 0.99; rising. */
  readonly arrivesBy: readonly [number, number, number, number]
}

/**
 * What can be asked of stock. `requestId` makes each idempotent: a repeated request gets the answer
 * of the first and changes nothing. Lines of one command that name one cell count together, and a
 * command happens whole or not at all.
 */
export type StockCommand =
  /** What was counted: sets units on hand (0 is allowed). */
  | { readonly kind: 'count'; readonly requestId: string; readonly lines: readonly StockLine[] }
  | {
      readonly kind: 'expect'
      readonly requestId: string
      readonly receipts: readonly ExpectedReceipt[]
    }
  /** Units arrived; those of `receiptId` are no longer incoming. */
  | {
      readonly kind: 'receive'
      readonly requestId: string
      readonly receiptId?: string
      readonly lines: readonly StockLine[]
    }
  /** Quantities may be negative. Taking units that are reserved leaves a shortage, which is told. */
  | {
      readonly kind: 'adjust'
      readonly requestId: string
      readonly reason: AdjustReason
      readonly lines: readonly StockLine[]
    }
  /** Units leave one site for another: on hand there, incoming here until they are received. */
  | {
      readonly kind: 'transfer'
      readonly requestId: string
      readonly fromSiteId: string
      readonly receipts: readonly ExpectedReceipt[]
    }
  /** Holds units for an order until `expiresAt` (epoch ms; absent: without end). */
  | {
      readonly kind: 'reserve'
      readonly requestId: string
      readonly reservationId: string
      readonly expiresAt?: number
      readonly lines: readonly StockLine[]
    }
  /** Replaces what a reservation holds in one step: an order goes to other sites. */
  | {
      readonly kind: 'move'
      readonly requestId: string
      readonly reservationId: string
      readonly lines: readonly StockLine[]
    }
  /** A reservation no longer expires: the order is placed. */
  | { readonly kind: 'keep'; readonly requestId: string; readonly reservationId: string }
  /** Reserved units left the building; without lines all that are left of the reservation. */
  | {
      readonly kind: 'confirm'
      readonly requestId: string
      readonly reservationId: string
      readonly lines?: readonly StockLine[]
    }
  /** Reserved units are free again; without lines all that are left of the reservation. */
  | {
      readonly kind: 'release'
      readonly requestId: string
      readonly reservationId: string
      readonly lines?: readonly StockLine[]
    }

/** Why a command changed nothing. */
export type StockRefusal =
  | 'short'
  | 'unknown-site'
  | 'unknown-product'
  | 'unknown-reservation'
  | 'unknown-receipt'
  | 'reservation-exists'
  | 'expired'
  | 'bad-quantity'
  | 'bad-request'
  | 'clock-went-back'

export type StockOutcome =
  | {
      readonly ok: true
      /** Sequence number of its event. */
      readonly sequence: number
      /** Cells in which more is reserved than on hand since, with the units missing. */
      readonly shortages: readonly StockLine[]
    }
  | {
      readonly ok: false
      readonly refusal: StockRefusal
      /** In words, with the cell and the units available. */
      readonly message: string
      /** The line at fault, where it is one. */
      readonly line?: StockLine
      readonly available?: number
    }

/** What a reservation holds now. */
export interface Reservation {
  readonly reservationId: string
  readonly lines: readonly StockLine[]
  /** Epoch ms; undefined without end. */
  readonly expiresAt: number | undefined
}

/** Something that happened to units of a product at a site. */
export interface StockMoment {
  /** Epoch ms. */
  readonly at: number
  readonly sequence: number
  readonly kind:
    | 'counted'
    | 'adjusted'
    | 'received'
    | 'expected'
    | 'transferred'
    | 'reserved'
    | 'moved'
    | 'confirmed'
    | 'released'
    | 'expired'
  readonly siteId: string
  /** Units; negative where an adjustment took some. */
  readonly quantity: number
  /** The reservation, the (first) receipt, or the reason of an adjustment; undefined where none is told. */
  readonly id: string | undefined
}

/** Ids that stock is to know. */
export interface NewNames {
  readonly siteIds?: readonly string[]
  readonly productIds?: readonly string[]
}

/** The one writer of a shard of products; others read its book. */
export interface StockKeeper {
  readonly book: StockBook
  /** Resolves once the event is on disk (or replicated), never earlier. Throws ERR_LEDGER_…. */
  submit(command: StockCommand): Promise<StockOutcome>
  /** Commands in their order, each with its own outcome. */
  submitMany(commands: readonly StockCommand[]): Promise<readonly StockOutcome[]>
  reservation(reservationId: string): Reservation | undefined
  /** Reservations that hold units of a product, with these lines alone. O(reservations). */
  reservationsOf(productId: string): readonly Reservation[]
  /** What happened to a product among the last `lookBack` events of stock, newest first. O(lookBack). */
  lately(productId: string, lookBack: number): Promise<readonly StockMoment[]>
  /** Units of a product expected at a site, soonest first. */
  expected(siteId: string, productId: string): readonly ExpectedReceipt[]
  /** Releases what has expired by `now`; returns the reservations. */
  expire(now: number): Promise<readonly string[]>
  /** Makes ids of sites and products known from now on; those that are known stay as they are. */
  introduce(names: NewNames): Promise<void>
  /** Writes a snapshot beside the last one; restoring reads it and the ledger's tail. */
  snapshot(): Promise<void>
  close(): Promise<void>
}
