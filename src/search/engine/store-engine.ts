import type { KnobSettings } from '../../core/knobs.ts'
import { storeFeatures } from '../learning/order.ts'
import type { SearchModels } from '../learning/train.ts'
import { type RetrievalPolicy, staticPolicy } from '../policy/door.ts'
import { diversify, type PreparedRules } from '../ranker/door.ts'
import { createSearchEngine, type SearchEngine } from './engine.ts'
import { createRanking } from './ranking.ts'
import { standardArms } from './standard-arms.ts'
import type { Arranger } from './types.ts'

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
    arrange: arranger(models, rules, settings),
    ...(models.understanding === undefined ? {} : { reader: models.understanding }),
    ...(models.ranker === undefined
      ? {}
      : { ranker: createRanking(models.ranker, storeFeatures()) }),
    ...(clock === undefined ? {} : { clock }),
  })
}

function arranger(
  { index }: SearchModels,
  rules: PreparedRules | undefined,
  settings: KnobSettings,
): Arranger {
  return ({ docs, scores }, query) => {
    const order = diversify(index, docs, scores, settings)
    const varied = {
      docs: Int32Array.from(order, (place) => docs[place]!),
      scores: Float32Array.from(order, (place) => scores[place]!),
    }
    if (rules === undefined) return { ...varied, rules: new Map() }
    const ruled = rules.apply(query, varied.docs, varied.scores)
    const movedBy = new Map([...ruled.movedBy].map(([doc, names]) => [doc, names.join(', ')]))
    return { docs: ruled.docs, scores: ruled.scores, rules: movedBy }
  }
}
