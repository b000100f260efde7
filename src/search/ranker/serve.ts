import type { KnobSettings } from '../../core/knobs.ts'
import type { Arranger, Contribution, RankingModel } from '../engine/types.ts'
import type { SearchIndex } from '../index/types.ts'
import { diversify } from './diversity.ts'
import { explainRanking, type RankExplanation } from './explain.ts'
import type { RankFeature } from './feature.ts'
import type { RankModel } from './model.ts'
import { quickScorer } from './quick-scorer.ts'
import type { PreparedRules } from './rules/apply-rules.ts'
import { describeUnion, type RankTable } from './table.ts'

/** A trained model and the features it reads, as the engine asks for them. */
export function rankingModel(model: RankModel, all: readonly RankFeature[]): RankingModel {
  // A feature none of whose columns the model kept need not be computed.
  const kept = new Set(model.names.map((name) => name.split(':')[0]))
  const features = all.filter(({ name }) => kept.has(name))
  return {
    score: quickScorer(model, features),
    explain(context, places) {
      // All are described, since features look at the whole union; then those asked for are explained.
      const table = pickRows(describeUnion(features, context), places)
      return explainRanking(model, table, features).map(contributionsOf)
    },
  }
}

function pickRows({ names, columns }: RankTable, places: readonly number[]): RankTable {
  const pick = (column: Float32Array) => Float32Array.from(places, (place) => column[place]!)
  return { names, rows: places.length, columns: columns.map(pick) }
}

/** A feature's columns together, the value being that of the column that adds most. */
function contributionsOf({ base, shares }: RankExplanation): readonly Contribution[] {
  return [
    ...shares.map(({ feature, about, points, columns }) => ({
      feature,
      about,
      value: columns[0]?.value ?? Number.NaN,
      contribution: points,
    })),
    {
      feature: 'average',
      about: 'the score of an average product',
      value: Number.NaN,
      contribution: base,
    },
  ]
}

/** Diversity by its knob, then the merchant's rules. */
export function arranger(
  index: SearchIndex,
  rules: PreparedRules | undefined,
  knobs?: KnobSettings,
): Arranger {
  return (ranked, query) => {
    const order = diversify(index, ranked.docs, ranked.scores, knobs)
    const docs = new Int32Array(order.length)
    const scores = new Float32Array(order.length)
    for (let i = 0; i < order.length; i++) {
      docs[i] = ranked.docs[order[i]!]!
      scores[i] = ranked.scores[order[i]!]!
    }
    if (rules === undefined) return { docs, scores, rules: new Map() }
    const moved = rules.apply(query, docs, scores)
    const names = [...moved.movedBy].map(([doc, by]) => [doc, by.join(', ')] as const)
    return { docs: moved.docs, scores: moved.scores, rules: new Map(names) }
  }
}
