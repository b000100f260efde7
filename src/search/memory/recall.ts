import { readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import type { QueryMemory } from './memory.ts'
import { similarQueries } from './similar.ts'
import { decayFactor } from './time-scale.ts'

/**
 * What a memory knows of products for a query: score of slot s = Σ over similar queries q of
 * likeness^power · rate, with the rate of clicks per looked-at view shrunk towards the prior:
 * rate = (gain + k · prior) / (max(views, gain) + k).
 */
export function recallProducts(
  memory: QueryMemory,
  query: Pick<AnalyzedQuery, 'text' | 'terms'>,
  now: number,
): ReadonlyMap<number, number> {
  const { settings } = memory
  const power = readKnob(MEMORY_KNOBS.likenessPower, settings)
  const strength = readKnob(MEMORY_KNOBS.priorViews, settings)
  const prior = readKnob(MEMORY_KNOBS.priorRate, settings)
  const factor = 1 / decayFactor(memory.scale, now)
  const scores = new Map<number, number>()
  for (const { number, likeness } of similarQueries(memory, query)) {
    const { slots, gains, views, count } = memory.entries[number]!
    const weight = likeness ** power
    for (let i = 0; i < count; i++) {
      const gain = gains[i]! * factor
      if (gain === 0) continue
      const seen = Math.max(gain, views[i]! * factor)
      const rate = (gain + strength * prior) / (seen + strength)
      scores.set(slots[i]!, (scores.get(slots[i]!) ?? 0) + weight * rate)
    }
  }
  return scores
}
