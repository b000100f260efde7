export type { SlotDocs } from './slot-docs.ts'
export { structuredArm } from './structured-arm.ts'
export { createUnderstanding, openUnderstanding, type Understanding } from './understanding.ts'
