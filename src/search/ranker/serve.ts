import type { KnobSettings } from '../../core/knobs.ts'
import type { Arranger, Contribution, RankingModel } from '../engine/types.ts'
import type { SearchIndex } from '../index/types.ts'
import { diversify } from './diversity.ts'
import type { RankFeature } from './feature.ts'
import type { RankModel } from './model.ts'
import type { PreparedRules } from './rules/apply-rules.ts'
import { describeUnion, type RankTable } from './table.ts'

/** A trained model and the features it reads, as the engine asks for them. */
export function rankingModel(model: RankModel, all: readonly RankFeature[]): RankingModel {
  // A feature none of whose columns the model kept need not be computed.
  const kept = new Set(model.names.map((name) => name.split(':')[0]))
  const features = all.filter(({ name }) => kept.has(name))
  const abouts = new Map(features.map(({ name, about }) => [name, about]))
  return {
    score: (context) => Float32Array.from(model.score(describeUnion(features, context))),
    explain(context, places) {
      // All are described, since features look at the whole union; then those asked for are explained.
      const table = pickRows(describeUnion(features, context), places)
      const points = model.contributions(table)
      const width = model.names.length + 1
      return places.map((_, row) =>
        contributionsOf(model, table, row, points.subarray(row * width, (row + 1) * width), abouts),
      )
    },
  }
}

function pickRows({ names, columns }: RankTable, places: readonly number[]): RankTable {
  const pick = (column: Float32Array) => Float32Array.from(places, (place) => column[place]!)
  return { names, rows: places.length, columns: columns.map(pick) }
}

function contributionsOf(
  model: RankModel,
  table: RankTable,
  row: number,
  points: Float64Array,
  abouts: ReadonlyMap<string, string>,
): readonly Contribution[] {
  const places = new Map(table.names.map((name, c) => [name, c]))
  const shares = model.names.map((name, c) => ({
    feature: name,
    about: abouts.get(name.split(':')[0]!) ?? name,
    value: table.columns[places.get(name)!]![row]!,
    contribution: points[c]!,
  }))
  const about = 'what an average product of the training has'
  return [
    ...shares,
    { feature: 'base', about, value: 1, contribution: points[model.names.length]! },
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
    const docs = Int32Array.from(order, (place) => ranked.docs[place]!)
    const scores = Float32Array.from(order, (place) => ranked.scores[place]!)
    if (rules === undefined) return { docs, scores, rules: new Map() }
    const moved = rules.apply(query, docs, scores)
    const names = [...moved.movedBy].map(([doc, by]) => [doc, by.join(', ')] as const)
    return { docs: moved.docs, scores: moved.scores, rules: new Map(names) }
  }
}
