import type {
  ExpectedReceipt,
  StockCommand,
  StockLine,
  StockOutcome,
  StockRefusal,
} from '../types.ts'

/** What a command comes to: the refusal and the units available, or the cells left short. */
export type PlainOutcome =
  | { readonly ok: true; readonly shortages: readonly StockLine[] }
  | { readonly ok: false; readonly refusal: StockRefusal; readonly available: number | undefined }

type Units = Map<string, number>

const cellOf = ({ siteId, productId }: { siteId: string; productId: string }) =>
  `${siteId} ${productId}`

/** The outcome without what a model cannot know: the sequence number and the words. */
export function plainOutcome(outcome: StockOutcome): PlainOutcome {
  return outcome.ok
    ? { ok: true, shortages: outcome.shortages }
    : { ok: false, refusal: outcome.refusal, available: outcome.available }
}

/**
 * The plain reference: on hand is a map; what is reserved and incoming is added up from
 * reservations and receipts each time it is wanted. One command at a time, no ledger, no threads.
 */
export class PlainStock {
  readonly onHand: Units = new Map()
  readonly reservations = new Map<string, { units: Units; expiresAt: number }>()
  readonly receipts = new Map<string, Units>()
  private readonly answers = new Map<string, PlainOutcome>()
  private readonly expired = new Set<string>()
  private readonly sites: readonly string[]
  private readonly products: readonly string[]

  constructor(sites: readonly string[], products: readonly string[]) {
    this.sites = sites
    this.products = products
  }

  /** A copy that goes its own way. */
  copy(): PlainStock {
    const copy = new PlainStock(this.sites, this.products)
    for (const [cell, units] of this.onHand) copy.onHand.set(cell, units)
    for (const [id, { units, expiresAt }] of this.reservations) {
      copy.reservations.set(id, { units: new Map(units), expiresAt })
    }
    for (const [id, units] of this.receipts) copy.receipts.set(id, new Map(units))
    for (const [id, answer] of this.answers) copy.answers.set(id, answer)
    for (const id of this.expired) copy.expired.add(id)
    return copy
  }

  reserved(cell: string): number {
    let sum = 0
    for (const { units } of this.reservations.values()) sum += units.get(cell) ?? 0
    return sum
  }

  incoming(cell: string): number {
    let sum = 0
    for (const units of this.receipts.values()) sum += units.get(cell) ?? 0
    return sum
  }

  available(cell: string): number {
    return (this.onHand.get(cell) ?? 0) - this.reserved(cell)
  }

  /** Everything that is there, as text: equal for equal stock. */
  toText(): string {
    const sorted = (units: Units) => [...units].filter(([, n]) => n !== 0).sort()
    const held = [...this.reservations].map(([id, r]) => [id, r.expiresAt, sorted(r.units)])
    const coming = [...this.receipts].map(([id, units]) => [id, sorted(units)])
    const answers = [...this.answers].sort()
    return JSON.stringify([sorted(this.onHand), held.sort(), coming.sort(), answers])
  }

  expire(now: number): string[] {
    const ended = [...this.reservations].filter(([, { expiresAt }]) => expiresAt <= now)
    for (const [id] of ended) {
      this.reservations.delete(id)
      this.expired.add(id)
    }
    return ended.map(([id]) => id)
  }

  submit(command: StockCommand, now: number): PlainOutcome {
    this.expire(now)
    const known = this.answers.get(command.requestId)
    if (known !== undefined) return known
    const answer = this.decide(command, now)
    this.answers.set(command.requestId, answer)
    return answer
  }

  private decide(command: StockCommand, now: number): PlainOutcome {
    switch (command.kind) {
      case 'count':
        return this.checked(command.lines, 0, (units) => {
          for (const [cell, n] of units) this.onHand.set(cell, n)
          return this.taken(units)
        })
      case 'adjust':
        return this.checked(command.lines, undefined, (units) => {
          for (const [cell, n] of units) {
            const there = this.onHand.get(cell) ?? 0
            if (there + n < 0) return refused('short', there)
          }
          for (const [cell, n] of units) this.change(cell, n)
          return this.taken(units)
        })
      case 'expect':
        return this.checked(command.receipts, 0, () => {
          for (const [id, units] of perReceipt(command.receipts)) {
            for (const [cell, n] of units) this.setReceipt(id, cell, n)
          }
          return fine
        })
      case 'receive':
        return this.receive(command)
      case 'transfer':
        return this.transfer(command)
      default:
        return this.decideReservation(command, now)
    }
  }

  private receive(command: Extract<StockCommand, { kind: 'receive' }>): PlainOutcome {
    const { receiptId, lines } = command
    return this.checked(lines, 1, (units) => {
      if (receiptId !== undefined && !this.receipts.has(receiptId)) {
        return refused('unknown-receipt')
      }
      for (const [cell, n] of units) {
        this.change(cell, n)
        if (receiptId === undefined) continue
        const left = this.receipts.get(receiptId)?.get(cell) ?? 0
        this.setReceipt(receiptId, cell, Math.max(0, left - n))
      }
      return fine
    })
  }

