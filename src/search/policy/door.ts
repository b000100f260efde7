// The retrieval policy: which arms run for a search, and how many candidates each brings.
export { defaultCounts } from './shares.ts'
export { staticPolicy } from './static-policy.ts'
export type {
  ArmOffer,
  ArmProbe,
  ArmSource,
  PolicyChoice,
  PolicyReport,
  PolicyRequest,
  PolicySignals,
  RetrievalBudget,
  RetrievalPolicy,
} from './types.ts'
