export { buildNet } from './net.ts'
export type * from './types.ts'
