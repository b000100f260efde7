/**
 * What a placement is made from: plain columns, so that any room can fill them. Products are
 * numbered 0 … products − 1, sites 0 … sites − 1, regions 0 … regions − 1.
 */
export interface PlacementInput {
  readonly products: number
  readonly regions: number
  /** Region of each site. */
  readonly siteRegion: Int32Array
  /** Room of each site, m³; Infinity where none is stated. */
  readonly capacityM3: Float64Array
  /**
   * Share of its region's demand that lies nearest to each site; the shares of a region's sites
   * add to 1. Absent: by room.
   */
  readonly siteShare?: Float64Array
  /** Room of a unit of each product, m³. */
  readonly unitM3: Float64Array
  /** Units that come together, at least 1. */
  readonly casePack: Float64Array
  /** Expected units over the cover period, row-major region × product. */
  readonly demandMean: Float32Array
  /** Variance over mean of that demand by product: 1 is Poisson, more is negative binomial. */
  readonly dispersion: Float64Array
  /** By product: what one unit saves when it is sold from its own region rather than another, cents. */
  readonly savedCents: Float64Array
  /** By product: what a unit costs that waits out the cover period unsold, cents. */
  readonly idleCents: Float64Array
  /** By product: units there are to place; Infinity or absent where they can be bought. */
  readonly supplyUnits?: Float64Array
  /** Units there now, row-major site × product; absent: none. */
  readonly nowUnits?: Int32Array
}

/**
 * Why a line of a placement is as large as it is: the next case would wait longer than it saves; it
 * would pay, but its region has no room left; it would pay, but there are no units left; stock that
 * is there now would not be placed again.
 */
export const PLACEMENT_REASONS = ['enough', 'no_room', 'no_supply', 'leaves'] as const

export type PlacementReason = (typeof PLACEMENT_REASONS)[number]

/** Which stock each site should hold: one line a site and product, by site, then product. */
export interface PlacementPlan {
  readonly site: Int32Array
  readonly product: Int32Array
  readonly targetUnits: Int32Array
  readonly nowUnits: Int32Array
  /** Expected savings of the line's units less their waiting, cents. */
  readonly gainCents: Float64Array
  /** The same for one case more, were there room and supply: the best alternative. */
  readonly nextCaseCents: Float64Array
  /** Probability that the region's stock of the product meets the demand of the cover. */
  readonly coverProbability: Float64Array
  /** Place in PLACEMENT_REASONS. */
  readonly reason: Uint8Array
  /** m³ filled by site. */
  readonly filledM3: Float64Array
  /** By region: share of expected units that its own stock meets. */
  readonly unitShare: Float64Array
  /** By region: products of which it holds any. */
  readonly breadth: Int32Array
  /** By region: cents that one m³ more would save; 0 where room is left. */
  readonly roomPriceCents: Float64Array
}

/**
 * Anything that says which stock each site should hold. `placeStock` is the first; the
 * multi-echelon optimizer stands behind the same interface.
 */
export type PlaceStock = (input: PlacementInput) => PlacementPlan
