import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import type { QueryMemory } from './memory.ts'
import { similarQueries } from './similar.ts'
import { decayFactor } from './time-scale.ts'

/** What gains and looked-at views of a product after a query say of it. */
export type RateOf = (gain: number, views: number) => number

/** Clicks a view, shrunk towards the prior: (gain + k · prior) / (max(views, gain) + k). */
export function shrunkRate(settings: KnobSettings): RateOf {
  const strength = readKnob(MEMORY_KNOBS.priorViews, settings)
  const prior = readKnob(MEMORY_KNOBS.priorRate, settings)
  return (gain, views) => (gain + strength * prior) / (Math.max(views, gain) + strength)
}

/**
 * What a memory knows of products for a query: score of slot s = Σ over similar queries of
 * likeness^power · rate of s. Products that gained nothing are left out.
 */
export function recallProducts(
  memory: QueryMemory,
  query: Pick<AnalyzedQuery, 'text' | 'terms'>,
  now: number,
  rateOf: RateOf = shrunkRate(memory.settings),
): ReadonlyMap<number, number> {
  const power = readKnob(MEMORY_KNOBS.likenessPower, memory.settings)
  const factor = 1 / decayFactor(memory.scale, now)
  const scores = new Map<number, number>()
  for (const { number, likeness } of similarQueries(memory, query)) {
    const { slots, gains, views, count } = memory.entries[number]!
    const weight = likeness ** power
    for (let i = 0; i < count; i++) {
      if (gains[i] === 0) continue
      const rate = rateOf(gains[i]! * factor, views[i]! * factor)
      scores.set(slots[i]!, (scores.get(slots[i]!) ?? 0) + weight * rate)
    }
  }
  return scores
}
