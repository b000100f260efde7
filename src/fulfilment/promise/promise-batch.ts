/** Answered: both offers are one parcel from a shelf each. */
export const OFFERED = 0
/** Not decided in columns: `Promiser.promise` says what can be offered, or what stands in the way. */
export const UNDECIDED = 1

/** Requests for single products, and their answers, a column each: nothing is allocated. */
export interface PromiseBatch {
  readonly length: number
  readonly product: Int32Array
  readonly quantity: Int32Array
  readonly area: Int32Array
  /** Epoch minutes. */
  readonly now: Int32Array
  /** 0 guaranteed, 1 approximate. */
  readonly kind: Uint8Array
  /** Written: OFFERED, or UNDECIDED, where the other columns are not written. */
  readonly code: Uint8Array
  /** Site as the route set numbers it, route of its pair, epoch minute, tenths of a cent. */
  readonly earliestSite: Int32Array
  readonly earliestRoute: Int32Array
  readonly earliestArriveBy: Int32Array
  readonly earliestMills: Float64Array
  readonly cheapestSite: Int32Array
  readonly cheapestRoute: Int32Array
  readonly cheapestArriveBy: Int32Array
  readonly cheapestMills: Float64Array
}

/** Columns for at most `length` requests. */
export function createPromiseBatch(length: number): PromiseBatch {
  const numbers = () => new Int32Array(length)
  return {
    length,
    ...{ product: numbers(), quantity: numbers(), area: numbers(), now: numbers() },
    ...{ kind: new Uint8Array(length), code: new Uint8Array(length) },
    ...{ earliestSite: numbers(), earliestRoute: numbers(), earliestArriveBy: numbers() },
    earliestMills: new Float64Array(length),
    ...{ cheapestSite: numbers(), cheapestRoute: numbers(), cheapestArriveBy: numbers() },
    cheapestMills: new Float64Array(length),
  }
}
