/** A product as a parcel feels it. */
export interface ProductPhysics {
  /** kg a unit. */
  readonly kg: number
  /** m³ a unit. */
  readonly m3: number
}

/** Units of a product, by its dense number. */
export interface OrderLine {
  readonly product: number
  readonly quantity: number
}

/** An order that is to be given to sites. */
export interface OrderToAssign {
  readonly orderId: string
  readonly area: number
  /** Lines of one product are joined before. */
  readonly lines: readonly OrderLine[]
  /** Epoch minutes. */
  readonly now: number
  readonly promisedBy: number
}

/** What one site ships in one parcel. */
export interface AssignedParcel {
  readonly site: number
  readonly lines: readonly OrderLine[]
  /** Number of boxes that the lines fill, their weight and volume. */
  readonly boxes: number
  readonly kg: number
  readonly m3: number
  /** Route of the area's route set; −1 where the situation has no routes. */
  readonly route: number
  /** Cents for boxes, handling and the way; and what the units used would have saved elsewhere. */
  readonly shippingCents: number
  readonly opportunityCents: number
}

export interface Assignment {
  readonly parcels: readonly AssignedParcel[]
  readonly shippingCents: number
  readonly opportunityCents: number
}

/** A parcel's way and price from a site, undefined where it cannot arrive in time. */
export interface ParcelPrice {
  readonly route: number
  readonly cents: number
}

/** What a strategy may look at. All of it is as of now: no strategy sees later orders. */
export interface Situation {
  readonly sites: number
  /** Units that can be taken. */
  available(site: number, product: number): number
  /** Sites with at least one unit, in rising order. */
  sitesWith(product: number): readonly number[]
  physics(product: number): ProductPhysics
  /** Cheapest way of a parcel that keeps the promise. */
  price(site: number, order: OrderToAssign, kg: number, m3: number): ParcelPrice | undefined
  /** km from a site to an area; what `nearest` goes by. */
  distanceKm(site: number, area: number): number
  /** What a unit is worth where it lies, in cents: duals of the transport LP, with the floor for age. */
  unitWorthCents(site: number, product: number): number
}

/** One alternative that was looked at, for the explanation. */
export interface ConsideredAssignment extends Assignment {
  /** In words: why it was not taken. */
  readonly verdict: string
}

/** Gives orders to sites and boxes. */
export interface AssignmentStrategy {
  readonly name: string
  /** Undefined where the order cannot be filled in time; then `explain` says what blocks. */
  assign(order: OrderToAssign, situation: Situation): Assignment | undefined
  /** The choice beside its alternatives, dearest last. */
  explain(
    order: OrderToAssign,
    situation: Situation,
  ): {
    readonly chosen: Assignment | undefined
    readonly alternatives: readonly ConsideredAssignment[]
    readonly blockedBy: string | undefined
  }
}
