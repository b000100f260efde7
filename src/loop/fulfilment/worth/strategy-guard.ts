import * as z from 'zod'
import {
  type Assignment,
  type AssignmentStrategy,
  type OrderToAssign,
  type Situation,
  StockOverlay,
} from '../../../fulfilment/index.ts'
import { defineEvent, type Ledger, subjectOf } from '../../../ledger/index.ts'

// A strategy that spends money today to save some tomorrow can be wrong about tomorrow. So every order
// is also given to sites as the simple strategy would have, from the stock that would lie there if it
// had always chosen: what it would have paid, and what the stock that it would have left is worth, is
// the measure of the strategy that serves.

const PREFIX = 'strategy'

const strategyFellBack = defineEvent(
  'strategy.fell-back',
  z.object({
    strategy: z.string(),
    /** Epoch ms until which the simple strategy serves. */
    until: z.int(),
    orders: z.int(),
    ownCents: z.number(),
    simpleCents: z.number(),
    /** Worth of the stock that the simple one would have left, above that of the stock there is. */
    stockCents: z.number(),
  }),
)

/** A strategy beside the simple one, over the same orders. */
export interface StrategyComparison {
  readonly orders: number
  /** Shipping as it was planned at the click: of the strategy, and of the simple one. */
  readonly ownCents: number
  readonly simpleCents: number
  /** What the stock that the simple one would have left is worth above that of the stock there is. */
  readonly stockCents: number
  /** (own + stock − simple) / simple: above 0 the strategy does worse. */
  readonly excess: number
}

export interface StrategyStatus extends StrategyComparison {
  /** As the settings name it, and the one that serves now. */
  readonly strategy: string
  readonly serves: string
  /** Epoch ms until which the simple one serves in its place; undefined where it has not fallen back. */
  readonly fallenBackUntil: number | undefined
}

/** The strategy of the settings, watched: it serves while it does not do worse than the simple one. */
export interface GuardedStrategy {
  /** Assigns by whichever of the two serves. */
  readonly strategy: AssignmentStrategy
  /** Told of each order after its units were reserved, as the one that serves assigned it. */
  placed(order: OrderToAssign, chosen: Assignment): void
  /** Lets a fallen strategy try again once its time has come, and begins counting anew now and then. */
  look(now: number): void
  status(): StrategyStatus
}

export interface GuardParts {
  readonly own: AssignmentStrategy
  readonly simple: AssignmentStrategy
  /** Of all areas, as of now. */
  readonly situation: Situation
  readonly ledger: Ledger
  readonly clock: () => number
  /** Orders before it is judged, and the excess from which it falls back. */
  readonly leastOrders: number
  readonly margin: number
  /** Milliseconds after which counting begins anew, and for which a fallen strategy rests. */
  readonly spanMs: number
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/** Goes on as the ledger says: a strategy that fell back rests on after a restart. */
export async function createGuardedStrategy(parts: GuardParts): Promise<GuardedStrategy> {
  let until: number | undefined
  for await (const event of parts.ledger.read({ prefix: PREFIX })) {
    if (strategyFellBack.is(event) && event.data.strategy === parts.own.name) {
      until = event.data.until
    }
  }
  return new Guard(parts, until)
}

class Guard implements GuardedStrategy {
  readonly strategy: AssignmentStrategy
  private readonly parts: GuardParts
  private until: number | undefined
  private since: number
  private orders = 0
  private own = 0
  private simple = 0
  /** Stock as the simple strategy would have left it, and the cells in which that differs. */
  private overlay: StockOverlay
  private readonly differs = new Map<number, number>()

  constructor(parts: GuardParts, until: number | undefined) {
    this.parts = parts
    this.until = until
    this.since = parts.clock()
    this.overlay = new StockOverlay(parts.situation)
    const serving = () => this.serving()
    this.strategy = {
      get name() {
        return serving().name
      },
      assign: (order, situation) => serving().assign(order, situation),
      explain: (order, situation) => serving().explain(order, situation),
    }
    this.look(this.since)
  }

  private serving(): AssignmentStrategy {
    return this.until === undefined ? this.parts.own : this.parts.simple
  }

  placed(order: OrderToAssign, chosen: Assignment): void {
    const { own, simple, leastOrders, margin } = this.parts
    if (own.name === simple.name || this.until !== undefined) return
    // Its units are reserved by now: the simple strategy may choose among them, too.
    this.overlay.release(chosen.parcels)
    const other = simple.assign(order, this.overlay) ?? chosen
    this.overlay.take(other.parcels)
    this.note(chosen, 1)
    this.note(other, -1)
    this.orders++
    this.own += chosen.shippingCents
    this.simple += other.shippingCents
    if (this.orders >= leastOrders && this.comparison().excess > margin) this.fallBack()
  }

  look(now: number): void {
    const { spanMs } = this.parts
    if (this.until !== undefined && now >= this.until) this.until = undefined
    else if (now - this.since < spanMs) return
    this.begin(now)
  }

  status(): StrategyStatus {
    const { own } = this.parts
    const serves = this.serving().name
    return { strategy: own.name, serves, fallenBackUntil: this.until, ...this.comparison() }
  }

  private begin(now: number): void {
    this.since = now
    this.orders = 0
    this.own = 0
    this.simple = 0
    this.overlay = new StockOverlay(this.parts.situation)
    this.differs.clear()
  }

  /** Units that the simple strategy would have left more (+) or fewer (−) of, by cell. */
  private note({ parcels }: Assignment, sign: 1 | -1): void {
    const { sites } = this.parts.situation
    for (const { site, lines } of parcels) {
      for (const { product, quantity } of lines) {
        const cell = product * sites + site
        const units = (this.differs.get(cell) ?? 0) + sign * quantity
        if (units === 0) this.differs.delete(cell)
        else this.differs.set(cell, units)
      }
    }
  }

  private comparison(): StrategyComparison {
    const { sites } = this.parts.situation
    let stockCents = 0
    for (const [cell, units] of this.differs) {
      const [site, product] = [cell % sites, Math.floor(cell / sites)]
      stockCents += units * this.parts.situation.unitWorthCents(site, product)
    }
    const { orders, own: ownCents, simple: simpleCents } = this
    const excess = simpleCents === 0 ? 0 : (ownCents + stockCents - simpleCents) / simpleCents
    return { orders, ownCents, simpleCents, stockCents, excess }
  }

  private fallBack(): void {
    const { own, ledger, clock, spanMs, onFailure } = this.parts
    const { orders, ownCents, simpleCents, stockCents } = this.comparison()
    this.until = clock() + spanMs
    const data = {
      strategy: own.name,
      until: this.until,
      orders,
      ownCents,
      simpleCents,
      stockCents,
    }
    const event = strategyFellBack.of(subjectOf(PREFIX, own.name), data)
    ledger.append([event]).catch((error: unknown) => onFailure?.(error))
  }
}
