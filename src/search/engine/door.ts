// The engine: arms chosen by the policy, one order over what they bring, then the rules.
export { createSearchEngine, type SearchEngine } from './engine.ts'
export { type Matches, matchesOf } from './matches.ts'
export { type ArmSources, STANDARD_ARMS, standardArms } from './standard-arms.ts'
export { createStoreEngine, type StoreEngineOptions } from './store-engine.ts'
export type {
  ArmReport,
  Contribution,
  EngineAnswer,
  EngineArm,
  EngineItem,
  EngineParts,
  EngineRequest,
} from './types.ts'
export { type Brought, createJoiner, type Joiner } from './union.ts'
