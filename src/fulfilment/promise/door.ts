export {
  carryHandling,
  createHandlingBook,
  giveHandling,
  type HandlingCapacity,
  type HandlingRoom,
  type HandlingTaken,
  handledFrom,
  handlingNeed,
  retakeHandling,
  takeHandling,
} from './handling-book.ts'
export { PROMISE_KNOBS, type PromiseSettings, promiseSettings } from './knobs.ts'
export { type ProductSizes, packSizes } from './product-sizes.ts'
export { createPromiseBatch, OFFERED, type PromiseBatch, UNDECIDED } from './promise-batch.ts'
export {
  type PromiseCount,
  type PromiseOutcome,
  type PromiseRecord,
  promiseRecord,
} from './promise-record.ts'
export { createPromiser } from './promiser.ts'
export { createReceiptBook, type ReceiptBook } from './receipt-book.ts'
export { capacityOfSites, type SiteDay, type SiteHours } from './site-hours.ts'
export { givePromise, type NotTaken, type TakenPromise, takePromise } from './take-promise.ts'