  private transfer(command: Extract<StockCommand, { kind: 'transfer' }>): PlainOutcome {
    const { fromSiteId, receipts } = command
    if (!this.sites.includes(fromSiteId)) return refused('unknown-site')
    return this.checked(receipts, 1, () => {
      const leaving: Units = new Map()
      for (const { productId, quantity } of receipts) {
        const cell = cellOf({ siteId: fromSiteId, productId })
        leaving.set(cell, (leaving.get(cell) ?? 0) + quantity)
      }
      for (const [cell, n] of leaving) {
        const available = this.available(cell)
        if (n > available) return refused('short', Math.max(0, available))
      }
      for (const [cell, n] of leaving) this.change(cell, -n)
      for (const [id, units] of perReceipt(receipts)) {
        for (const [cell, n] of units) {
          this.setReceipt(id, cell, n + (this.receipts.get(id)?.get(cell) ?? 0))
        }
      }
      return fine
    })
  }

  private decideReservation(
    command: Extract<StockCommand, { reservationId: string }>,
    now: number,
  ): PlainOutcome {
    const { reservationId } = command
    const held = this.reservations.get(reservationId)
    if (command.kind === 'reserve') {
      if (held !== undefined) return refused('reservation-exists')
      const expiresAt = command.expiresAt ?? Number.POSITIVE_INFINITY
      if (expiresAt <= now) return refused('expired')
      return this.checked(command.lines, 1, (units) => this.hold(reservationId, units, expiresAt))
    }
    if (held === undefined) {
      return refused(this.expired.has(reservationId) ? 'expired' : 'unknown-reservation')
    }
    if (command.kind === 'keep') {
      held.expiresAt = Number.POSITIVE_INFINITY
      return fine
    }
    if (command.kind === 'move') {
      return this.checked(command.lines, 1, (units) =>
        this.hold(reservationId, units, held.expiresAt),
      )
    }
    if (command.lines === undefined) return this.take(command, new Map(held.units))
    return this.checked(command.lines, 1, (units) => {
      for (const [cell, n] of units) {
        const there = held.units.get(cell) ?? 0
        if (n > there) return refused('bad-quantity', there)
      }
      return this.take(command, units)
    })
  }

  private hold(reservationId: string, units: Units, expiresAt: number): PlainOutcome {
    const own = this.reservations.get(reservationId)?.units
    for (const [cell, n] of units) {
      const has = own?.get(cell) ?? 0
      const free = Math.max(0, this.available(cell))
      if (n > has && n > has + free) return refused('short', has + free)
    }
    this.reservations.set(reservationId, { units, expiresAt })
    return fine
  }

  private take(
    { kind, reservationId }: { readonly kind: string; readonly reservationId: string },
    units: Units,
  ): PlainOutcome {
    const held = this.reservations.get(reservationId)!.units
    for (const [cell, n] of kind === 'confirm' ? units : []) {
      const there = this.onHand.get(cell) ?? 0
      if (n > there) return refused('short', there)
    }
    for (const [cell, n] of units) {
      held.set(cell, held.get(cell)! - n)
      if (held.get(cell) === 0) held.delete(cell)
      if (kind === 'confirm') this.change(cell, -n)
    }
    if (held.size === 0) this.reservations.delete(reservationId)
    return fine
  }

  /** Checks lines in their order, adds up those of one cell, and goes on with the sums. */
  private checked(
    lines: readonly StockLine[],
    least: number | undefined,
    then: (units: Units) => PlainOutcome,
  ): PlainOutcome {
    const units: Units = new Map()
    if (lines.length === 0) return refused('bad-quantity')
    for (const line of lines) {
      if (!this.products.includes(line.productId)) return refused('unknown-product')
      if (!this.sites.includes(line.siteId)) return refused('unknown-site')
      const isRight = least === undefined ? line.quantity !== 0 : line.quantity >= least
      if (!isRight || !Number.isInteger(line.quantity)) return refused('bad-quantity')
      units.set(cellOf(line), (units.get(cellOf(line)) ?? 0) + line.quantity)
    }
    return then(units)
  }

  private change(cell: string, n: number): void {
    this.onHand.set(cell, (this.onHand.get(cell) ?? 0) + n)
  }

  private setReceipt(id: string, cell: string, n: number): void {
    const units = this.receipts.get(id) ?? new Map<string, number>()
    if (n === 0) units.delete(cell)
    else units.set(cell, n)
    if (units.size === 0) this.receipts.delete(id)
    else this.receipts.set(id, units)
  }

  /** Fine, and which of the cells more is reserved in than there is. */
  private taken(units: Units): PlainOutcome {
    const shortages: StockLine[] = []
    for (const cell of units.keys()) {
      const [siteId = '', productId = ''] = cell.split(' ')
      const missing = -this.available(cell)
      if (missing > 0) shortages.push({ siteId, productId, quantity: missing })
    }
    return { ok: true, shortages }
  }
}

const fine: PlainOutcome = { ok: true, shortages: [] }

function refused(refusal: StockRefusal, available?: number): PlainOutcome {
  return { ok: false, refusal, available }
}

/** Units by receipt and cell; those of one receipt and cell count together. */
function perReceipt(receipts: readonly ExpectedReceipt[]): Map<string, Units> {
  const all = new Map<string, Units>()
  for (const receipt of receipts) {
    const units = all.get(receipt.receiptId) ?? new Map<string, number>()
    units.set(cellOf(receipt), (units.get(cellOf(receipt)) ?? 0) + receipt.quantity)
    all.set(receipt.receiptId, units)
  }
  return all
}
