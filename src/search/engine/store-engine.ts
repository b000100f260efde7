import type { KnobSettings } from '../../core/knobs.ts'
import { storeFeatures } from '../learning/order.ts'
import type { SearchModels } from '../learning/train.ts'
import { type RetrievalPolicy, staticPolicy } from '../policy/door.ts'
import { arranger, type PreparedRules, rankingModel } from '../ranker/door.ts'
import { createSearchEngine, type SearchEngine } from './engine.ts'
import { standardArms } from './standard-arms.ts'

export interface StoreEngineOptions {
  /** The policy in force; the static default where absent. */
  readonly policy?: RetrievalPolicy
  readonly rules?: PreparedRules
  readonly settings?: KnobSettings
  /** Milliseconds of a clock that only goes forward. */
  readonly clock?: () => number
}

/** The engine of a store's models: all arms, the policy, the order, diversity, then rules. */
export function createStoreEngine(
  models: SearchModels,
  { policy, rules, settings = {}, clock }: StoreEngineOptions = {},
): SearchEngine {
  const defaultPolicy = staticPolicy(settings)
  return createSearchEngine({
    index: models.index,
    arms: standardArms({ ...models, settings }),
    policy: policy ?? defaultPolicy,
    defaultPolicy,
    arrange: arranger(models.index, rules, settings),
    ...(models.understanding === undefined ? {} : { reader: models.understanding }),
    ...(models.ranker === undefined
      ? {}
      : { ranker: rankingModel(models.ranker, storeFeatures()) }),
    ...(clock === undefined ? {} : { clock }),
  })
}
