import type { PromiseAnswer, PromiseRequest } from '../../fulfilment/index.ts'

/** What a request for a promise needs, in whichever thread it is answered. */
export interface PromiseDesk {
  /** Sites as the promises of an area number them, until the area is switched to another route set. */
  siteIdsOf(area: number): readonly string[]
  readonly productIds: readonly string[]
  /** Dense numbers of ids; −1 where unknown. */
  productOf(productId: string): number
  areaOf(areaId: string): number
  /** Epoch minute now: rounded up, so that nothing is promised that has just left. */
  now(): number
  promise(request: PromiseRequest): PromiseAnswer
}
