export { csvOf } from './csv.ts'
export type { OnFailure } from './error-reply.ts'
export { isLoopback } from './guard.ts'
export {
  createServer,
  DEFAULT_HOST,
  DEFAULT_PORT,
  type Listening,
  listen,
  type ServerOptions,
} from './server.ts'
export type { StoreView } from './store-view.ts'
export { createStoreView, type StoreViewOptions } from './view/store-view.ts'
