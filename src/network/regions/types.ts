import type { Adjacency } from '../network.ts'
import type { OrderModel } from './order-model.ts'

/** Which region each area and each site belongs to: the whole of a partition. */
export interface RegionPlan {
  /** Number of regions, k; regions are numbered 0 … k − 1. */
  readonly regions: number
  readonly areaRegion: Int32Array
  /** A site belongs to the region of the area in which it lies. */
  readonly siteRegion: Int32Array
}

/** What a partition is made of and judged by: dense numbers alone. */
export interface RegionProblem {
  /** Which areas touch; must hang together (see `adjacencyFromPoints`, `joinIslands`). */
  readonly adjacency: Adjacency
  /** Orders a day of each area. */
  readonly demand: Float64Array
  /** Area in which each site lies. */
  readonly siteArea: Int32Array
  /** Room for stock of each site, m³, finite; 0 for sites that hold none. */
  readonly capacityM3: Float64Array
  /** Miles from site to area, row-major site × area; Infinity where none leads. */
  readonly miles: Float64Array
  /** Days from click to door, row-major site × area; Infinity where none leads. */
  readonly days: Float64Array
  /** What an order holds, and what room a selection takes. */
  readonly orders: OrderModel
  /** Names for messages; absent: numbers. */
  readonly areaIds?: readonly string[]
  readonly siteIds?: readonly string[]
}

/** What a partition gives, by region or over all. */
export interface RegionMeasures {
  /** Orders a day. */
  readonly demand: number
  readonly areas: number
  readonly sites: number
  readonly capacityM3: number
  /** Products that the sites can hold at the cover asked for. */
  readonly breadth: number
  /** Expected share of orders whose every line lies in stock in their region. */
  readonly wholeShare: number
  /** Expected share of order lines in stock in their region. */
  readonly lineShare: number
  /** Mean miles of a parcel sent inside the region. */
  readonly milesInside: number
  /** Transport and lanes, cents an order. */
  readonly costCents: number
  /** Share of orders whole inside the region and promised within the days asked for. */
  readonly promisedShare: number
  /** Site–area lanes kept open inside the region. */
  readonly lanes: number
  /** Order lines a day that come from another region. */
  readonly outsideLines: number
  /** What the search makes small: cost plus the prices of split and slow orders, cents an order. */
  readonly objectiveCents: number
}

/** Measures of a plan over all and by region. */
export interface PlanMeasures {
  readonly total: RegionMeasures
  readonly byRegion: readonly RegionMeasures[]
}
