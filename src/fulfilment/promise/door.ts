export {
  createHandlingBook,
  giveHandling,
  type HandlingCapacity,
  type HandlingRoom,
  type HandlingTaken,
  handledFrom,
  handlingNeed,
  takeHandling,
} from './handling-book.ts'
export { PROMISE_KNOBS, type PromiseSettings, promiseSettings } from './knobs.ts'
export { type ProductSizes, packSizes } from './product-sizes.ts'
export { createPromiser } from './promiser.ts'
