// The retrieval policy: which arms run for a search, and how many candidates each brings.
export { ARM_FEATURES, CONTEXT_FEATURES } from './features.ts'
export { type LearnedKind, type LearnedPolicy, learnedPolicy } from './learned-policy.ts'
export { kindRewards, rewardOf, type SearchReward } from './reward.ts'
export { defaultCounts } from './shares.ts'
export { staticPolicy } from './static-policy.ts'
export type {
  ArmOffer,
  ArmProbe,
  ArmSource,
  ChoiceProbability,
  PolicyChoice,
  PolicyReport,
  PolicyRequest,
  PolicySignals,
  RetrievalBudget,
  RetrievalPolicy,
} from './types.ts'
