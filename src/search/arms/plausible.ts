import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Candidates, SearchIndex } from '../index/types.ts'
import type { ArmRequest } from './arm.ts'
import { ARM_KNOBS } from './knobs.ts'
import { isAllowed } from './top.ts'

/**
 * Products that the query may mean, by its words: those that another measure may then order. Without
 * any word in the query that is every product, each with score 0.
 */
export function plausibleProducts(
  index: SearchIndex,
  { query, count, allowed }: ArmRequest,
  settings: KnobSettings,
): Candidates {
  if (query.terms.some((term) => term !== '')) {
    const most = Math.max(count, readKnob(ARM_KNOBS.plausible, settings))
    return index.top(query, { count: most, ...(allowed === undefined ? {} : { allowed }) })
  }
  const docs: number[] = []
  for (let doc = 0; doc < index.capacity; doc++) {
    if (isAllowed(allowed, doc) && index.idOf(doc) !== undefined) docs.push(doc)
  }
  return { docs: Int32Array.from(docs), scores: new Float32Array(docs.length) }
}

/** The share that the words of candidate `i` have of those of the best one, in [0, 1]. */
export function wordShare({ scores }: Candidates, i: number): number {
  const best = scores[0] ?? 0
  return best > 0 ? Math.max(0, scores[i]! / best) : 1
}
