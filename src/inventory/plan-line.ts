/** Why a line is as it is: a kind to sort by, a sentence to read, the numbers it rests on. */
export interface Reason {
  readonly kind:
    | 'stock-position'
    | 'forecast'
    | 'lead-time'
    | 'lot'
    | 'pack'
    | 'minimum'
    | 'money'
    | 'budget'
  readonly text: string
  readonly numbers: Readonly<Record<string, number>>
}

/** Another choice for a line and what it would change against the line as proposed. */
export interface Alternative {
  readonly kind: 'fewer' | 'more' | 'wait'
  readonly quantity: number
  readonly costCents: number
  /** Expected gain less that of the line's wanted quantity, in cents. */
  readonly differenceCents: number
  readonly consequence: string
}

/** One step of a line on the budget curve; ranks are those of the whole plan, from 0. */
export interface PlanStep {
  readonly rank: number
  /** Units of the line once this step is taken. */
  readonly quantity: number
  /** Of this step alone. */
  readonly costCents: number
  readonly gainCents: number
  readonly volumeM3: number
}

/** Probabilities of at least one lost sale, [0, 1]. */
export interface StockOutRisk {
  /** Before this order can arrive: nothing ordered now changes it. */
  readonly beforeArrival: number
  /** Before the next order can arrive, without and with this line. */
  readonly withoutOrder: number
  readonly withOrder: number
}

/** A proposal to buy one product now; days are day numbers, money is cents. */
export interface PlanLine {
  readonly productId: string
  /** Units that the money and space allow: 0 where the line is cut. */
  readonly quantity: number
  readonly cases: number
  /** Units worth buying were there no limit. */
  readonly wantedQuantity: number
  readonly casePack: number
  /** Smallest order the vendor takes: the minimum quantity in whole cases. */
  readonly smallestQuantity: number
  readonly orderDay: number
  /** Median arrival, and the day by which 9 of 10 such orders have arrived. */
  readonly expectedArrivalDay: number
  readonly lateArrivalDay: number
  readonly unitCostCents: number
  readonly costCents: number
  readonly volumeM3: number
  /** Of `quantity` (of `wantedQuantity` where the line is cut to 0), with its 80 % interval. */
  readonly expectedGainCents: number
  readonly gainLowCents: number
  readonly gainHighCents: number
  /** Expected gain per cent spent. */
  readonly gainPerMoney: number
  readonly steps: readonly PlanStep[]
  /** Day of the first lost sale without this order, median and 1-in-10 early; null = not before
   * the next order can arrive. */
  readonly runOutDay: number | null
  readonly earlyRunOutDay: number | null
  readonly onHand: number
  readonly incoming: number
  /** On hand, incoming and this order. */
  readonly stockAfter: number
  readonly orderUpToLevel: number
  readonly risk: StockOutRisk
  readonly reasons: readonly Reason[]
  readonly alternatives: readonly Alternative[]
  readonly status: 'proposed'
  /** Whether money or space cut the line. */
  readonly cut: 'none' | 'part' | 'all'
}

/** A product for which nothing could be planned. */
export interface SkippedProduct {
  readonly productId: string
  readonly why: string
}

/** A plan: lines by rank (the best use of money first, cut lines among them). */
export interface PurchasePlan {
  readonly today: number
  readonly reviewDays: number
  readonly lines: readonly PlanLine[]
  /** Totals of what the limits allow. */
  readonly costCents: number
  readonly expectedGainCents: number
  readonly volumeM3: number
  /** Money, gain and room were there no limits. */
  readonly wantedCostCents: number
  readonly wantedGainCents: number
  readonly wantedVolumeM3: number
  /** What one more cubic metre would be worth, cents; 0 where space does not bind. */
  readonly spacePriceCents: number
  readonly skipped: readonly SkippedProduct[]
}
