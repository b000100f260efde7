import type { RouteSet } from '../../core/routes/door.ts'
import type { PromiseAnswer, PromiseRequest, promise } from '../../fulfilment/index.ts'

/** What a request for a promise needs, in whichever thread it is answered. */
export interface PromiseDesk {
  /** The set that an area is promised from, and that numbers the sites of its promises. */
  routesOf(area: number): RouteSet
  readonly productIds: readonly string[]
  /** Dense numbers of ids; −1 where unknown. */
  productOf(productId: string): number
  areaOf(areaId: string): number
  /** Epoch minute now: rounded up, so that nothing is promised that has just left. */
  now(): number
  promise(request: PromiseRequest): PromiseAnswer
  /** Many single products in columns; what is UNDECIDED there is for `promise`. */
  promiseMany(batch: promise.PromiseBatch, length: number): void
}
